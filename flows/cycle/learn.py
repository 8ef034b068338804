"""The third stage: what the new items say and mean, committed with all that follows from it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import Final

from alerts.decide import rules
from alerts.model import Alert, Delivery
from extractors.event.resolve import resolve
from extractors.learned import WINDOW, Resolution
from extractors.model import FeedNotice
from extractors.story import Event, Rejection, Report
from flows.cycle.budget import ITEM, SHARE, OverBudget, budget
from flows.cycle.decide import FAILED, Row, decide, faults, put_aside
from flows.cycle.gather import Read
from flows.cycle.home import Cycle, placed
from warehouse.connection import Connection, writing
from warehouse.live import events, feeds, items, outbox
from warehouse.safety import recover

STEPS: Final = 6  # back along a chain: as many acts as a message names, and as many as it passes over
LOG: Final = logging.getLogger("konato.learn")
ALONE: Final = 50  # items that are tried one by one when they cannot be resolved together; more are tried by feed
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
    decided, slow = decide(cycle, found.items)
    cycle.at("learn", "")
    with writing(cycle.home, now=cycle.now) as con:
        outbox.settle_dead(con, now=cycle.now)
        feeds.record_feeds(con, cycle.settings.feeds)
        found = put_aside(cycle, con, found, {**cycle.aside, **slow})
        feeds.record_outcomes(con, found.outcomes)
        feeds.save_states(con, found.states)
        rows, resolution = _stored(cycle, con, decided)
        alerts, deliveries = _alerts(cycle, con, resolution)
        notices = (*found.notices, *_recoveries(con, cycle.now), *faults(cycle, rows))
        notices = tuple(placed(notice, cycle.home) for notice in notices)
        told, told_deliveries = rules.for_notices(notices, cycle.settings.channels, now=cycle.now)
        outbox.queue(con, (*alerts, *told), (*deliveries, *told_deliveries))
        cycle.tell("learn:queued", len(alerts), len(alerts))
    cycle.tell("learn", len(rows), len(rows))
    return Learned(
        items=len(rows),
        relevant=sum(isinstance(says, tuple) for _, says in rows),
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


def _stored(cycle: Cycle, con: Connection, decided: Sequence[Row]) -> tuple[list[Row], Resolution]:
    """Store the items, each with the origin of its text (the first item that had the same words), and the events."""
    if not decided:
        return [], Resolution()
    origins = items.origins(con, [item.content for item, _ in decided])
    rows = [(replace(item, origin=origins.setdefault(item.content, item.item_id)), says) for item, says in decided]
    resolution, broken = _resolved(cycle, con, rows)
    rows = [(item, broken.get(item.item_id, says)) for item, says in rows]
    items.insert(con, [(item, says[0] if isinstance(says, tuple) else says) for item, says in rows])
    if resolution.reports:
        events.save(con, resolution, resolution.reports, now=cycle.now)
    return rows, resolution


def _reports(rows: Iterable[Row]) -> tuple[Report, ...]:
    return tuple(Report.of(item, one) for item, says in rows if isinstance(says, tuple) for one in says)


def _resolved(cycle: Cycle, con: Connection, rows: Sequence[Row]) -> tuple[Resolution, dict[str, Rejection]]:
    """Resolve the reports; returns those too whose items cannot be, while the rest goes on."""
    reports = _reports(rows)
    if not reports:
        return Resolution(), {}
    known = events.window(con, since=cycle.now - WINDOW)
    past = known_history(cycle.settings.history, now=cycle.now, horizon=cycle.settings.horizon)
    known = replace(known, events=(*known.events, *past))

    def fault(those: tuple[Report, ...]) -> str:
        try:
            with budget(ITEM):
                resolve(known, those, now=cycle.now)
        except OverBudget:
            return f"{FAILED}: telling its event took more than {ITEM:.0f} s"
        except Exception as error:
            LOG.exception("telling the events of %d reports failed", len(those))
            return f"{FAILED}: telling its event: {type(error).__name__}"
        return ""

    try:
        with budget(SHARE):
            return resolve(known, reports, now=cycle.now), {}
    except (OverBudget, Exception):
        LOG.exception("the reports cannot be resolved together")
    feed = {item.item_id: item.feed for item, _ in rows}

    def group(one: Report) -> str:
        return one.mention.item_id if len(feed) <= ALONE else feed[one.mention.item_id]

    groups = [tuple(those) for _, those in groupby(sorted(reports, key=group), key=group)]
    why = {one.mention.item_id: reason for those in groups if (reason := fault(those)) for one in those}
    rest = tuple(one for one in reports if one.mention.item_id not in why)
    if reason := fault(rest):  # it lies between them
        why |= {one.mention.item_id: reason for one in rest}
        rest = ()
    broken = {item_id: Rejection(item_id=item_id, reason=reason) for item_id, reason in why.items()}
    return resolve(known, rest, now=cycle.now) if rest else Resolution(), broken


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
