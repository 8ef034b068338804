-- What analysts ask of an event (O10): its title in the reader's language, where to read it, how soon it was told.
CREATE OR REPLACE VIEW publish.events AS
    WITH told AS (
        SELECT r.event_id, r.language, r.title, r.url, j.seq,
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
