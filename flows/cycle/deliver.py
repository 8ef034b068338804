"""The fourth stage: what is due goes out, at most one attempt a delivery.

Channels go out side by side, each in order: a receiver that is dead or slow costs its own channel time, and no other.
"""

import logging
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Final, TypeAlias

from alerts.decide import bundle, retry, rules
from alerts.model import Alert, BundleKind, Channel, Delivery, DeliveryState, Message, Outgoing, ResultKind, SendResult
from extractors.model import FeedNotice
from flows.configure.tables import channel_url
from flows.cycle import state
from flows.cycle.home import Cycle, placed
from warehouse.connection import reading, writing
from warehouse.live import cycles, events, outbox

LOG: Final = logging.getLogger("konato.deliver")
SEND_SECONDS: Final = 30.0  # a receiver slower than this has perhaps taken the message: unknown
MARGIN: Final = 2.0  # seconds kept of a cycle's time for recording how the last attempts ended
LEAST: Final = 5.0  # seconds that an attempt needs at least
SLOW: Final = 0.8  # of its time: a receiver that fails as late is not asked again in this cycle
GONE: Final = timedelta(days=7)  # a channel that is missed as long is gone
ABANDONED: Final = "abandoned"  # the change of an alert that tells of an abandoned one
WEEK: Final = timedelta(days=7)  # as far back as a digest says what was seen beside the alerts
NAMED: Final = 3  # alerts that a notice of an abandoned message names
PATIENCE: Final = timedelta(hours=6)  # between attempts to tell of an abandoned one: it waits for the next success
Part: TypeAlias = tuple[Alert, Delivery]


def deliver(cycle: Cycle, *, only: Collection[str] | None = None) -> Mapping[str, int]:
    """Send what is due and record how each attempt ended; returns the deliveries by the state they reached.

    `only` names the alerts to send, all others wait for their cycle.
    """
    channels = {channel.name: channel for channel in cycle.settings.channels}
    with reading(cycle.home) as con:
        due = [part for part in outbox.due(con, now=cycle.now) if only is None or part[0].alert_id in only]
        if not due:
            return {}
        ready, settled = _sorted(cycle, due, channels, events.muted(con, now=cycle.now))
        planned = bundle.plan(ready, channels, now=cycle.now, unwatched=cycles.unwatched(con, now=cycle.now))
        digests = {one.channel for one in planned if one.kind is BundleKind.DIGEST}
        aside = {name: events.aside(con, name, oldest=cycle.now - WEEK) for name in digests}
        # A digest says what else was seen since the last one: nothing relevant is invisible to the desk.
        public = cycle.settings.briefing
        outgoing = [replace(one, briefing=public, aside=aside.get(one.channel, ())) for one in planned]
    if settled:
        with writing(cycle.home, now=cycle.now) as con:
            outbox.settle(con, settled, now=cycle.now)
    reached = Counter(row.state.value for row in settled if row.state is DeliveryState.SUPPRESSED)
    done = count(1)

    def send(channel: Channel) -> Counter[str]:
        """Send a channel's messages in order, as long as there is time and its receiver answers."""
        ended, answers = Counter[str](), True
        ours = [one for one in outgoing if one.channel == channel.name]
        for nth, one in enumerate(ours):
            if not answers or cycle.seconds_left < LEAST:
                why = "the cycle's time is up" if answers else "it does not answer"
                LOG.warning("%d messages to %s wait for the next cycle: %s", len(ours) - nth, channel.name, why)
                break
            after, answers = _attempt(cycle, one, channel)
            ended.update(delivery.state.value for delivery in after)
            cycle.tell("deliver", next(done), len(outgoing))
        return ended

    with ThreadPoolExecutor(max_workers=len(channels), thread_name_prefix="channel") as pool:
        return sum(pool.map(send, channels.values()), reached)


def _sorted(
    cycle: Cycle, due: Sequence[Part], channels: Mapping[str, Channel], muted: Collection[str]
) -> tuple[list[Part], list[Delivery]]:
    """Tell what may go out now from what will not, or not yet; what is in neither list waits as it stands.

    A channel may come back, or be renamed back, within a week. What was held by a clock that was ahead is held anew: a
    stored time later than now counts as now.
    """
    ready, settled, now = list[Part](), list[Delivery](), cycle.now
    missed = _missed(cycle, {row.channel for _, row in due} - channels.keys(), channels)
    for alert, row in due:
        channel = channels.get(row.channel)
        if channel is None and now - missed[row.channel] < GONE:
            continue
        if channel is None or alert.event_id in muted:  # since it was queued
            why = "muted" if channel else "channel removed"
            settled.append(replace(row, state=DeliveryState.SUPPRESSED, reason=why))
        elif channel.problem or (row.state is DeliveryState.UNKNOWN and channel.unknown != "again"):
            continue
        elif row.state is not DeliveryState.HELD or row.release_at is None or row.release_at <= now:
            ready.append((alert, row))
        elif (release := rules.due_at(channel, now)) is None:
            ready.append((alert, replace(row, release_at=now)))
        elif release != row.release_at:
            settled.append(replace(row, release_at=release))
    return ready, settled


def _missed(cycle: Cycle, absent: Collection[str], there: Collection[str]) -> dict[str, datetime]:
    """Return since when channels with something due are not configured; it stands in the home's state."""
    before = state.read(cycle.home).missed
    missed = dict.fromkeys(absent, cycle.now)
    missed |= {name: min(since, cycle.now) for name, since in before if name not in there}
    still = tuple((name, since) for name, since in missed.items() if cycle.now - since < GONE)
    if still != before:
        state.put(cycle.home, missed=still)
    return missed


def _attempt(cycle: Cycle, outgoing: Outgoing, channel: Channel) -> tuple[list[Delivery], bool]:
    """Record the attempt, render, send, record how it ended: a crash between the two records leaves `sending`.

    Returns how the deliveries stand, and whether the receiver answers.
    """
    now, timeout = cycle.now, min(SEND_SECONDS, cycle.seconds_left - MARGIN)
    with writing(cycle.home, now=now) as con:
        outbox.start(con, outgoing, now=now)
    cycle.tell("deliver:start", 0, 1)
    message, result = send_one(outgoing, channel, now=now, timeout=timeout)
    cycle.tell("deliver:sent", 1, 1)
    jitter = random.Random(f"{outgoing.message_id} {now}").random()  # noqa: S311  spreads load, guards nothing
    settle = partial(retry.settle, result=result, channel=channel, now=now, jitter=jitter)
    after = [_patient(alert, settle(row)) for alert, row in outgoing.parts]
    with writing(cycle.home, now=now) as con:
        outbox.record(con, after, result, message, now=now)
        if lost := _lost(outgoing, after, now):
            others = [one for one in cycle.settings.channels if one.name != channel.name and not one.problem]
            outbox.queue(con, *rules.for_notices([placed(lost, cycle.home)], others or [channel], now=now))
    sent = result.kind is ResultKind.SENT
    level = logging.INFO if sent else logging.WARNING
    LOG.log(level, "message %s to %s: %s %s", outgoing.message_id, channel.name, result.kind.value, result.reason)
    return after, sent or result.milliseconds < SLOW * timeout * 1000


def _patient(alert: Alert, delivery: Delivery) -> Delivery:
    """Keep what tells of an abandoned alert for the channel's next success, however long that takes."""
    if alert.change != ABANDONED or delivery.state is not DeliveryState.ABANDONED:
        return delivery
    at = (delivery.first_attempt_at or alert.created_at) + PATIENCE * delivery.attempts
    return replace(delivery, state=DeliveryState.PENDING, next_attempt_at=at)


def _lost(outgoing: Outgoing, after: Sequence[Delivery], now: datetime) -> FeedNotice | None:
    """Tell that a delivery was given up: through another channel or, where there is none, on this one later.

    Health notices apart: else they tell of each other.
    """
    pairs = [(alert.facts, row) for (alert, _), row in zip(outgoing.parts, after, strict=True)]
    told = [(facts, row) for facts, row in pairs if facts.kind != "health"]
    gone = next((row for _, row in told if row.state is DeliveryState.ABANDONED), None)
    if gone is None:
        return None
    named = [" ".join([one.title, *(source.url for source in one.sources[:1])]).strip() for one, _ in told[:NAMED]]
    more = f"; and {len(told) - NAMED} more" if len(told) > NAMED else ""
    detail = (
        f"Message {outgoing.message_id} was given up after {gone.attempts} attempts: {gone.reason}."
        " Mend the channel, then: konato alerts resend --failed."
        f" It told: {'; '.join(filter(None, named)) or 'a list of earlier events'}{more}."
    )
    since, key, name = gone.first_attempt_at or now, outgoing.message_id, f"channel {gone.channel}"
    return FeedNotice(feed=name, outlet="", kind=ABANDONED, since=since, detail=detail, key=key)


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
