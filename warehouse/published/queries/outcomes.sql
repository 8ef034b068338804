-- title: How polls ended: outcomes add up to polls
-- param: since TIMESTAMPTZ = (SELECT published_at FROM about) - INTERVAL 14 DAY
SELECT feed, count(*) AS polls, histogram(outcome) AS outcomes, sum(new_items)::BIGINT AS new_items,
    sum(bytes)::BIGINT AS bytes
FROM polls
WHERE polled_at >= $since
GROUP BY ROLLUP (feed)
ORDER BY feed NULLS FIRST
