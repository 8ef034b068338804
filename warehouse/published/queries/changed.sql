-- title: What changed since a moment: each event as it stood then and as it stands now
-- param: since TIMESTAMPTZ = (SELECT published_at FROM about) - INTERVAL 1 DAY
WITH earlier AS (
    FROM event_versions WHERE recorded_at < $since
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY seq DESC, recorded_at DESC) = 1
)
SELECT if(w.event_id IS NULL, 'new', 'changed') AS what, w.stage AS stage_before, e.stage, w.event_date AS date_before,
    e.event_date, e.date_precision, e.track, e.title, e.title_en, e.title_ko, e.url, e.event_id
FROM events AS e LEFT JOIN earlier AS w USING (event_id)
WHERE e.recorded_at >= $since AND e.merged_into IS NULL AND NOT e.history
    AND (w.event_id IS NULL OR w.stage <> e.stage OR w.event_date IS DISTINCT FROM e.event_date)
ORDER BY e.recorded_at DESC, e.event_id
