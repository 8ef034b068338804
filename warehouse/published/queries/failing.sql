-- title: Feeds that fail, since when and why
SELECT f.feed, f.outlet, f.url, f.health, f.since, f.last_polled_at, p.outcome, p.status, p.reason
FROM feeds AS f
LEFT JOIN (SELECT feed, max_by(outcome, polled_at) AS outcome, max_by(status, polled_at) AS status,
    max_by(reason, polled_at) AS reason FROM polls GROUP BY feed) AS p USING (feed)
WHERE f.enabled AND f.health NOT IN ('healthy', 'new')
ORDER BY f.since NULLS LAST, f.feed
