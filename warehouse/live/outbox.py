"""Alerts and their deliveries: each change of state is a row of its own, the last one holds."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Final

from alerts.model import Alert, Delivery, DeliveryState, Facts, Message, Outgoing, SendResult
from warehouse.codec import decode, encode
from warehouse.connection import Connection
from warehouse.live.bulk import append, whole
from warehouse.sql import rows, tables

FARTHEST: Final = timedelta(days=2)  # of a planned attempt: one planned later was planned before the clock went back

_ASK: Final = tables("live")["outbox"]


def queue(con: Connection, alerts: Sequence[Alert], deliveries: Sequence[Delivery]) -> None:
    """Append alerts and deliveries; what is already known by its id is left as it stands, so a repeat sends nothing.

    An event's is recorded as a repeat, with the reason: nothing that was queued leaves no row.
    """
    by_id = {alert.alert_id: alert for alert in alerts}
    among, ids = "WHERE alert_id IN (SELECT unnest($1::VARCHAR[]))", [[*by_id]]
    known = {*con.execute(f"SELECT alert_id FROM alerts {among}", ids).fetchall()}
    there = {*con.execute(f"SELECT DISTINCT alert_id, channel FROM transitions {among}", ids).fetchall()}
    new = [alert for alert in by_id.values() if (alert.alert_id,) not in known]
    append(con, "alerts", new, title=lambda one: one.facts.title, facts=lambda one: encode(one.facts))
    fresh = {(one.alert_id, one.channel): one for one in deliveries if (one.alert_id, one.channel) not in there}
    append(con, "transitions", [*fresh.values()], recorded_at=lambda one: by_id[one.alert_id].created_at)
    again = [(one.channel, by_id[one.alert_id]) for one in deliveries if one not in fresh.values()]
    had = "the channel had this change already"
    repeats = [
        {"alert_id": alert.alert_id, "channel": channel, "event_id": alert.event_id, "recorded_at": alert.created_at,
         "reason": f"{had}: {alert.reason}"} for channel, alert in again if alert.event_id
    ]  # fmt: skip
    append(con, "repeats", repeats)


def settle(con: Connection, deliveries: Sequence[Delivery], *, now: datetime) -> None:
    """Append the state that these deliveries reached."""
    append(con, "transitions", deliveries, recorded_at=now)


def settle_dead(con: Connection, *, now: datetime) -> int:
    """Mark as `unknown` what a dead cycle left in `sending`, and return how many; no completed attempt is counted."""
    left = whole(con, Delivery, "SELECT facts FROM current_deliveries WHERE state = 'sending'")
    reason = "the process ended while sending: the message may have arrived"
    dead = [replace(one, state=DeliveryState.UNKNOWN, reason=reason, repeat=True) for one in left]
    settle(con, dead, now=now)
    return len(dead)


def due(con: Connection, *, now: datetime) -> tuple[tuple[Alert, Delivery], ...]:
    """Return what may be attempted now, oldest alert first.

    `pending` whose next attempt has come, or is planned farther ahead than any back-off (the clock went back); `held`
    that are released or were queued by a clock that was ahead; all `unknown` ones: the channel decides about those.
    """
    found = rows(con, _ASK["due"], {"now": now, "farthest": now + FARTHEST})
    return tuple((alert_of(row), decode(Delivery, str(row["delivery"]))) for row in found)


def alert_of(row: Mapping[str, object]) -> Alert:
    """Return the alert that a row of `alerts` holds."""
    held = {one.name: row[one.name] for one in fields(Alert)} | {"facts": decode(Facts, str(row["facts"]))}
    return Alert(**held)  # type: ignore[arg-type]  # the columns are the fields


def start(con: Connection, outgoing: Outgoing, *, now: datetime) -> None:
    """Record that an attempt begins: a crash before `record` leaves `sending`."""
    settle(con, [replace(delivery, state=DeliveryState.SENDING) for _, delivery in outgoing.parts], now=now)


def record(
    con: Connection, deliveries: Sequence[Delivery], result: SendResult, message: Message | None, *, now: datetime
) -> None:
    """Append how an attempt ended, with the words that were sent, and the deliveries as they now stand.

    `message` is None where the words could not be made.
    """
    first, chosen = deliveries[0], [delivery.alert_id for delivery in deliveries]
    title, text = (message.title, message.text) if message else (None, None)
    words: dict[str, str | None] = {"title": title, "text": text, "message_id": first.message_id or first.alert_id}
    ended = {"result": lambda one: one.kind, "alert_ids": lambda _: chosen}
    append(con, "attempts", [result], channel=first.channel, attempted_at=now, **words, **ended)
    settle(con, deliveries, now=now)


def resend(
    con: Connection, *, alert_id: str | None = None, failed: bool = False, since: datetime | None = None, now: datetime
) -> int:
    """Make deliveries due again, as possible repeats under their old ids; returns how many.

    Chosen by their alert, by having failed (abandoned or unknown), by the alert's age: all that is given must hold.
    What was suppressed on a channel stays so, and what is held waits for its time.
    """
    again = [
        replace(one, state=DeliveryState.PENDING, attempts=0, first_attempt_at=None, next_attempt_at=None,
                release_at=None, reason="resent by hand", repeat=True)
        for one in whole(con, Delivery, _ASK["resend"], {"alert": alert_id, "failed": failed, "since": since})
    ]  # fmt: skip
    settle(con, again, now=now)
    return len(again)
