"""What the published copy tells of the watch and of one thing in it: `status`, `explain`, `alerts list`, `preview`.

Each function raises FileNotFoundError where nothing was published yet.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from alerts.model import Alert
from extractors.read.urls import article_id, canonical
from warehouse.connection import PUBLISHED, Connection, published, quoted
from warehouse.live.cycles import CycleRecord, last_cycles
from warehouse.live.outbox import alert_of
from warehouse.published.archive import view
from warehouse.sql import rows, tables

Rows: TypeAlias = Sequence[dict[str, object]]
OF: Final = {
    "evidence": "item_id", "mentions": "item_id", "events": "event_id", "deliveries": "alert_id", "mutes": "event_id",
}  # fmt: skip
"""The tables in which `explain` looks for what it has found, and by what."""
_ASK: Final = tables("published")["tell"]


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
    untold: Rows  # alertable events with the channel that was not told, nor a reason stored: there should be none
    recoveries: Rows  # latest first
    time_to_alert: tuple[float | None, float | None]  # p50 and p95 of the last 30 days, seconds; None: none was sent
    next_due_at: datetime | None
    bytes: int  # of the published copy with its archive


def health(home: Path, channels: Sequence[str] = (), *, down: bool = False) -> Health:
    """Answer `konato status`; `channels` are the last cycle's. With `down`, feeds are named only where all fail."""
    with published(home) as con:
        return Health(
            **rows(con, _ASK["about"])[0],  # type: ignore[arg-type]  # the columns are the fields
            last_cycle=next(iter(last_cycles(con, 1)), None),
            feeds=rows(con, _ASK["feeds"].format(which=_ASK["down"] if down else "true")),
            deliveries=dict(con.execute("SELECT state, count(*) FROM deliveries GROUP BY 1 ORDER BY 1").fetchall()),
            waiting=rows(con, _ASK["waiting"]),
            untold=rows(con, _ASK["untold"], {"channels": channels}),
            time_to_alert=con.execute(_ASK["latency"]).fetchall()[0],
            recoveries=rows(con, "FROM recoveries ORDER BY recovered_at DESC"),
            bytes=sum(file.stat().st_size for file in (home / PUBLISHED).parent.rglob("*") if file.is_file()),
        )


def spans(home: Path, urls: Sequence[str]) -> Rows:
    """Return the evidence in the titles of the items with these addresses: url, title, and each term with its place."""
    with published(home) as con:
        return rows(con, _ASK["spans"], {"urls": list(urls)})


def alerts(home: Path, *, failed: bool = False, since: datetime | None = None) -> Rows:
    """Return each alert on each channel, latest first; only those that failed, or queued since then, if so asked."""
    with published(home) as con:
        return rows(con, _ASK["alerts"], {"failed": failed, "since": since.astimezone(UTC) if since else None})


def last_alert(home: Path, x: str) -> Alert | None:
    """Return an alert by its id, or the last one of an event by the event's; None where there is none."""
    last = "FROM alerts WHERE $x IN (event_id, alert_id) ORDER BY created_at DESC, seq DESC LIMIT 1"
    with published(home) as con:
        found = rows(con, last, {"x": x})
    return alert_of(found[0]) if found else None


def explain(home: Path, x: str) -> dict[str, Rows]:
    """Tell what became of a URL, or of the id of an item, event, alert or message; {} where nothing has it.

    Rows of the published tables by their names: `items` (one that is not relevant is a row of the archive, with its
    `reason`), the `polls` that brought them, `events` (aliases too), the events' `sources`, and those of `OF`.
    """
    with published(home) as con:
        items = _items(con, "items", x) or _items(con, f"({every})" if (every := view(home)) else "", x)
        alerts = _ids(rows(con, _ASK["alert_ids"], {"x": x}), "alert_id")
        events = _ids(
            rows(con, _ASK["events"], {"x": x, "items": _ids(items, "item_id"), "alerts": alerts}), "event_id"
        )
        if not (items or alerts or events):
            return {}
        sources = _among(con, "event_sources", "event_id", events)
        items = items or _among(con, "items", "item_id", _ids(sources, "item_id"))
        told = _among(con, "alerts", "alert_id", alerts) if alerts else _among(con, "alerts", "event_id", events)
        ids = {"item_id": _ids(items, "item_id"), "alert_id": _ids(told, "alert_id"), "event_id": events}
        attempts, polls = rows(con, _ASK["attempts"], {"x": ids["alert_id"]}), _polls(con, home, items)
        found = {"items": items, "polls": polls, "sources": sources, "alerts": told, "attempts": attempts}
        return found | {table: _among(con, table, column, ids[column]) for table, column in OF.items()}


def _ids(found: Rows, name: str) -> list[str]:
    return [str(row[name]) for row in found]


def _among(con: Connection, table: str, column: str, values: list[str]) -> Rows:
    return rows(con, f"FROM {table} WHERE {column} IN (SELECT unnest($values::VARCHAR[]))", {"values": values})


def _items(con: Connection, table: str, x: str) -> Rows:
    """Find items by id or URL: any form of it that means the same article."""
    if not table:
        return ()
    if "://" not in x:
        return rows(con, f"FROM {table} WHERE item_id = lower($x)", {"x": x})
    numbers, path = re.findall(r"\d{5,}", x), canonical(x).partition("?")[0].partition("://")[2]
    part = max(numbers, key=len) if numbers else path.rstrip("/").rpartition("/")[2]  # that every form of a URL holds
    found, article = rows(con, f"FROM {table} WHERE contains(url, $part)", {"part": part}), article_id(x)
    urls = [(row, str(row["url"])) for row in found]
    return tuple(row for row, url in urls if canonical(url) == canonical(x) or (article and article_id(url) == article))


def _polls(con: Connection, home: Path, items: Rows) -> Rows:
    """Find the polls that brought items: those of the same feed and moment."""
    older = (home / PUBLISHED).parent / "polls"
    moved = any(older.glob("*.parquet"))
    both = f"(FROM polls UNION ALL BY NAME FROM read_parquet({quoted(older / '*.parquet')}))" if moved else "polls"
    feeds = [item["feed"] for item in items for _ in ("first", "last")]
    times = [item.get(name) for item in items for name in ("first_seen_at", "seen_at")]
    return rows(con, _ASK["polls"].format(polls=both), {"feeds": feeds, "times": times})
