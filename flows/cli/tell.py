"""Commands about telling: mute, unmute, alerts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from flows.cli.draw import draw_table
from flows.cli.options import Refused, used
from flows.cycle.home import working
from warehouse.connection import Connection, writing
from warehouse.live import events, outbox
from warehouse.published import tell

LISTED = ("created_at", "alert_id", "channel", "state", "attempts", "change", "title", "reason")


@contextmanager
def changing(home: Path, who: str, event: str = "") -> Iterator[tuple[Connection, datetime]]:
    """Hold one transaction on the live database, in which the event is known; yields it with the real time."""
    with working(used(home), who=who) as now, writing(home) as con:
        if event and not events.by_ids(con, [event]):
            raise Refused(f"{event} is no event here; `konato query chain` lists some.")
        yield con, now


def mute(*, event: str, home: Path, until: datetime | None) -> None:
    """Mute an event, for good or up to an instant."""
    with changing(home, "konato mute", event) as (con, now):
        events.mute(con, event, until, now)
    last = f" until {until - timedelta(days=1):%F}" if until else ""
    print(f"{event} is muted{last}; `konato unmute {event}` undoes it")


def unmute(*, event: str, home: Path) -> None:
    """Undo a mute."""
    with changing(home, "konato unmute", event) as (con, now):
        events.unmute(con, event, now)
    print(f"{event} is told again")


def list_alerts(*, home: Path, failed: bool, since: datetime | None) -> None:
    """List alerts, a row a delivery."""
    rows = tell.alerts(home, failed=failed, since=since)
    draw_table(LISTED, [[row[column] for column in LISTED] for row in rows])


def resend(*, alert: str | None, home: Path, failed: bool, since: datetime | None) -> None:
    """Queue deliveries again: those of one alert, or all that failed."""
    if alert is None and not failed:
        raise Refused("name an ALERT, or choose --failed")
    with changing(home, "konato alerts resend") as (con, now):
        chosen = outbox.resend(con, alert_id=alert, failed=failed, since=since, now=now)
    if alert and not chosen:
        which = " that failed" if failed else ""
        raise Refused(f"{alert} has no delivery{which} to send again; `konato alerts list` shows them.")
    print(f"{chosen} deliveries are due again; the next cycle sends them")
