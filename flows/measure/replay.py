"""Stored items through the same functions as a cycle's, with these rules or others: what would have been told.

Sends nothing, and writes nothing but what of it is done (HOME/replay, until its end); the same items give the same
digest.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerts.decide.rules import identity
from extractors.event.resolve import resolve
from extractors.ladder import meets, pending
from extractors.learned import PENDING, PREDECESSORS, WINDOW, EventChange, Known, Resolution
from extractors.mention.describe import HORIZON
from extractors.model import Item
from extractors.story import Event, Report, Says
from extractors.words.lexicon import Lexicon
from flows.configure.settings import Settings
from flows.cycle.home import Tell, quiet
from flows.cycle.learn import known_history
from flows.measure.runners import described
from warehouse.connection import published
from warehouse.live import items
from warehouse.published import archive


@dataclass(slots=True, kw_only=True)
class Ledger:
    """Events, their reports and who belongs where, after each cycle: in memory what `warehouse.live.events` holds."""

    events: dict[str, Event] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    membership: dict[str, str] = field(default_factory=dict)

    def learn(self, reports: Sequence[Report], *, now: datetime, history: Sequence[Event] = ()) -> Resolution:
        """Resolve one cycle's reports, and remember what came of it."""
        known = self.window(since=now - WINDOW)
        resolution = resolve(replace(known, events=(*known.events, *history)), reports, now=now)
        self.events |= {event.event_id: event for event in resolution.events}
        self.reports |= {report.item_id: report for report in resolution.reports}
        self.membership |= {item_id: event_id for item_id, event_id, _ in resolution.joins}
        return resolution

    def window(self, *, since: datetime) -> Known:
        """Return what identity needs, as `warehouse.live.events.window` does."""
        first = since.date()
        events = {
            name: event
            for name, event in self.events.items()
            if event.history
            or event.last_reported_at >= since
            or (event.event_date and event.event_date >= first)
            or (
                event.last_reported_at >= since - (PENDING - WINDOW)
                and not meets(event.act)
                and pending(event.stage, event.act)
            )
        }
        for track in {one.track for one in self.events.values()}:
            told = [one for one in self.events.values() if one.track == track and one.alertable and not one.merged_into]
            told.sort(key=lambda one: (one.event_date is not None, one.event_date, one.event_id))
            events |= {one.event_id: one for one in told[-PREDECESSORS:]}
        members = tuple((name, event_id) for name, event_id in self.membership.items() if event_id in events)
        return Known(
            events=tuple(events[name] for name in sorted(events)),
            reports=tuple(self.reports[name] for name, _ in members),
            membership=members,
        )

    def home(self, item_id: str) -> str:
        """Return the event that an item is tied to now, "" for none; a merge ties its items anew."""
        return self.membership.get(item_id, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One alert that the replayed rules give."""

    change: EventChange
    items: frozenset[str]  # all items of the event at the end: what two replays are compared by

    @property
    def alert_id(self) -> str:
        """The id that it has, or would have, as an alert."""
        return identity(self.change.event.event_id, self.change.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """All alerts of one replay, in the order in which they were given."""

    items: int
    relevant: int
    told: tuple[Told, ...]

    @property
    def digest(self) -> str:
        """A hash of all that was told: equal for two runs over the same items with the same rules."""
        lines = [
            f"{one.alert_id} {one.change.by.item_id} {one.change.key} {' '.join(sorted(one.items))}"
            for one in self.told
        ]
        return hashlib.blake2b("\n".join(lines).encode(), digest_size=8).hexdigest()


def replay(
    said: Iterable[tuple[Item, Says]],
    *,
    history: Sequence[Event] = (),
    since: datetime | None = None,
    horizon: timedelta = HORIZON,
) -> Replay:
    """Let stored items, described, come in again cycle by cycle, as `warehouse.live.items.stored` yields them.

    What joins an event needs the event, so they should begin a window before `since`; only what cycles from then on
    would have told is returned.
    """
    ledger, seen, relevant = Ledger(), 0, 0
    news, members = list[EventChange](), defaultdict[str, set[str]](set)
    for says in _cycles(said):
        now = says[0][0].first_seen_at
        reports = [Report.of(item, one) for item, found in says if isinstance(found, tuple) for one in found]
        resolution = ledger.learn(reports, now=now, history=known_history(history, now=now, horizon=horizon))
        seen, relevant = seen + len(says), relevant + sum(isinstance(found, tuple) for _, found in says)
        if since is None or now >= since:
            news += [change for change in resolution.changes if change.news]
    for item_id, event_id in ledger.membership.items():
        members[event_id].add(item_id)
    told = (Told(change=one, items=frozenset(members[ledger.home(one.by.item_id)])) for one in news)
    return Replay(items=seen, relevant=relevant, told=tuple(told))


def compare(before: Replay, after: Replay) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """Return the alerts that are gained and lost; equal ones tell the same change of an event that shares an item."""
    return _only(after, before), _only(before, after)


def _only(one: Replay, other: Replay) -> tuple[Told, ...]:
    known = {(told.change.key, item_id) for told in other.told for item_id in told.items}
    return tuple(told for told in one.told if not any((told.change.key, item_id) in known for item_id in told.items))


def _cycles(said: Iterable[tuple[Item, Says]]) -> Iterator[list[tuple[Item, Says]]]:
    """Group items by the cycle that brought them; a revision came with the items around it."""
    batch: list[tuple[Item, Says]] = []
    for item, says in said:
        if batch and not item.revision and item.first_seen_at != batch[0][0].first_seen_at:
            yield batch
            batch = []
        batch.append((item, says))
    if batch:
        yield batch


def replay_home(
    home: Path,
    settings: Settings,
    *,
    lexicon: Lexicon,
    since: datetime | None,
    runner: str = "threads",
    tell: Tell = quiet,
) -> Replay:
    """Replay a home's stored items; a window before `since` comes along, for the events that items join.

    Only the published files are read, without a lock; what is done stands in HOME/replay until the end, so that a
    replay that was broken off goes on. Raises FileNotFoundError where nothing was published yet.
    """
    start = since - WINDOW if since else datetime.min.replace(tzinfo=UTC)
    with published(home) as con:
        source = archive.versions(home)
        found = items.stored(con, since=start, source=source) if source else iter(())
        total = items.count(con, since=start, source=source) if source else 0
        kept, horizon = home / "replay" / lexicon.version, settings.horizon
        said = described(found, lexicon, runner=runner, horizon=horizon, kept=kept, tell=tell, total=total)
        return replay(said, history=settings.history, since=since, horizon=horizon)
