"""What the briefing shows, read off the published copy: all events, and the details of those that changed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alerts.brief.pages import Row, Site
from warehouse.connection import Connection, published
from warehouse.sql import rows, tables

_ASK: Final = tables("published")["briefing"]
_DETAILS: Final = tables("published")["details"]


def read(home: Path, known: Mapping[str, str]) -> Site:
    """Read the whole overview, and the details of events whose version is not the `known` one.

    Raises FileNotFoundError where nothing was published yet.
    """
    with published(home) as con:
        events = rows(con, _ASK["events"])
        shown = {str(one["event_id"]): one["version"] for one in events if one["page"]}
        stale = [event for event, version in shown.items() if known.get(event) != version]
        [(at,)] = con.execute("SELECT published_at FROM about").fetchall()
        return Site(
            published_at=at,
            events=events,
            details=_details(con, stale),
            **{name: rows(con, _ASK[name]) for name in ("seen", "feeds", "outlets", "waits")},
        )


def _details(con: Connection, ids: list[str]) -> dict[str, dict[str, list[Row]]]:
    found: dict[str, dict[str, list[Row]]] = {name: {kind: [] for kind in _DETAILS} for name in ids}
    for kind, question in _DETAILS.items():
        for row in rows(con, question, {"ids": ids}):
            found[str(row["event_id"])][kind].append(row)
    return found
