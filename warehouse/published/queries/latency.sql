-- title: How soon after publication alerts went out, by channel
-- param: since TIMESTAMPTZ = (SELECT published_at FROM about) - INTERVAL 30 DAY
SELECT channel, count(*) AS alerts, median(seconds)::BIGINT AS p50_seconds,
    quantile_cont(seconds, 0.95)::BIGINT AS p95_seconds, max(seconds)::BIGINT AS slowest_seconds,
    arg_max(e.url, seconds) AS slowest_url
FROM latency LEFT JOIN alerts USING (alert_id) LEFT JOIN events AS e USING (event_id)
WHERE sent_at >= $since
GROUP BY channel
ORDER BY channel
