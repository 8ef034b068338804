"""What the published copy tells of the watch and of one thing in it: `status`, `explain`, `alerts list`, `preview`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from alerts.model import Alert
from extractors.read.urls import article_id, canonical
from warehouse.connection import PUBLISHED, Connection, published, rows
from warehouse.live.cycles import CycleRecord, last_cycles
from warehouse.live.outbox import alert_of
from warehouse.published.archive import quoted, view

Rows: TypeAlias = tuple[dict[str, object], ...]

_FEEDS: Final = """
    SELECT f.* EXCLUDE (facts, seq), p.outcome, p.status, p.reason
    FROM feeds AS f LEFT JOIN polls AS p USING (feed) WHERE f.enabled
    QUALIFY row_number() OVER (PARTITION BY feed ORDER BY p.polled_at DESC, p.seq DESC) = 1 ORDER BY f.feed
"""
# By channel: how many deliveries wait after a failure, or were given up since its last success, and why.
_WAITING: Final = """
    SELECT channel, count(*) AS deliveries, arg_max(reason, recorded_at) AS reason
    FROM deliveries JOIN (SELECT channel, max(sent_at) AS last FROM deliveries GROUP BY channel) USING (channel)
    WHERE state = 'unknown' OR (state = 'pending' AND attempts > 0)
        OR (state = 'abandoned' AND recorded_at > coalesce(last, 'epoch'))
    GROUP BY channel ORDER BY channel
"""
_LATENCY: Final = """
    SELECT quantile_cont(seconds, 0.5), quantile_cont(seconds, 0.95) FROM latency
    WHERE sent_at >= (SELECT published_at FROM about) - INTERVAL 30 DAY
"""
_ALERTS: Final = """
    SELECT a.alert_id, a.event_id, a.change, a.created_at, a.title, d.channel, d.state, d.attempts, d.sent_at,
        d.release_at, d.next_attempt_at, d.message_id, d.reason
    FROM alerts AS a JOIN deliveries AS d USING (alert_id)
    WHERE ($since IS NULL OR a.created_at >= $since) AND (NOT $failed OR d.state IN ('abandoned', 'unknown'))
    ORDER BY a.created_at DESC, a.alert_id, d.channel
"""
_EVENTS: Final = """
    WITH RECURSIVE family(event_id) AS (
        SELECT event_id FROM events WHERE event_id = $x
        UNION SELECT event_id FROM mentions WHERE event_id IS NOT NULL AND item_id IN (SELECT unnest($items::VARCHAR[]))
        UNION SELECT event_id FROM alerts WHERE event_id IS NOT NULL AND alert_id IN (SELECT unnest($alerts::VARCHAR[]))
        UNION
        SELECT CASE WHEN e.event_id = f.event_id THEN e.merged_into ELSE e.event_id END
        FROM family AS f JOIN events AS e ON e.merged_into IS NOT NULL AND f.event_id IN (e.event_id, e.merged_into)
    ) FROM family
"""
_POLLS: Final = """
    SELECT DISTINCT p.* FROM {polls} AS p
    JOIN (SELECT unnest($feeds::VARCHAR[]) AS feed, unnest($times::TIMESTAMPTZ[]) AS polled_at) AS w
        ON p.feed = w.feed AND p.polled_at = w.polled_at
    ORDER BY p.polled_at
"""
_ALERT_IDS: Final = """
    SELECT alert_id FROM alerts WHERE alert_id = $x UNION SELECT alert_id FROM deliveries WHERE message_id = $x
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The watch as the published copy shows it; its age is the reader's to judge."""

    published_at: datetime
    schema_version: int
    lexicon_version: str
    last_cycle: CycleRecord | None
    feeds: Rows  # enabled ones, with how their last poll ended
    deliveries: dict[str, int]  # by state
    waiting: Rows  # channel, deliveries, reason: what waits after a failure, or was given up since the last success
    recoveries: Rows  # latest first
    time_to_alert: tuple[float | None, float | None]  # p50 and p95 of the last 30 days, seconds; None: none was sent
    next_due_at: datetime | None
    bytes: int  # of the published copy with its archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What became of one thing; rows as the published tables have them."""

    items: Rows  # one that is not relevant is a row of the archive, with its `reason`
    polls: Rows  # that brought them
    evidence: Rows
    mentions: Rows
    events: Rows  # aliases too
    sources: Rows
    alerts: Rows
    deliveries: Rows
    attempts: Rows
    mutes: Rows


def health(home: Path) -> Health:
    """Answer `konato status`. Raises FileNotFoundError where nothing was published yet."""
    with published(home) as con:
        about = _select(con, "SELECT published_at, schema_version, lexicon_version FROM about")[0]
        [(due,)] = con.execute("SELECT min(next_due_at) FROM feeds WHERE enabled").fetchall()
        return Health(
            **about,  # type: ignore[arg-type]  # the columns are the fields
            last_cycle=next(iter(last_cycles(con, 1)), None),
            feeds=_select(con, _FEEDS),
            deliveries=dict(con.execute("SELECT state, count(*) FROM deliveries GROUP BY 1 ORDER BY 1").fetchall()),
            waiting=_select(con, _WAITING),
            time_to_alert=con.execute(_LATENCY).fetchall()[0],
            recoveries=_select(con, "FROM recoveries ORDER BY recovered_at DESC"),
            next_due_at=due,
            bytes=sum(file.stat().st_size for file in (home / PUBLISHED).parent.rglob("*") if file.is_file()),
        )


def alerts(home: Path, *, failed: bool = False, since: datetime | None = None) -> Rows:
    """Return each alert on each channel, latest first; only those that failed, or queued since then, if so asked.

    Raises FileNotFoundError where nothing was published yet.
    """
    with published(home) as con:
        return _select(con, _ALERTS, failed=failed, since=since.astimezone(UTC) if since else None)


def last_alert(home: Path, x: str) -> Alert | None:
    """Return an alert by its id, or the last one of an event by the event's; None where there is none.

    Raises FileNotFoundError as `alerts` does.
    """
    last = "FROM alerts WHERE $x IN (event_id, alert_id) ORDER BY created_at DESC, seq DESC LIMIT 1"
    with published(home) as con:
        found = _select(con, last, x=x)
    return alert_of(found[0]) if found else None


def explain(home: Path, x: str) -> Explained | None:
    """Tell what became of a URL, or of the id of an item, event, alert or message; None where nothing has it.

    Raises FileNotFoundError where nothing was published yet.
    """
    with published(home) as con:
        items = _items(con, "items", x) or _items(con, f"({every})" if (every := view(home)) else "", x)
        alerts = _ids(_select(con, _ALERT_IDS, x=x), "alert_id")
        events = _ids(_select(con, _EVENTS, x=x, items=_ids(items, "item_id"), alerts=alerts), "event_id")
        if not (items or alerts or events):
            return None
        sources = _among(con, "event_sources", "event_id", events)
        items = items or _among(con, "items", "item_id", _ids(sources, "item_id"))
        ids = _ids(items, "item_id")
        told = _among(con, "alerts", "alert_id", alerts) if alerts else _among(con, "alerts", "event_id", events)
        alerts = _ids(told, "alert_id")
        return Explained(
            items=items,
            polls=_polls(con, home, items),
            evidence=_among(con, "evidence", "item_id", ids),
            mentions=_among(con, "mentions", "item_id", ids),
            events=_among(con, "events", "event_id", events),
            sources=sources,
            alerts=told,
            deliveries=_among(con, "deliveries", "alert_id", alerts),
            attempts=_select(
                con, "FROM attempts WHERE list_has_any(alert_ids, $x) ORDER BY attempted_at, seq", x=alerts
            ),
            mutes=_among(con, "mutes", "event_id", events),
        )


def _select(con: Connection, question: str, **parameters: object) -> Rows:
    return tuple(rows(con, question, parameters))


def _ids(found: Rows, name: str) -> list[str]:
    return [str(row[name]) for row in found]


def _among(con: Connection, table: str, column: str, values: list[str]) -> Rows:
    return _select(con, f"FROM {table} WHERE {column} IN (SELECT unnest($values::VARCHAR[]))", values=values)


def _items(con: Connection, table: str, x: str) -> Rows:
    """Find items by id or URL: any form of it that means the same article."""
    if not table:
        return ()
    if "://" not in x:
        return _select(con, f"FROM {table} WHERE item_id = lower($x)", x=x)
    found = _select(con, f"FROM {table} WHERE contains(url, $part)", part=_telling(x))
    article = article_id(x)
    return tuple(
        row
        for row in found
        if canonical(str(row["url"])) == canonical(x) or (article and article_id(str(row["url"])) == article)
    )


def _telling(url: str) -> str:
    """Return the part of a URL that every form of it holds: its longest number, else the end of its path."""
    numbers = re.findall(r"\d{5,}", url)
    path = canonical(url).partition("?")[0].partition("://")[2]
    return max(numbers, key=len) if numbers else path.rstrip("/").rpartition("/")[2]


def _polls(con: Connection, home: Path, items: Rows) -> Rows:
    """Find the polls that brought items: those of the same feed and moment."""
    older = (home / PUBLISHED).parent / "polls"
    moved = any(older.glob("*.parquet"))
    both = f"(FROM polls UNION ALL BY NAME FROM read_parquet({quoted(older / '*.parquet')}))" if moved else "polls"
    feeds = [item["feed"] for item in items for _ in ("first", "last")]
    times = [item.get(name) for item in items for name in ("first_seen_at", "seen_at")]
    return _select(con, _POLLS.format(polls=both), feeds=feeds, times=times)
