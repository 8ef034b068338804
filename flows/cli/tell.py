"""Commands about telling: mute, unmute, alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from flows.cli.keep import changing
from flows.cli.options import Home, Since, midnight, refuse

Event = Annotated[str, typer.Argument(metavar="EVENT", help="An event's id.")]
Failed = Annotated[bool, typer.Option("--failed", help="Only those given up, or whose receipt is unknown.")]


def mute(
    *,
    event: Event,
    home: Home,
    until: Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day, UTC.")] = None,
) -> None:
    """Say no more of an event; what it would have sent is stored as suppressed."""
    from warehouse.live import events

    with changing(home, "konato mute") as (con, now):
        if not events.by_ids(con, [event]):
            refuse(f"{event} is no event here; `konato query chain` lists some.")
        events.mute(con, event, midnight(until, after=True), now)
    print(f"{event} is muted{f' until {until:%F}' if until else ''}; `konato unmute {event}` undoes it")


def unmute(*, event: Event, home: Home) -> None:
    """Tell of an event again."""
    from warehouse.live import events

    with changing(home, "konato unmute") as (con, now):
        if not events.by_ids(con, [event]):
            refuse(f"{event} is no event here; `konato query chain` lists some.")
        events.unmute(con, event, now)
    print(f"{event} is told again")


def list_alerts(*, home: Home, failed: Failed = False, since: Since = None) -> None:
    """List alerts with their deliveries, from the published copy."""
    from flows.cli.draw import draw_table
    from warehouse.published.tell import alerts

    columns = ("created_at", "alert_id", "channel", "state", "attempts", "change", "title", "reason")
    rows = alerts(home, failed=failed, since=midnight(since))
    draw_table(columns, [[row[column] for column in columns] for row in rows])


def resend(
    *,
    alert: Annotated[str | None, typer.Argument(metavar="[ALERT]", help="An alert's id; default: all chosen.")] = None,
    home: Home,
    failed: Failed = False,
    since: Since = None,
) -> None:
    """Queue deliveries again, where they were not suppressed; the next cycle sends them, marked as possible repeats."""
    from warehouse.live import outbox

    if alert is None and not failed:
        refuse("name an ALERT, or choose --failed")
    with changing(home, "konato alerts resend") as (con, now):
        chosen = outbox.resend(con, alert_id=alert, failed=failed, since=midnight(since), now=now)
    if alert and not chosen:
        refuse(
            f"{alert} has no delivery{' that failed' if failed else ''} to send again; `konato alerts list` shows them."
        )
    print(f"{chosen} deliveries are due again; the next cycle sends them")
