"""The third stage: what the new items say and mean, committed with all that follows from it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from alerts.decide import rules
from alerts.model import Alert, Delivery
from extractors.event.resolve import resolve
from extractors.mention.describe import describe
from extractors.model import FeedNotice, Item
from extractors.story import WINDOW, Event, Mention, Rejection, Report, Resolution
from flows.cycle.gather import Read
from flows.cycle.home import Cycle
from warehouse.connection import Connection, writing
from warehouse.live import events, feeds, items, outbox
from warehouse.safety import recover

STEPS: Final = 6  # back along a chain: as many acts as a message names, and as many as it passes over
LOG: Final = logging.getLogger("konato.learn")
TOLD: Final = timedelta(days=1)  # how long a recovery is looked back on: a crash right after it loses no telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What was committed."""

    items: int
    relevant: int
    events: int  # new or changed
    alerts: tuple[Alert, ...]


def learn(cycle: Cycle, found: Read) -> Learned:
    """Decide what the new items say and mean, and commit it with its alerts and deliveries in one transaction."""
    decided = [(item, _decide(cycle, item)) for item in found.items]
    with writing(cycle.home, now=cycle.now) as con:
        outbox.settle_dead(con, now=cycle.now)
        feeds.record_feeds(con, cycle.settings.feeds)
        feeds.record_outcomes(con, found.outcomes)
        feeds.save_states(con, found.states)
        rows = _stored(con, decided)
        reports = tuple(Report.of(item, one) for item, says in rows if isinstance(says, tuple) for one in says)
        resolution = _resolved(cycle, con, reports)
        alerts, deliveries = _alerts(cycle, con, resolution)
        notices = (*found.notices, *_recoveries(con, cycle.now))
        told, told_deliveries = rules.for_notices(notices, cycle.settings.channels, now=cycle.now)
        outbox.queue(con, (*alerts, *told), (*deliveries, *told_deliveries))
        cycle.tell("learn:queued", len(alerts), len(alerts))
    cycle.tell("learn", len(rows), len(rows))
    return Learned(
        items=len(rows),
        relevant=len({report.mention.item_id for report in reports}),
        events=len(resolution.events),
        alerts=(*alerts, *told),
    )


def _recoveries(con: Connection, now: datetime) -> list[FeedNotice]:
    """Return what the archive lost and how it was mended; told once, since the alert's id stays the same."""
    return [
        FeedNotice(
            feed="archive",
            outlet="",
            kind="damaged",
            since=one.recovered_at,
            detail=one.detail,
            key=one.recovered_at.isoformat(),
        )
        for one in recover.recoveries(con, since=now - TOLD)
    ]


def _decide(cycle: Cycle, item: Item) -> tuple[Mention, ...] | Rejection:
    """Describe one item; a fault in a rule costs that item its verdict, with a stated reason, and no other."""
    try:
        return describe(item, cycle.settings.lexicon, horizon=cycle.settings.horizon)
    except Exception as error:
        LOG.exception("the detector failed on item %s of %s", item.item_id, item.feed)
        return Rejection(item_id=item.item_id, reason=f"the detector failed: {type(error).__name__}")


def _stored(
    con: Connection, decided: Sequence[tuple[Item, tuple[Mention, ...] | Rejection]]
) -> list[tuple[Item, tuple[Mention, ...] | Rejection]]:
    """Store the items, each with the origin of its text: the first item that had the very same words."""
    if not decided:
        return []
    origins = items.origins(con, [item.content for item, _ in decided])
    rows = []
    for item, says in decided:
        origin = origins.setdefault(item.content, item.item_id)
        rows.append((replace(item, origin=origin), says))
    items.insert(con, [(item, says[0] if isinstance(says, tuple) else says) for item, says in rows])
    return rows


def _resolved(cycle: Cycle, con: Connection, reports: tuple[Report, ...]) -> Resolution:
    if not reports:
        return Resolution()
    known = events.window(con, since=cycle.now - WINDOW)
    past = known_history(cycle.settings.history, now=cycle.now, horizon=cycle.settings.horizon)
    resolution = resolve(replace(known, events=(*known.events, *past)), reports, now=cycle.now)
    events.save(con, resolution, reports, now=cycle.now)
    return resolution


def known_history(history: Sequence[Event], *, now: datetime, horizon: timedelta) -> tuple[Event, ...]:
    """Return the part of history.toml that counts as known at `now`.

    An act younger than the horizon is still news to whoever starts the watch then, so it is told rather than taken
    as known; entries after the clock are among those.
    """
    return tuple(
        event
        for event in history
        if event.event_date is not None and datetime.combine(event.event_date, time(), UTC) + horizon < now
    )


def _alerts(cycle: Cycle, con: Connection, resolution: Resolution) -> tuple[tuple[Alert, ...], tuple[Delivery, ...]]:
    if not resolution.changes:
        return (), ()
    changed = [change.event for change in resolution.changes]
    before = _before(cycle, con, changed)
    return rules.for_changes(
        resolution.changes,
        cycle.settings.channels,
        now=cycle.now,
        muted=events.muted(con, now=cycle.now),
        predecessors=before,
        reports=events.all_reports(con, {event.event_id for event in changed} | set(before)),
    )


def _before(cycle: Cycle, con: Connection, changed: Sequence[Event]) -> dict[str, Event]:
    """Return the events before these and the steps before them, as many as a message may pass over or name."""
    past = {event.event_id: event for event in cycle.settings.history}
    found: dict[str, Event] = {}
    for _ in range(STEPS):
        wanted = {event.predecessor for event in (*changed, *found.values()) if event.predecessor} - set(found)
        found |= {event_id: past[event_id] for event_id in wanted if event_id in past}
        found |= {event.event_id: event for event in events.by_ids(con, wanted)}
    return found
