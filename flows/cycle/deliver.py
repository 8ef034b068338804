"""The fourth stage: what is due goes out, at most one attempt a delivery.

Channels go out side by side, each in order: a receiver that is dead or slow costs its own channel time, and no other.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low
from threading import Lock
from typing import Final, TypeAlias

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
from flows.configure.tables import channel_url
from flows.cycle import state
from flows.cycle.home import Cycle, placed
from warehouse.connection import Connection, reading, writing
from warehouse.live import cycles, events, outbox

LOG: Final = logging.getLogger("konato.deliver")
SEND_SECONDS: Final = 30.0  # a receiver slower than this has perhaps taken the message: unknown
MARGIN: Final = 2.0  # seconds kept of a cycle's time for recording how the last attempts ended
LEAST: Final = 5.0  # seconds that an attempt needs at least
SLOW: Final = 0.8  # of its time: a receiver that fails as late is not asked again in this cycle
GONE: Final = timedelta(days=7)  # a channel that is missed as long is gone
ABANDONED: Final = "abandoned"  # the change of an alert that tells of an abandoned one
NAMED: Final = 3  # alerts that a notice of an abandoned message names
PATIENCE: Final = timedelta(hours=6)  # between attempts to tell of an abandoned one: it waits for the next success
RHYTHM: Final = 6  # cycles looked back on for the usual time between two
Part: TypeAlias = tuple[Alert, Delivery]


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
    orphans = _lost(cycle, [part for part in due if part[1].channel not in channels])
    due = [part for part in due if part[1].channel in channels]
    silenced = [part for part in due if part[0].event_id in muted]
    _suppress(cycle, "channel removed", orphans)
    _suppress(cycle, "muted", silenced)  # since it was queued
    ready = [part for part in due if part[0].event_id not in muted and _ready(part[1], channels)]
    post = _Post(cycle, bundle.plan(_as_of_now(cycle, ready, channels), channels, now=cycle.now, unwatched=unwatched))
    post.reached["suppressed"] += len(orphans) + len(silenced)
    with ThreadPoolExecutor(max_workers=len(channels), thread_name_prefix="channel") as pool:
        ends = [pool.submit(post.send, channel) for channel in channels.values()]
    for end in ends:
        end.result()
    return +post.reached


class _Post:
    """Messages on their way: each channel's in order, in a thread of its own; one at a time writes to the database."""

    def __init__(self, cycle: Cycle, outgoing: Sequence[Outgoing]) -> None:
        self.cycle, self.outgoing = cycle, outgoing
        self.reached: Counter[str] = Counter()
        self.writing = Lock()
        self.done = 0

    def send(self, channel: Channel) -> None:
        """Send a channel's messages, as long as there is time and its receiver answers."""
        ours = [one for one in self.outgoing if one.channel == channel.name]
        for nth, one in enumerate(ours):
            if self.cycle.seconds_left < LEAST:
                LOG.warning(
                    "the cycle's time is up: %d messages to %s wait for the next", len(ours) - nth, channel.name
                )
                return
            answered = self._attempt(one, channel)
            with self.writing:
                self.done += 1
                self.cycle.tell("deliver", self.done, len(self.outgoing))
            if not answered and nth + 1 < len(ours):
                LOG.warning(
                    "%s does not answer: %d messages wait for the next cycle", channel.name, len(ours) - nth - 1
                )
                return

    def _attempt(self, outgoing: Outgoing, channel: Channel) -> bool:
        """Record the attempt, render, send, record how it ended: a crash between the two records leaves `sending`.

        Returns whether the receiver answered in good time.
        """
        cycle = self.cycle
        with self.writing, writing(cycle.home, now=cycle.now) as con:
            outbox.start(con, outgoing, now=cycle.now)
        cycle.tell("deliver:start", 0, 1)
        timeout = min(SEND_SECONDS, cycle.seconds_left - MARGIN)
        message, result = send_one(outgoing, channel, now=cycle.now, timeout=timeout)
        cycle.tell("deliver:sent", 1, 1)
        after = _settled(cycle, outgoing, channel, result)
        with self.writing, writing(cycle.home, now=cycle.now) as con:
            outbox.record(con, after, result, message, now=cycle.now)
            _tell_abandoned(cycle, con, channel, outgoing, after)
            self.reached.update(delivery.state.value for delivery in after)
        sent = result.kind is ResultKind.SENT
        log = LOG.info if sent else LOG.warning
        log("message %s to %s: %s %s", outgoing.message_id, channel.name, result.kind.value, result.reason)
        return sent or result.milliseconds < SLOW * timeout * 1000


def _settled(cycle: Cycle, outgoing: Outgoing, channel: Channel, result: SendResult) -> list[Delivery]:
    jitter = random.Random(f"{outgoing.message_id} {cycle.now}").random()  # noqa: S311  spreads load, guards nothing
    return [
        _patient(
            alert,
            retry.settle(replace(row, message_id=outgoing.message_id), result, channel, now=cycle.now, jitter=jitter),
        )
        for alert, row in outgoing.parts
    ]


def _lost(cycle: Cycle, orphans: Sequence[Part]) -> list[Part]:
    """Return what its channel's absence loses: a channel may come back, or be renamed back, within a week.

    Since when a channel is missed stands in the home's state, for the operators too.
    """
    there = {channel.name for channel in cycle.settings.channels}
    missed = {name: min(since, cycle.now) for name, since in state.read(cycle.home).missed if name not in there}
    missed = dict.fromkeys((row.channel for _, row in orphans), cycle.now) | missed
    gone = [part for part in orphans if cycle.now - missed[part[1].channel] >= GONE]
    still = tuple((name, since) for name, since in missed.items() if cycle.now - since < GONE)
    if still != state.read(cycle.home).missed:
        state.put(cycle.home, missed=still)
    return gone


def _as_of_now(cycle: Cycle, ready: Sequence[Part], channels: Mapping[str, Channel]) -> list[Part]:
    """Hold anew what was held by a clock that was ahead: a stored time later than now counts as now."""
    due, held = [], []
    for alert, row in ready:
        ahead = row.state is DeliveryState.HELD and row.release_at is not None and row.release_at > cycle.now
        release = rules.due_at(channels[row.channel], cycle.now) if ahead else None
        if release is None:
            due.append((alert, replace(row, release_at=cycle.now) if ahead else row))
        elif release != row.release_at:
            held.append(replace(row, release_at=release))
    if held:
        with writing(cycle.home, now=cycle.now) as con:
            outbox.settle(con, held, now=cycle.now)
    return due


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


def _suppress(cycle: Cycle, reason: str, parts: Sequence[Part]) -> None:
    if parts:
        gone = [replace(delivery, state=DeliveryState.SUPPRESSED, reason=reason) for _, delivery in parts]
        with writing(cycle.home, now=cycle.now) as con:
            outbox.settle(con, gone, now=cycle.now)


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
    outbox.queue(con, *rules.for_notices([placed(notice, cycle.home)], others or [channel], now=cycle.now))


def _contents(outgoing: Outgoing) -> str:
    """Name what a message would have told: titles and links, as far as a notice has room."""
    facts = [alert.facts for alert, _ in outgoing.parts]
    told = [" ".join(filter(None, (one.title, one.sources[0].url if one.sources else ""))) for one in facts[:NAMED]]
    more = f"; and {len(facts) - NAMED} more" if len(facts) > NAMED else ""
    return f"{'; '.join(filter(None, told)) or 'a list of earlier events'}{more}."


def send_one(
    outgoing: Outgoing, channel: Channel, *, now: datetime, timeout: float
) -> tuple[Message | None, SendResult]:
    """Render a message and send it, once, within so many seconds; never raises."""
    from alerts.send.door import medium_of, send
    from alerts.word.render import render

    url = channel_url(channel)
    try:
        message = render(outgoing, channel, medium_of(url))
    except Exception as error:  # a broken template spoils this message and no other
        LOG.exception("message %s could not be rendered", outgoing.message_id)
        reason = f"the message could not be rendered: {type(error).__name__}: {error}"
        return None, SendResult(kind=ResultKind.BROKEN, reason=reason)
    return message, send(message, url, timeout=timeout, now=now)
