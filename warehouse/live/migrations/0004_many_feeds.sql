-- A hundred thousand feeds: which may be due, and of which is something to be reminded, is asked here, not of each state.
ALTER TABLE feeds ADD COLUMN facts VARCHAR DEFAULT ''; -- the whole feed; '' until the next cycle writes it down
CREATE TABLE configured (seal VARCHAR NOT NULL, seq BIGINT NOT NULL); -- of the files whose feeds stand in `feeds`
ALTER TABLE feed_states ADD COLUMN url VARCHAR;
ALTER TABLE feed_states ADD COLUMN missing_since TIMESTAMPTZ;
UPDATE feed_states SET url = facts->>'$.url', missing_since = CAST(facts->>'$.missing_since' AS TIMESTAMPTZ);
