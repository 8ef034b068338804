-- title: Domains by month
SELECT month, domain, count(*) AS events, sum(reports)::BIGINT AS reports
FROM (
    SELECT date_trunc('month', coalesce(event_date, first_reported_at::DATE))::DATE AS month,
        unnest(domains) AS domain, reports
    FROM events WHERE merged_into IS NULL
)
GROUP BY ALL
ORDER BY month DESC, events DESC, domain
