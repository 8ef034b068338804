-- title: What became of each item of a feed
-- param: feed VARCHAR = (SELECT min(feed) FROM archive)
SELECT a.published_at, a.language,
    CASE WHEN m.alertable THEN 'alert' WHEN m.alertable IS NOT NULL THEN 'relevant' ELSE 'no' END AS verdict,
    coalesce(m.reason, a.reason) AS why, m.track, m.stage, e.event_date, a.title, a.url
FROM archive AS a
LEFT JOIN mentions AS m USING (item_id)
LEFT JOIN events AS e ON e.event_id = m.event_id
WHERE a.feed = $feed
ORDER BY a.published_at DESC NULLS LAST, a.item_id
