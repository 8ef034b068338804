-- title: What was planned, is past, and was not reported as held
WITH planned AS (
    SELECT *, event_date + CASE date_precision WHEN 'week' THEN INTERVAL 7 DAY WHEN 'part_of_month' THEN INTERVAL 10 DAY
        WHEN 'month' THEN INTERVAL 1 MONTH WHEN 'quarter' THEN INTERVAL 3 MONTH WHEN 'year' THEN INTERVAL 1 YEAR
        ELSE INTERVAL 1 DAY END AS ends
    FROM events WHERE stage = 'scheduled' AND merged_into IS NULL
)
SELECT event_date, date_precision, track, title, title_en, title_ko, last_reported_at, url, event_id
FROM planned
WHERE ends <= (SELECT published_at FROM about)::DATE
ORDER BY event_date DESC, event_id
