-- What 0.1.0 lacked. An item has as many mentions as it tells acts: `n` counts them from 0, each joins an event of its own.
ALTER TABLE mentions ADD COLUMN n INTEGER DEFAULT 0;
ALTER TABLE joins ADD COLUMN n INTEGER DEFAULT 0;
-- An item knows its outlet's local day: minutes east of UTC, of its stamp or of its feed's zone. NULL: an older item,
-- of which only the language was known.
ALTER TABLE items_relevant ADD COLUMN utc_offset INTEGER;
ALTER TABLE items_other ADD COLUMN utc_offset INTEGER;
-- The outbox drops nothing without a word (T1): a change that is queued under an id that a channel had already.
CREATE TABLE repeats (
    alert_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, event_id VARCHAR NOT NULL, reason VARCHAR NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL, seq BIGINT NOT NULL
);

CREATE OR REPLACE VIEW items AS
    SELECT *, true AS relevant FROM main.items_relevant UNION ALL SELECT *, false AS relevant FROM main.items_other;
CREATE OR REPLACE VIEW current_items AS FROM main.items_relevant
    QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC, rowid DESC) = 1;
CREATE OR REPLACE VIEW current_mentions AS FROM main.mentions
    QUALIFY row_number() OVER (PARTITION BY key, n ORDER BY seq DESC, rowid DESC) = 1;
CREATE OR REPLACE VIEW current_joins AS FROM main.joins
    QUALIFY row_number() OVER (PARTITION BY key, n ORDER BY seq DESC, rowid DESC) = 1;
CREATE OR REPLACE VIEW reports AS
    SELECT m.key, m.n, item_id(m.key) AS item_id, i.outlet, i.language, i.title, i.url, i.published_at,
        i.first_seen_at, coalesce(o.origin, nullif(i.origin, ''), item_id(m.key)) AS origin, i.baseline, i.summary,
        m.facts AS mention, j.event_id, j.why
    FROM main.current_mentions AS m JOIN main.items_relevant AS i USING (key)
    LEFT JOIN main.current_joins AS j USING (key, n) LEFT JOIN main.current_origins AS o USING (key)
    -- the version of the item that told it: a page that is rewritten leaves the act that it told its words
    QUALIFY row_number() OVER (PARTITION BY m.key, m.n ORDER BY i.seq <= m.seq DESC, i.seq DESC, i.rowid DESC) = 1;

CREATE OR REPLACE VIEW publish.items AS
    SELECT r.item_id, i.url, i.outlet, i.feed, i.language, i.title, i.summary, i.published_at, i.first_seen_at,
        true AS relevant, r.origin, i.text, i.published_raw, i.date_flag, i.content, i.revision, i.baseline, i.seen_at,
        i.reason, i.utc_offset, i.seq
    FROM main.reports AS r JOIN main.current_items AS i USING (key) WHERE r.n = 0;
CREATE OR REPLACE VIEW publish.mentions AS
    SELECT item_id(m.key) AS item_id, m.n, j.event_id, m.track, m.tracks, m.stage, m.alertable, m.score, m.reason,
        m.lexicon_version, m.act, m.event_date, m.date_precision, j.why, m.facts, m.recorded_at, m.seq
    FROM main.current_mentions AS m LEFT JOIN main.current_joins AS j USING (key, n);
CREATE OR REPLACE VIEW publish.evidence AS -- of all that an item tells, once
    SELECT DISTINCT item_id(e.key) AS item_id, e.field, e.start_offset, e.end_offset, e.term, e.concept, e.language
    FROM main.evidence AS e JOIN main.current_mentions AS m ON e.key = m.key AND e.seq = m.seq;
-- What analysts ask of an event (O10): its title in the reader's language, where to read it, how soon it was told.
CREATE OR REPLACE VIEW publish.events AS
    WITH told AS (
        SELECT r.event_id, r.language, r.url, j.seq,
            -- a further act of an article is called by its sentence: the title is of another
            coalesce(if(r.n > 0, nullif(json_extract_string(r.mention, '$.sentence'), ''), NULL), r.title) AS title,
            length(i.title) + length(i.summary) + length(i.text) AS fullness
        FROM main.reports AS r JOIN main.current_items AS i USING (key) JOIN main.current_joins AS j USING (key, n)
    )
    SELECT e.event_id, e.track, e.tracks, e.stage, e.title, e.event_date, e.date_precision, e.alertable, e.predecessor,
        e.merged_into, e.first_reported_at, e.last_reported_at, e.reports, e.origins, e.outlets, e.languages, e.domains,
        e.actors,
        (SELECT arg_max(title, (fullness, seq)) FROM told AS t WHERE t.event_id = e.event_id AND language = 'en') AS title_en,
        (SELECT arg_max(title, (fullness, seq)) FROM told AS t WHERE t.event_id = e.event_id AND language = 'ko') AS title_ko,
        -- title and sentence are those of the report that last changed the event
        (SELECT arg_max(url, (t.title = e.title, seq)) FROM told AS t WHERE t.event_id = e.event_id) AS url,
        e.sentence, e.act, e.place, e.ordinal, e.reason, e.history, e.facts, e.recorded_at, e.seq
    FROM main.current_events AS e;
CREATE VIEW publish.latency AS
    SELECT d.alert_id, d.channel, r.published_at, r.first_seen_at, a.created_at AS queued_at, d.sent_at,
        epoch(d.sent_at - coalesce(r.published_at, r.first_seen_at, a.created_at)) AS seconds
    FROM main.current_deliveries AS d JOIN main.alerts AS a USING (alert_id)
    LEFT JOIN ( -- the first of the reports that came with the alert
        SELECT j.event_id, j.seq, arg_min(i.published_at, (coalesce(i.published_at, i.first_seen_at), i.key)) AS published_at,
            arg_min(i.first_seen_at, (coalesce(i.published_at, i.first_seen_at), i.key)) AS first_seen_at
        FROM main.joins AS j JOIN main.current_items AS i USING (key) GROUP BY ALL
    ) AS r ON r.event_id = a.event_id AND r.seq = a.seq
    WHERE d.sent_at IS NOT NULL AND a.event_id IS NOT NULL;
CREATE VIEW publish.repeats AS FROM main.repeats;
