-- An item has as many mentions as it tells acts: `n` counts them from 0, and each joins an event of its own.
ALTER TABLE mentions ADD COLUMN n INTEGER DEFAULT 0;
ALTER TABLE joins ADD COLUMN n INTEGER DEFAULT 0;

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
        i.reason, i.seq
    FROM main.reports AS r JOIN main.current_items AS i USING (key) WHERE r.n = 0;
CREATE OR REPLACE VIEW publish.mentions AS
    SELECT item_id(m.key) AS item_id, m.n, j.event_id, m.track, m.tracks, m.stage, m.alertable, m.score, m.reason,
        m.lexicon_version, m.act, m.event_date, m.date_precision, j.why, m.facts, m.recorded_at, m.seq
    FROM main.current_mentions AS m LEFT JOIN main.current_joins AS j USING (key, n);
CREATE OR REPLACE VIEW publish.evidence AS -- of all that an item tells, once
    SELECT DISTINCT item_id(e.key) AS item_id, e.field, e.start_offset, e.end_offset, e.term, e.concept, e.language
    FROM main.evidence AS e JOIN main.current_mentions AS m ON e.key = m.key AND e.seq = m.seq;
