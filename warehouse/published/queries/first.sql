-- title: Who reported first, and how long after the others came
-- param: since TIMESTAMPTZ = '1970-01-01'
WITH reported AS (
    SELECT event_id, outlet, language, min(coalesce(published_at, first_seen_at)) AS reported_at,
        arg_min(url, coalesce(published_at, first_seen_at)) AS url
    FROM event_sources GROUP BY ALL
)
SELECT e.event_date, e.title, r.outlet, r.language, r.reported_at,
    r.reported_at - min(r.reported_at) OVER (PARTITION BY r.event_id) AS after_the_first, r.url
FROM reported AS r JOIN events AS e USING (event_id)
WHERE r.reported_at >= $since AND e.merged_into IS NULL
ORDER BY e.first_reported_at DESC, e.event_id, r.reported_at, r.outlet
