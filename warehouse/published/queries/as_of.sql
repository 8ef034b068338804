-- title: What did we know on a day (UTC, at its end)
-- param: day DATE = (SELECT published_at FROM about)::DATE
SELECT event_date, date_precision, track, stage, title, reports, event_id
FROM event_versions
WHERE recorded_at < ($day + INTERVAL 1 DAY)::TIMESTAMPTZ
QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY seq DESC) = 1 AND merged_into IS NULL
ORDER BY event_date NULLS LAST, event_id
