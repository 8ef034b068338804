"""What the briefing shows, read off the published copy: all events, and the details of those that changed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alerts.brief.pages import Row, Site
from warehouse.connection import published
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
        details: dict[str, dict[str, list[Row]]] = {name: {kind: [] for kind in _DETAILS} for name in stale}
        for kind, question in _DETAILS.items():
            for row in rows(con, question, {"ids": stale}):
                details[str(row["event_id"])][kind].append(row)
        [(at,)] = con.execute("SELECT published_at FROM about").fetchall()
        return Site(
            published_at=at,
            events=events,
            details=details,
            **{name: rows(con, _ASK[name]) for name in ("seen", "feeds", "outlets", "waits")},
        )
