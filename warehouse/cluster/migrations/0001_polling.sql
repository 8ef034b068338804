-- Polling shared by machines. A feed's state here says when and how it is asked next; its health is each home's own.
CREATE TABLE feeds (
    feed TEXT PRIMARY KEY, shard INTEGER NOT NULL, configured TEXT NOT NULL, url TEXT NOT NULL, state TEXT NOT NULL,
    ready_at TIMESTAMPTZ NOT NULL,
    fence BIGINT NOT NULL DEFAULT 0, -- one more at each claim: what is committed under an older one is refused
    leased_until TIMESTAMPTZ NOT NULL DEFAULT '-infinity', leased_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX feeds_ready ON feeds (shard, ready_at);
-- Immutable; numbered in the order of their commits.
CREATE TABLE batches (
    batch BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, shard INTEGER NOT NULL, polls INTEGER NOT NULL,
    refused INTEGER NOT NULL, body BYTEA NOT NULL, committed_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
-- A row a learner: what every home has taken is deleted.
CREATE TABLE homes (home TEXT PRIMARY KEY, taken BIGINT NOT NULL, seen_at TIMESTAMPTZ NOT NULL);
