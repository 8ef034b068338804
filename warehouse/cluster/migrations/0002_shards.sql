-- A row a shard that was ever polled: when a poller last was at it, and how many polls came too late, of all time.
CREATE TABLE shards (
    shard INTEGER PRIMARY KEY, polled_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(), refused BIGINT NOT NULL DEFAULT 0
);
INSERT INTO shards SELECT shard, max(committed_at), sum(refused) FROM batches GROUP BY shard;
-- One row: the digest of what the feeds were last registered from, and the last batch that was deleted.
CREATE TABLE standing (configuration TEXT NOT NULL, deleted BIGINT NOT NULL);
INSERT INTO standing SELECT '', coalesce(min(taken), 0) FROM homes;
