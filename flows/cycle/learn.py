"""The third stage: what the new items mean, committed with all that follows from it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from time import process_time
from typing import Final

from alerts.decide import rules
from alerts.model import Alert, Delivery
from extractors.learned import WINDOW, Resolution
from extractors.model import FeedNotice
from extractors.polling.health import reminders
from extractors.polling.poll import Poll
from extractors.polling.schedule import after
from extractors.story import Event, Rejection, Report
from flows.cycle.budget import SHARE, Fault, budget
from flows.cycle.gather import FAILED, Gathered, Row
from flows.cycle.home import Cycle, placed
from warehouse.connection import Connection, writing
from warehouse.live import cycles, events, feeds, items, outbox
from warehouse.live.cycles import CycleRecord
from warehouse.safety import recover

STEPS: Final = 6  # back along a chain: as many acts as a message names, and as many as it passes over
ALL: Final = 60.0  # seconds for resolving, should it have to be tried again by parts
NAMED: Final = 3  # items that a notice names
_COUNTED: Final = ("items", "relevant", "events", "alerts", "left", "failed")
TOLD: Final = timedelta(days=1)  # how long a recovery is looked back on: a crash right after it loses no telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(CycleRecord):
    """A whole cycle in figures, for people."""

    failed: tuple[Poll, ...] = ()
    idle: str = "none due"  # why there was no poll

    def __add__(self, other: "Summary") -> "Summary":
        """Add up two steps of one cycle."""
        counts = {name: getattr(self, name) + getattr(other, name) for name in _COUNTED}
        outcomes = Counter(dict(self.outcomes)) + Counter(dict(other.outcomes))
        return replace(self, outcomes=tuple(sorted(outcomes.items())), **counts)

    def __str__(self) -> str:
        polls, sent = (
            ", ".join(f"{count} {name}" for name, count in counts) or idle
            for counts, idle in ((self.outcomes, self.idle), (self.deliveries, "none due"))
        )
        return (
            f"polls: {polls} · items: {self.items} new, {self.relevant} relevant · events: {self.events} touched"
            f" · alerts: {self.alerts} · deliveries: {sent}"
            + (f" · the deadline left {self.left} feeds due" if self.left else "")
        )


def learn(cycle: Cycle, found: Gathered) -> Summary:
    """Commit the new items with their events, alerts and deliveries in one transaction; returns it in figures."""
    settings, now = cycle.settings, cycle.now
    concluded = [after(one) for one in found.polls]
    with writing(cycle.home, now=now) as con:
        outbox.settle_dead(con, now=now)
        if found.batch is not None:
            cycles.take(con, found.batch, now=now)
        feeds.record_polls(con, found.polls)
        feeds.save_states(con, [state for state, _ in concluded])
        rows, resolution = _stored(cycle, con, found.rows)
        alerts, deliveries = _alerts(cycle, con, resolution)
        news = [notice for _, told in concluded for notice in told]
        news += [*reminders(feeds.ailing(con), now=now), *_recoveries(con, now), *_faults(rows, now), *found.notices]
        told, told_deliveries = rules.for_notices([placed(one, cycle.home) for one in news], settings.channels, now=now)
        outbox.queue(con, (*alerts, *told), (*deliveries, *told_deliveries))
        cycle.tell("learn:queued", len(alerts), len(alerts))
    cycle.tell("learn", len(rows), len(rows))
    return Summary(
        started_at=now,
        finished_at=now,
        who=cycle.who,
        outcomes=tuple(sorted(Counter(one.kind.value for one in found.polls).items())),
        items=len(rows),
        relevant=sum(isinstance(says, tuple) for _, says in rows),
        events=len(resolution.events),
        alerts=len(alerts) + len(told),
        left=sum(one.fetched.cut_short for one in found.polls),
        failed=tuple(one for one in found.polls if one.kind.failed),
    )


def _recoveries(con: Connection, now: datetime) -> Iterator[FeedNotice]:
    """Yield what the archive lost and how it was mended; told once, since the alert's id stays the same."""
    for one in recover.recoveries(con, since=now - TOLD):
        key, since = one.recovered_at.isoformat(), one.recovered_at
        yield FeedNotice(feed="archive", outlet="", kind="damaged", since=since, detail=one.detail, key=key)


def _faults(rows: Sequence[Row], now: datetime) -> Iterator[FeedNotice]:
    """Tell which items could not be judged, a notice a feed."""
    broken = defaultdict[tuple[str, str], dict[str, str]](dict)
    for item, says in rows:
        if isinstance(says, Rejection) and FAILED in says.reason:
            broken[item.feed, item.outlet][item.item_id] = f"{item.url or item.item_id}: {says.reason}"
    for (feed, outlet), those in broken.items():
        named = "; ".join([*those.values()][:NAMED])
        detail = f"{len(those)} items could not be judged and are set aside, the others went on. {named}"
        key = " ".join(those)
        yield FeedNotice(feed=feed, outlet=outlet, kind="failing", since=now, detail=detail, key=key)


def _stored(cycle: Cycle, con: Connection, judged: Sequence[Row]) -> tuple[Sequence[Row], Resolution]:
    """Store the items, each with the origin of its text (the first item that had the same words), and the events."""
    origins, rows = items.origins(con, [item.content for item, _ in judged]), list[Row]()
    for item, says in judged:
        origin = origins.setdefault(item.content, item_id := item.item_id)
        rows.append((item if item_id == origin else replace(item, origin=origin), says))
    resolution, broken = _resolved(cycle, con, rows)
    rows = [(item, broken.get(item.item_id, says)) for item, says in rows]
    items.insert(con, [(item, says[0] if isinstance(says, tuple) else says) for item, says in rows], now=cycle.now)
    if resolution.reports:
        events.save(con, resolution, resolution.reports, now=cycle.now)
    return rows, resolution


def _resolved(cycle: Cycle, con: Connection, rows: Sequence[Row]) -> tuple[Resolution, dict[str, Rejection]]:
    """Resolve the reports; returns those too whose items cannot be, found by halves, while the rest goes on."""
    told = [(item.item_id, [Report.of(item, one) for one in says]) for item, says in rows if isinstance(says, tuple)]
    found, kept, broken = Resolution(), list[Report](), dict[str, Rejection]()
    if not told:
        return found, broken
    from extractors.event.resolve import resolve  # most cycles have nothing to resolve

    known = events.window(con, since=cycle.now - WINDOW)
    past = known_history(cycle.settings.history, now=cycle.now, horizon=cycle.settings.horizon)
    known = replace(known, events=(*known.events, *past))
    until, parts = process_time() + ALL, [told]
    while parts:
        part = parts.pop()
        reports = [*kept, *(report for _, reports in part for report in reports)]
        try:
            with budget(min(SHARE, until - process_time()), f"telling the events of {len(part)} items"):
                found, kept = resolve(known, reports, now=cycle.now), reports
        except Fault as fault:
            middle, item_id = len(part) // 2, part[0][0]
            if middle:
                parts += [part[middle:], part[:middle]]
            else:
                broken[item_id] = Rejection(item_id=item_id, reason=f"{FAILED}: telling its event: {fault}")
    return found, broken


def known_history(history: Sequence[Event], *, now: datetime, horizon: timedelta) -> tuple[Event, ...]:
    """Return the part of history.toml that counts as known at `now`.

    An act younger than the horizon is still news to whoever starts the watch then, so it is told rather than taken
    as known; entries after the clock are among those.
    """
    return tuple(
        one for one in history if one.event_date and datetime.combine(one.event_date, time(), UTC) + horizon < now
    )


def _alerts(cycle: Cycle, con: Connection, resolution: Resolution) -> tuple[tuple[Alert, ...], tuple[Delivery, ...]]:
    if not (changes := resolution.changes):
        return (), ()
    changed = [change.event for change in changes]
    past = {event.event_id: event for event in cycle.settings.history}
    before: dict[str, Event] = {}  # as many steps as a message may pass over or name
    for _ in range(STEPS):
        wanted = {event.predecessor for event in (*changed, *before.values()) if event.predecessor} - set(before)
        before |= {event_id: past[event_id] for event_id in wanted if event_id in past}
        before |= {event.event_id: event for event in events.by_ids(con, wanted)}
    told = events.all_reports(con, {event.event_id for event in changed} | set(before))
    muted, channels = events.muted(con, now=cycle.now), cycle.settings.channels
    return rules.for_changes(changes, channels, now=cycle.now, muted=muted, predecessors=before, reports=told)
