"""The fourth stage: what is due goes out, one message at a time, at most one attempt a delivery."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low
from typing import Final

from alerts.decide import bundle, retry, rules
from alerts.model import (
    Alert,
    Channel,
    Delivery,
    DeliveryState,
    Message,
    Outgoing,
    ResultKind,
    SendResult,
)
from extractors.model import FeedNotice
from flows.configure.channels import channel_url
from flows.cycle.home import Cycle
from warehouse.connection import Connection, reading, writing
from warehouse.live import cycles, events, outbox

LOG: Final = logging.getLogger("konato.deliver")
SEND_SECONDS: Final = 30.0  # a receiver slower than this has perhaps taken the message: unknown
ABANDONED: Final = "abandoned"  # the change of an alert that tells of an abandoned one
NAMED: Final = 3  # alerts that a notice of an abandoned message names
PATIENCE: Final = timedelta(hours=6)  # between attempts to tell of an abandoned one: it waits for the next success
RHYTHM: Final = 6  # cycles looked back on for the usual time between two


def deliver(cycle: Cycle, *, only: Collection[str] | None = None) -> Mapping[str, int]:
    """Send what is due and record how each attempt ended; returns the deliveries by the state they reached.

    `only` names the alerts to send, all others wait for their cycle.
    """
    with reading(cycle.home) as con:
        due = [part for part in outbox.due(con, now=cycle.now) if only is None or part[0].alert_id in only]
        unwatched = _unwatched(con, cycle.now)
        muted = events.muted(con, now=cycle.now) if due else ()
    if not due:
        return {}
    channels = {channel.name: channel for channel in cycle.settings.channels}
    reached: Counter[str] = Counter()
    orphans = [part for part in due if part[1].channel not in channels]
    silenced = [part for part in due if part[1].channel in channels and part[0].event_id in muted]
    _suppress(cycle, "channel removed", orphans)
    _suppress(cycle, "muted", silenced)  # since it was queued
    reached["suppressed"] += len(orphans) + len(silenced)
    ready = [part for part in due if part[0].event_id not in muted and _ready(part[1], channels)]
    outgoing = bundle.plan(ready, channels, now=cycle.now, unwatched=unwatched)
    for done, one in enumerate(outgoing):
        if cycle.seconds_left < SEND_SECONDS:
            LOG.warning("the cycle's time is up: %d messages wait for the next", len(outgoing) - done)
            break
        cycle.tell("deliver", done, len(outgoing))
        after = _attempt(cycle, one, channels[one.channel])
        reached.update(delivery.state.value for delivery in after)
    cycle.tell("deliver", len(outgoing), len(outgoing))
    return +reached


def _unwatched(con: Connection, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the time in which nobody watched, judged by the home's own rhythm: cron has its own, a schedule too."""
    starts = [past.started_at for past in cycles.last_cycles(con, RHYTHM)]
    steps = [later - earlier for later, earlier in pairwise(starts) if later > earlier]
    return cycles.unwatched(con, now=now, every=median_low(steps)) if len(steps) > 1 else None


def _ready(delivery: Delivery, channels: Mapping[str, Channel]) -> bool:
    channel = channels.get(delivery.channel)
    if channel is None or channel.problem:
        return False
    return delivery.state is not DeliveryState.UNKNOWN or channel.unknown == "again"


def _suppress(cycle: Cycle, reason: str, parts: Sequence[tuple[Alert, Delivery]]) -> None:
    if parts:
        gone = [replace(delivery, state=DeliveryState.SUPPRESSED, reason=reason) for _, delivery in parts]
        with writing(cycle.home, now=cycle.now) as con:
            outbox.settle(con, gone, now=cycle.now)


def _attempt(cycle: Cycle, outgoing: Outgoing, channel: Channel) -> list[Delivery]:
    """Record the attempt, render, send, record how it ended: a crash between the two records leaves `sending`."""
    with writing(cycle.home, now=cycle.now) as con:
        outbox.start(con, outgoing, now=cycle.now)
    cycle.tell("deliver:start", 0, 1)
    message, result = _send(cycle, outgoing, channel)
    cycle.tell("deliver:sent", 1, 1)
    jitter = random.Random(f"{outgoing.message_id} {cycle.now}").random()  # noqa: S311  spreads load, guards nothing
    after = [
        _patient(
            alert,
            retry.settle(replace(row, message_id=outgoing.message_id), result, channel, now=cycle.now, jitter=jitter),
        )
        for alert, row in outgoing.parts
    ]
    with writing(cycle.home, now=cycle.now) as con:
        outbox.record(con, after, result, message, now=cycle.now)
        _tell_abandoned(cycle, con, channel, outgoing, after)
    log = LOG.info if result.kind is ResultKind.SENT else LOG.warning
    log("message %s to %s: %s %s", outgoing.message_id, channel.name, result.kind.value, result.reason)
    return after


def _patient(alert: Alert, delivery: Delivery) -> Delivery:
    """Keep what tells of an abandoned alert for the channel's next success, however long that takes."""
    if alert.change != ABANDONED or delivery.state is not DeliveryState.ABANDONED:
        return delivery
    at = (delivery.first_attempt_at or alert.created_at) + PATIENCE * delivery.attempts
    return replace(delivery, state=DeliveryState.PENDING, next_attempt_at=at)


def _tell_abandoned(
    cycle: Cycle, con: Connection, channel: Channel, outgoing: Outgoing, after: Sequence[Delivery]
) -> None:
    """Tell through another channel that a delivery was given up or, where there is none, on this one later."""
    told = {
        alert.alert_id for alert, _ in outgoing.parts if alert.facts.kind != "health"
    }  # else they tell of each other
    gone = [row for row in after if row.state is DeliveryState.ABANDONED and row.alert_id in told]
    if not gone:
        return
    others = [other for other in cycle.settings.channels if other.name != channel.name and not other.problem]
    notice = FeedNotice(
        feed=f"channel {channel.name}",
        outlet="",
        kind=ABANDONED,
        since=gone[0].first_attempt_at or cycle.now,
        detail=(
            f"Message {outgoing.message_id} was given up after {gone[0].attempts} attempts: {gone[0].reason}."
            f" Mend the channel, then: konato alerts resend --failed. It told: {_contents(outgoing)}"
        ),
        key=outgoing.message_id,
    )
    outbox.queue(con, *rules.for_notices([notice], others or [channel], now=cycle.now))


def _contents(outgoing: Outgoing) -> str:
    """Name what a message would have told: titles and links, as far as a notice has room."""
    facts = [alert.facts for alert, _ in outgoing.parts]
    told = [" ".join(filter(None, (one.title, one.sources[0].url if one.sources else ""))) for one in facts[:NAMED]]
    more = f"; and {len(facts) - NAMED} more" if len(facts) > NAMED else ""
    return f"{'; '.join(filter(None, told)) or 'a list of earlier events'}{more}."


def _send(cycle: Cycle, outgoing: Outgoing, channel: Channel) -> tuple[Message | None, SendResult]:
    from alerts.send.door import medium_of, send
    from alerts.word.render import render

    url = channel_url(channel)
    try:
        message = render(outgoing, channel, medium_of(url), now=cycle.now)
    except Exception as error:  # a broken template spoils this message and no other
        LOG.exception("message %s could not be rendered", outgoing.message_id)
        reason = f"the message could not be rendered: {type(error).__name__}: {error}"
        return None, SendResult(kind=ResultKind.BROKEN, reason=reason)
    return message, send(message, url, timeout=SEND_SECONDS, now=cycle.now)
