-- title: Outlets by coverage
SELECT outlet, count(DISTINCT event_id) AS events, count(*) AS reports,
    count(*) FILTER (origin = item_id) AS own_words, list_sort(list(DISTINCT language)) AS languages,
    max(coalesce(published_at, first_seen_at)) AS last_report_at,
    arg_max(url, coalesce(published_at, first_seen_at)) AS last_url
FROM event_sources
GROUP BY outlet
ORDER BY events DESC, reports DESC, outlet
