-- title: What did we know on a day (UTC, at its end)
-- param: day DATE = (SELECT published_at FROM about)::DATE
SELECT v.event_date, v.date_precision, v.track, v.stage, v.title, v.reports, e.url, event_id
FROM event_versions AS v JOIN (SELECT event_id, url FROM events) AS e USING (event_id)
WHERE v.recorded_at < ($day + INTERVAL 1 DAY)::TIMESTAMPTZ
QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY v.seq DESC) = 1 AND v.merged_into IS NULL
ORDER BY v.event_date NULLS LAST, event_id
