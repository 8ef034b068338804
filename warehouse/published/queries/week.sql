-- title: What is new this week
-- param: since TIMESTAMPTZ = (SELECT published_at FROM about) - INTERVAL 7 DAY
SELECT first_reported_at, track, stage, event_date, title, alertable, reports, len(outlets) AS outlets, event_id
FROM events
WHERE first_reported_at >= $since AND merged_into IS NULL
ORDER BY first_reported_at DESC
