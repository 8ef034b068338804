-- title: The chain of a track, act by act
-- param: track VARCHAR = 'consultation_body' of (SELECT concept FROM concepts WHERE kind = 'track')
SELECT event_date, date_precision, stage, title, title_en, reports, len(outlets) AS outlets, url, event_id, predecessor
FROM events
WHERE list_contains(tracks, $track) AND merged_into IS NULL
ORDER BY event_date NULLS LAST, first_reported_at
