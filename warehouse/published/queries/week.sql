-- title: What is new this week, and what went on
-- param: since TIMESTAMPTZ = (SELECT published_at FROM about) - INTERVAL 7 DAY
WITH versions AS (
    SELECT event_id, recorded_at, stage, event_date, seq, lag(stage) OVER event AS stage_before,
        lag(event_date) OVER event AS date_before
    FROM event_versions WINDOW event AS (PARTITION BY event_id ORDER BY seq, recorded_at)
)
SELECT v.recorded_at AS learned_at, coalesce(v.stage_before || ' → ', '') || v.stage AS stage, v.date_before,
    v.event_date, e.track, e.title, e.title_en, e.alertable, e.reports, e.url, e.event_id
FROM versions AS v JOIN events AS e USING (event_id)
WHERE v.recorded_at >= $since AND e.merged_into IS NULL AND NOT e.history
    AND (v.stage_before IS NULL OR v.stage <> v.stage_before OR v.event_date IS DISTINCT FROM v.date_before)
ORDER BY v.recorded_at DESC, e.event_id
