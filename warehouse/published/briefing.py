"""What the briefing shows, read off the published copy: all events, and the details of those that changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alerts.brief.pages import Row, Site
from warehouse.connection import Connection, published, rows

# An event has another version for whatever its page shows: reports, deliveries, neighbours in the chain.
_EVENTS: Final = """
    WITH live AS (SELECT * EXCLUDE (facts) FROM events WHERE merged_into IS NULL AND (alertable OR history)),
    told AS (
        SELECT event_id, bit_xor(hash(alert_id, channel, state, sent_at, deliveries.reason)) AS sent
        FROM alerts JOIN deliveries USING (alert_id) GROUP BY event_id
    ),
    reported AS (
        SELECT event_id, bit_xor(hash(item_id, title, url, origin, published_at)) AS items
        FROM event_sources GROUP BY event_id
    ),
    versions AS (
        SELECT event_id, count(*) - 1 AS changes, bool_or(stage = 'scheduled') AS planned
        FROM event_versions GROUP BY event_id
    ),
    near AS (
        SELECT event_id, bit_xor(chain) AS chain
        FROM (
            SELECT predecessor AS event_id, hash(event_id, stage, event_date, title) AS chain FROM live
            UNION ALL
            SELECT a.event_id, hash(b.event_id, b.stage, b.event_date, b.title)
            FROM live AS a JOIN live AS b ON a.predecessor = b.event_id
        )
        GROUP BY event_id
    )
    SELECT live.*, reports > 0 AS page, coalesce(changes, 0) AS changes,
        coalesce(planned, live.stage = 'scheduled') AS planned,
        md5(concat_ws('|', live::VARCHAR, sent, items, chain)) AS version
    FROM live LEFT JOIN told USING (event_id) LEFT JOIN reported USING (event_id) LEFT JOIN versions USING (event_id)
        LEFT JOIN near USING (event_id)
    ORDER BY coalesce(event_date, first_reported_at::DATE) DESC, event_id
"""
_SEEN: Final = """
    SELECT i.url, i.title, i.outlet, i.language, i.published_at, any_value(m.reason) AS reason
    FROM items AS i JOIN mentions AS m USING (item_id)
    GROUP BY ALL HAVING NOT bool_or(m.alertable) ORDER BY i.published_at DESC NULLS LAST, i.url LIMIT 500
"""
_FEEDS: Final = """
    WITH asked AS (
        SELECT feed, max_by(outcome, polled_at) AS outcome, max_by(status, polled_at) AS status, count(*) AS polls,
            count(*) FILTER (outcome IN ('new', 'unchanged', 'empty')) AS good
        FROM polls GROUP BY feed
    )
    SELECT f.feed, f.outlet, f.url, f.health, f.since, f.last_polled_at, a.outcome, a.status,
        coalesce(a.polls, 0) AS polls, coalesce(a.good, 0) AS good
    FROM feeds AS f LEFT JOIN asked AS a USING (feed) WHERE f.enabled
    ORDER BY f.health = 'healthy', f.health = 'new', f.outlet, f.feed
"""
_OUTLETS: Final = """
    WITH reported AS (
        SELECT event_id, outlet, min(coalesce(published_at, first_seen_at)) AS came, list(DISTINCT language) AS spoken
        FROM event_sources GROUP BY ALL
    ),
    late AS (
        SELECT *, epoch(came - min(came) OVER (PARTITION BY event_id)) AS behind,
            row_number() OVER (PARTITION BY event_id ORDER BY came, outlet) = 1 AS leads
        FROM reported
    )
    SELECT outlet, count(*) AS events, count(*) FILTER (leads) AS firsts, median(behind) FILTER (NOT leads) AS behind,
        list_sort(list_distinct(flatten(list(spoken)))) AS languages
    FROM late GROUP BY outlet ORDER BY firsts DESC, events DESC, outlet LIMIT 100
"""
_WAITS: Final = """
    SELECT channel, count(*) AS alerts, median(seconds) AS p50, quantile_cont(seconds, 0.95) AS p95,
        max(seconds) AS slowest
    FROM latency GROUP BY channel ORDER BY channel
"""
# Of one event at most so many rows: thousands of reports by one hostile feed make no page that nobody can open.
_DETAILS: Final = {
    "reports": """
        SELECT *, epoch(published_at - min(published_at) OVER one) AS seconds, count(*) OVER one AS total,
            lag(outlet) OVER (PARTITION BY event_id, origin ORDER BY published_at, item_id) AS copied
        FROM event_sources WHERE event_id IN (SELECT unnest($ids::VARCHAR[])) WINDOW one AS (PARTITION BY event_id)
        QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY published_at, item_id) <= 200
        ORDER BY published_at, item_id
    """,
    "evidence": """
        SELECT s.event_id, i.item_id, i.outlet, i.language, e.field,
            CASE e.field WHEN 'title' THEN i.title WHEN 'summary' THEN i.summary ELSE i.text END AS text,
            list((e.start_offset, e.end_offset)) AS spans
        FROM event_sources AS s JOIN items AS i USING (item_id) JOIN evidence AS e USING (item_id)
        WHERE s.event_id IN (SELECT unnest($ids::VARCHAR[])) GROUP BY 1, 2, 3, 4, 5, 6
        QUALIFY row_number() OVER (PARTITION BY s.event_id ORDER BY min(i.first_seen_at), i.item_id) <= 100
        ORDER BY min(coalesce(i.published_at, i.first_seen_at)), i.item_id,
            min(list_position(['title', 'summary', 'text'], e.field))
    """,
    "deliveries": """
        SELECT a.event_id, a.alert_id, a.change, d.channel, d.state, d.sent_at, d.reason
        FROM alerts AS a JOIN deliveries AS d USING (alert_id)
        WHERE a.event_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY a.created_at, d.channel
    """,
}


def read(home: Path, known: Mapping[str, str]) -> Site:
    """Read the whole overview, and the details of events whose version is not the `known` one.

    Raises FileNotFoundError where nothing was published yet.
    """
    with published(home) as con:
        events = list(rows(con, _EVENTS, {}))
        stale = [
            str(one["event_id"]) for one in events if one["page"] and known.get(str(one["event_id"])) != one["version"]
        ]
        [(at,)] = con.execute("SELECT published_at FROM about").fetchall()
        return Site(
            published_at=at,
            events=events,
            details=_details(con, stale),
            seen=list(rows(con, _SEEN, {})),
            feeds=list(rows(con, _FEEDS, {})),
            outlets=list(rows(con, _OUTLETS, {})),
            waits=list(rows(con, _WAITS, {})),
        )


def _details(con: Connection, ids: list[str]) -> dict[str, dict[str, list[Row]]]:
    found: dict[str, dict[str, list[Row]]] = {name: {kind: [] for kind in _DETAILS} for name in ids}
    for kind, question in _DETAILS.items():
        for row in rows(con, question, {"ids": ids}):
            found[str(row["event_id"])][kind].append(row)
    return found
