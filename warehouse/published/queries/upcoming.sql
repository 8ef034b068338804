-- title: What is planned from today on
SELECT event_date, date_precision, track, stage, title, title_en, title_ko, place, reports, url, event_id
FROM events
WHERE stage IN ('scheduled', 'postponed') AND event_date >= (SELECT published_at FROM about)::DATE AND merged_into IS NULL
ORDER BY event_date, event_id
