-- The batches of other machines' polls that this home has learned from, each noted in the transaction that learned it.
CREATE TABLE batches (batch BIGINT NOT NULL, taken_at TIMESTAMPTZ NOT NULL, seq BIGINT NOT NULL);
