-- title: Alerts a channel by week
SELECT date_trunc('week', a.created_at)::DATE AS week, d.channel, count(*) AS alerts,
    count(*) FILTER (d.state = 'sent') AS sent, count(*) FILTER (d.state = 'suppressed') AS suppressed,
    count(*) FILTER (d.state IN ('pending', 'held', 'sending', 'unknown')) AS open,
    count(*) FILTER (d.state = 'abandoned') AS abandoned
FROM deliveries AS d JOIN alerts AS a USING (alert_id)
GROUP BY ALL
ORDER BY week DESC, d.channel
