"""Alerts and their deliveries: each change of state is a row of its own, the last one holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from alerts.model import Alert, Delivery, DeliveryState, Facts, Message, Outgoing, SendResult
from warehouse.codec import decode, encode
from warehouse.connection import Connection
from warehouse.live.bulk import append

FARTHEST: Final = timedelta(days=2)  # of a planned attempt: one planned later was planned before the clock went back

_DUE: Final = """
    SELECT a.alert_id, a.event_id, a.change, a.created_at, a.reason, a.facts, d.facts
    FROM current_deliveries AS d JOIN alerts AS a USING (alert_id)
    WHERE d.state = 'unknown'
        OR d.state = 'held' AND (d.release_at IS NULL OR d.release_at <= $now OR a.created_at > $now)
        OR d.state = 'pending'
            AND (d.next_attempt_at IS NULL OR d.next_attempt_at <= $now OR d.next_attempt_at > $farthest)
    ORDER BY least(a.created_at, $now), a.alert_id, d.channel
"""


def queue(con: Connection, alerts: Sequence[Alert], deliveries: Sequence[Delivery]) -> None:
    """Append alerts and deliveries; what is already known by its id is left as it stands, so a repeat sends nothing.

    An event's is recorded as a repeat, with the reason: nothing that was queued leaves no row.
    """
    known = _known(con, "SELECT alert_id FROM alerts WHERE alert_id IN (SELECT unnest($1::VARCHAR[]))", alerts)
    there = _known(
        con,
        "SELECT DISTINCT alert_id, channel FROM transitions WHERE alert_id IN (SELECT unnest($1::VARCHAR[]))",
        deliveries,
    )
    new = {alert.alert_id: alert for alert in alerts if (alert.alert_id,) not in known}
    append(con, "alerts", [_alert(alert) for alert in new.values()])
    by_id = {alert.alert_id: alert for alert in alerts}
    fresh = {(one.alert_id, one.channel): one for one in deliveries if (one.alert_id, one.channel) not in there}
    append(con, "transitions", [_transition(one, by_id[one.alert_id].created_at) for one in fresh.values()])
    again = [one for one in deliveries if one not in fresh.values()]
    append(con, "repeats", [_repeat(one, alert) for one in again if (alert := by_id[one.alert_id]).event_id])


def settle(con: Connection, deliveries: Sequence[Delivery], *, now: datetime) -> None:
    """Append the state that these deliveries reached."""
    append(con, "transitions", [_transition(delivery, now) for delivery in deliveries])


def settle_dead(con: Connection, *, now: datetime) -> int:
    """Mark as `unknown` what a dead cycle left in `sending`, and return how many; no completed attempt is counted."""
    left = con.execute("SELECT facts FROM current_deliveries WHERE state = 'sending'").fetchall()
    reason = "the process ended while sending: the message may have arrived"
    dead = [
        replace(decode(Delivery, facts), state=DeliveryState.UNKNOWN, reason=reason, repeat=True) for (facts,) in left
    ]
    settle(con, dead, now=now)
    return len(dead)


def due(con: Connection, *, now: datetime) -> tuple[tuple[Alert, Delivery], ...]:
    """Return what may be attempted now, oldest alert first.

    `pending` whose next attempt has come, `held` that are released or were queued by a clock that was ahead, all
    `unknown` ones (the channel decides about those). An attempt planned more than two days ahead counts as due:
    back-off never reaches so far, so the clock went back.
    """
    found = con.execute(_DUE, {"now": now, "farthest": now + FARTHEST}).fetchall()
    return tuple(
        (
            Alert(
                alert_id=alert_id,
                event_id=event_id,
                change=change,
                created_at=created_at,
                reason=reason,
                facts=decode(Facts, facts),
            ),
            decode(Delivery, delivery),
        )
        for alert_id, event_id, change, created_at, reason, facts, delivery in found
    )


def start(con: Connection, outgoing: Outgoing, *, now: datetime) -> None:
    """Record that an attempt begins: a crash before `record` leaves `sending`."""
    begun = [
        replace(delivery, state=DeliveryState.SENDING, message_id=outgoing.message_id, bundle_kind=outgoing.kind,
                bundle_id=outgoing.message_id if outgoing.kind else None)
        for _, delivery in outgoing.parts
    ]  # fmt: skip
    settle(con, begun, now=now)


def record(
    con: Connection, deliveries: Sequence[Delivery], result: SendResult, message: Message | None, *, now: datetime
) -> None:
    """Append how an attempt ended, with the words that were sent, and the deliveries as they now stand.

    `message` is None where the words could not be made.
    """
    attempt = {
        "message_id": deliveries[0].message_id or deliveries[0].alert_id,
        "channel": deliveries[0].channel,
        "attempted_at": now,
        "result": str(result.kind),
        "status": result.status,
        "reason": result.reason,
        "milliseconds": result.milliseconds,
        "alert_ids": [delivery.alert_id for delivery in deliveries],
        "title": message and message.title,
        "text": message and message.text,
    }
    append(con, "attempts", [attempt])
    settle(con, deliveries, now=now)


def resend(
    con: Connection, *, alert_id: str | None = None, failed: bool = False, since: datetime | None = None, now: datetime
) -> int:
    """Make deliveries due again, as possible repeats under their old ids; returns how many.

    Chosen by their alert, by having failed (abandoned or unknown), by the alert's age: all that is given must hold.
    What was suppressed on a channel stays so, and what is held waits for its time.
    """
    found = con.execute(
        """
        SELECT d.facts FROM current_deliveries AS d JOIN alerts AS a USING (alert_id)
        WHERE d.state NOT IN ('suppressed', 'held') AND ($alert IS NULL OR a.alert_id = $alert)
            AND (NOT $failed OR d.state IN ('abandoned', 'unknown')) AND ($since IS NULL OR a.created_at >= $since)
        """,
        {"alert": alert_id, "failed": failed, "since": since},
    ).fetchall()
    again = [
        replace(decode(Delivery, facts), state=DeliveryState.PENDING, attempts=0, first_attempt_at=None,
                next_attempt_at=None, release_at=None, reason="resent by hand", repeat=True)
        for (facts,) in found
    ]  # fmt: skip
    settle(con, again, now=now)
    return len(again)


def _known(con: Connection, question: str, those: Sequence[Alert] | Sequence[Delivery]) -> set[tuple[str, ...]]:
    if not those:
        return set()
    return set(con.execute(question, [[one.alert_id for one in those]]).fetchall())


def _alert(alert: Alert) -> dict[str, object]:
    return {
        "alert_id": alert.alert_id,
        "event_id": alert.event_id,
        "change": alert.change,
        "created_at": alert.created_at,
        "reason": alert.reason,
        "title": alert.facts.title,
        "facts": encode(alert.facts),
    }


def _repeat(delivery: Delivery, alert: Alert) -> dict[str, object]:
    return {
        "alert_id": alert.alert_id,
        "channel": delivery.channel,
        "event_id": alert.event_id,
        "reason": f"the channel had this change already: {alert.reason}",
        "recorded_at": alert.created_at,
    }


def _transition(delivery: Delivery, now: datetime) -> dict[str, object]:
    return {
        "alert_id": delivery.alert_id,
        "channel": delivery.channel,
        "state": str(delivery.state),
        "attempts": delivery.attempts,
        "release_at": delivery.release_at,
        "next_attempt_at": delivery.next_attempt_at,
        "sent_at": delivery.sent_at,
        "message_id": delivery.message_id,
        "reason": delivery.reason,
        "facts": encode(delivery),
        "recorded_at": now,
    }
