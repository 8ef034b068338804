-- The first schema. Facts are appended, never changed; `seq` is the number of the commit that brought a row, and the
-- views at the end say what holds now. Keys are signed 64-bit fingerprints without an index (see docs/decisions.md).

CREATE TABLE mark (seq BIGINT NOT NULL, committed_at TIMESTAMPTZ NOT NULL); -- one row: the last commit
INSERT INTO mark VALUES (0, 'epoch');

CREATE MACRO item_id(k) AS lower(lpad(to_hex(k), 16, '0'));

-- Feeds are few and replaced as configured; their states likewise, poll by poll.
CREATE TABLE feeds (
    feed VARCHAR NOT NULL, outlet VARCHAR NOT NULL, url VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    language VARCHAR NOT NULL, enabled BOOLEAN NOT NULL, seq BIGINT NOT NULL
);
CREATE TABLE feed_states (
    feed VARCHAR NOT NULL, health VARCHAR NOT NULL, since TIMESTAMPTZ, last_polled_at TIMESTAMPTZ,
    next_due_at TIMESTAMPTZ, facts VARCHAR NOT NULL, seq BIGINT NOT NULL
);
CREATE TABLE polls (
    feed VARCHAR NOT NULL, polled_at TIMESTAMPTZ NOT NULL, outcome VARCHAR NOT NULL, status INTEGER,
    bytes BIGINT NOT NULL, milliseconds BIGINT NOT NULL, items INTEGER NOT NULL, new_items INTEGER NOT NULL,
    reason VARCHAR NOT NULL, seq BIGINT NOT NULL
);

-- Every identity and text ever seen, narrow and kept for good: what a poll is compared with.
CREATE TABLE seen (
    key BIGINT NOT NULL, content BIGINT NOT NULL, revision INTEGER NOT NULL, feed VARCHAR NOT NULL,
    origin BIGINT NOT NULL, first_seen_at TIMESTAMPTZ NOT NULL, seq BIGINT NOT NULL
);
-- The items in full, the relevant ones apart, so that publishing never reads the others.
CREATE TABLE items_relevant (
    key BIGINT NOT NULL, content BIGINT NOT NULL, revision INTEGER NOT NULL, outlet VARCHAR NOT NULL,
    feed VARCHAR NOT NULL, language VARCHAR NOT NULL, url VARCHAR NOT NULL, title VARCHAR NOT NULL,
    summary VARCHAR NOT NULL, text VARCHAR NOT NULL, published_at TIMESTAMPTZ, published_raw VARCHAR NOT NULL,
    date_flag VARCHAR NOT NULL, first_seen_at TIMESTAMPTZ NOT NULL, origin VARCHAR NOT NULL, baseline BOOLEAN NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL, -- this revision; first_seen_at is the item's
    reason VARCHAR NOT NULL, seq BIGINT NOT NULL
);
CREATE TABLE items_other AS FROM items_relevant;

CREATE TABLE mentions (
    key BIGINT NOT NULL, track VARCHAR NOT NULL, tracks VARCHAR[] NOT NULL, stage VARCHAR NOT NULL, act VARCHAR NOT NULL,
    alertable BOOLEAN NOT NULL, score DOUBLE NOT NULL, reason VARCHAR NOT NULL, event_date DATE, date_precision VARCHAR,
    lexicon_version VARCHAR NOT NULL, facts VARCHAR NOT NULL, recorded_at TIMESTAMPTZ NOT NULL, seq BIGINT NOT NULL
);
CREATE TABLE evidence (
    key BIGINT NOT NULL, field VARCHAR NOT NULL, start_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL,
    term VARCHAR NOT NULL, concept VARCHAR NOT NULL, language VARCHAR NOT NULL, seq BIGINT NOT NULL
);
CREATE TABLE events (
    event_id VARCHAR NOT NULL, track VARCHAR NOT NULL, tracks VARCHAR[] NOT NULL, stage VARCHAR NOT NULL,
    title VARCHAR NOT NULL, event_date DATE, date_precision VARCHAR, alertable BOOLEAN NOT NULL, predecessor VARCHAR,
    merged_into VARCHAR, first_reported_at TIMESTAMPTZ NOT NULL, last_reported_at TIMESTAMPTZ NOT NULL,
    reports INTEGER NOT NULL, origins BIGINT NOT NULL, outlets VARCHAR[] NOT NULL, languages VARCHAR[] NOT NULL,
    domains VARCHAR[] NOT NULL, actors VARCHAR[] NOT NULL, act VARCHAR NOT NULL, place VARCHAR NOT NULL,
    ordinal INTEGER, reason VARCHAR NOT NULL, sentence VARCHAR NOT NULL, history BOOLEAN NOT NULL,
    facts VARCHAR NOT NULL, recorded_at TIMESTAMPTZ NOT NULL, seq BIGINT NOT NULL
);
CREATE TABLE joins (
    key BIGINT NOT NULL, event_id VARCHAR NOT NULL, why VARCHAR NOT NULL, recorded_at TIMESTAMPTZ NOT NULL,
    seq BIGINT NOT NULL
);
CREATE TABLE origins (key BIGINT NOT NULL, origin VARCHAR NOT NULL, recorded_at TIMESTAMPTZ NOT NULL, seq BIGINT NOT NULL);
CREATE TABLE mutes (
    event_id VARCHAR NOT NULL, muted BOOLEAN NOT NULL, until TIMESTAMPTZ, -- NULL: without end
    recorded_at TIMESTAMPTZ NOT NULL, seq BIGINT NOT NULL
);

CREATE TABLE alerts (
    alert_id VARCHAR NOT NULL, event_id VARCHAR, change VARCHAR NOT NULL, created_at TIMESTAMPTZ NOT NULL,
    reason VARCHAR NOT NULL, title VARCHAR NOT NULL, facts VARCHAR NOT NULL, seq BIGINT NOT NULL
);
CREATE TABLE transitions ( -- of deliveries: the last one of each holds
    alert_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, state VARCHAR NOT NULL, attempts INTEGER NOT NULL,
    release_at TIMESTAMPTZ, next_attempt_at TIMESTAMPTZ, sent_at TIMESTAMPTZ, message_id VARCHAR,
    reason VARCHAR NOT NULL, facts VARCHAR NOT NULL, recorded_at TIMESTAMPTZ NOT NULL, seq BIGINT NOT NULL
);
CREATE TABLE attempts (
    message_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, attempted_at TIMESTAMPTZ NOT NULL, result VARCHAR NOT NULL,
    status INTEGER, reason VARCHAR NOT NULL, milliseconds BIGINT NOT NULL, alert_ids VARCHAR[] NOT NULL,
    title VARCHAR, text VARCHAR, seq BIGINT NOT NULL
);
CREATE TABLE cycles (
    started_at TIMESTAMPTZ NOT NULL, finished_at TIMESTAMPTZ NOT NULL, facts VARCHAR NOT NULL, seq BIGINT NOT NULL
);
CREATE TABLE recoveries (
    recovered_at TIMESTAMPTZ NOT NULL, reason VARCHAR NOT NULL, lost_from TIMESTAMPTZ, lost_to TIMESTAMPTZ,
    facts VARCHAR NOT NULL, seq BIGINT NOT NULL
);

-- What holds now: of several rows the one of the latest commit, and within a commit the last.
CREATE VIEW items AS
    SELECT *, true AS relevant FROM main.items_relevant UNION ALL SELECT *, false AS relevant FROM main.items_other;
CREATE VIEW current_items AS FROM main.items_relevant
    QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC, rowid DESC) = 1;
CREATE VIEW current_mentions AS FROM main.mentions
    QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC, rowid DESC) = 1;
CREATE VIEW current_joins AS FROM main.joins
    QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC, rowid DESC) = 1;
CREATE VIEW current_origins AS FROM main.origins
    QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC, rowid DESC) = 1;
CREATE VIEW current_events AS FROM main.events
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY seq DESC, rowid DESC) = 1;
CREATE VIEW current_mutes AS FROM main.mutes
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY seq DESC, rowid DESC) = 1;
CREATE VIEW current_deliveries AS FROM main.transitions
    QUALIFY row_number() OVER (PARTITION BY alert_id, channel ORDER BY seq DESC, rowid DESC) = 1;
CREATE VIEW reports AS
    SELECT m.key, item_id(m.key) AS item_id, i.outlet, i.language, i.title, i.url, i.published_at, i.first_seen_at,
        coalesce(o.origin, nullif(i.origin, ''), item_id(m.key)) AS origin, i.baseline, i.summary,
        m.facts AS mention, j.event_id, j.why
    FROM main.current_mentions AS m JOIN main.current_items AS i USING (key)
    LEFT JOIN main.current_joins AS j USING (key) LEFT JOIN main.current_origins AS o USING (key);

-- What is published: one view a table, copied with its comments. The first columns are the contract's; the others
-- are for recovery and `konato explain`.
CREATE SCHEMA publish;
CREATE VIEW publish.items AS
    SELECT r.item_id, i.url, i.outlet, i.feed, i.language, i.title, i.summary, i.published_at, i.first_seen_at,
        true AS relevant, r.origin, i.text, i.published_raw, i.date_flag, i.content, i.revision, i.baseline, i.seen_at,
        i.reason, i.seq
    FROM main.reports AS r JOIN main.current_items AS i USING (key);
CREATE VIEW publish.mentions AS
    SELECT item_id(m.key) AS item_id, j.event_id, m.track, m.tracks, m.stage, m.alertable, m.score, m.reason,
        m.lexicon_version, m.act, m.event_date, m.date_precision, j.why, m.facts, m.recorded_at, m.seq
    FROM main.current_mentions AS m LEFT JOIN main.current_joins AS j USING (key);
CREATE VIEW publish.evidence AS
    SELECT item_id(e.key) AS item_id, e.field, e.start_offset, e.end_offset, e.term, e.concept, e.language
    FROM main.evidence AS e JOIN main.current_mentions AS m ON e.key = m.key AND e.seq = m.seq;
CREATE VIEW publish.events AS FROM main.current_events;
CREATE VIEW publish.event_versions AS FROM main.events;
CREATE VIEW publish.event_sources AS
    SELECT event_id, item_id, url, outlet, language, published_at, origin, title, first_seen_at, why
    FROM main.reports WHERE event_id IS NOT NULL;
CREATE VIEW publish.alerts AS FROM main.alerts;
CREATE VIEW publish.deliveries AS
    SELECT alert_id, channel, state, attempts, release_at, sent_at, message_id, reason, next_attempt_at, recorded_at,
        facts, seq
    FROM main.current_deliveries;
CREATE VIEW publish.attempts AS FROM main.attempts;
CREATE VIEW publish.mutes AS FROM main.current_mutes;
CREATE VIEW publish.feeds AS
    SELECT f.feed, f.outlet, f.url, f.kind, f.enabled, coalesce(s.health, 'new') AS health, s.since, s.last_polled_at,
        s.next_due_at, f.language, s.facts, f.seq
    FROM main.feeds AS f LEFT JOIN main.feed_states AS s USING (feed);
CREATE VIEW publish.polls AS
    SELECT feed, polled_at, outcome, status, bytes, items, new_items, reason, milliseconds, seq FROM main.polls;
CREATE VIEW publish.cycles AS FROM main.cycles;
CREATE VIEW publish.recoveries AS FROM main.recoveries;
