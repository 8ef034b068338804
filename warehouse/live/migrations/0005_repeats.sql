-- The outbox drops nothing without a word (T1): a change that is queued under an id that a channel had already.
CREATE TABLE repeats (
    alert_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, event_id VARCHAR NOT NULL, reason VARCHAR NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL, seq BIGINT NOT NULL
);
CREATE VIEW publish.repeats AS FROM main.repeats;
