"""Stored items through the same functions as a cycle's, with these rules or others: what would have been told.

Sends nothing, and writes nothing but what of it is done (HOME/replay, until its end); the same items give the same
digest.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

from alerts.decide.rules import identity
from extractors.learned import WINDOW, EventChange
from extractors.mention.describe import HORIZON
from extractors.model import Item
from extractors.story import Event, Report
from extractors.words.lexicon import Lexicon
from flows.configure.settings import Settings
from flows.cycle.home import Tell, quiet
from flows.cycle.learn import known_history
from flows.measure.ledger import Ledger
from flows.measure.runners import How, Says, described
from warehouse.connection import published
from warehouse.live import items
from warehouse.published import archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One alert that the replayed rules give."""

    change: EventChange
    by: Report  # the report that brought it
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
        lines = [f"{one.alert_id} {one.by.item_id} {one.change.key} {' '.join(sorted(one.items))}" for one in self.told]
        return hashlib.blake2b("\n".join(lines).encode(), digest_size=8).hexdigest()


def replay(
    items: Iterable[Item],
    lexicon: Lexicon,
    *,
    history: Sequence[Event] = (),
    since: datetime | None = None,
    **how: Unpack[How],
) -> Replay:
    """Let stored items come in again, cycle by cycle, as `warehouse.live.items.stored` yields them.

    What joins an event needs the event, so they should begin a window before `since`; only what cycles from then on
    would have told is returned. `how` is `described`'s.
    """
    horizon = how.get("horizon", HORIZON)
    ledger, seen, relevant = Ledger(), 0, 0
    news: list[EventChange] = []
    for now, says in _cycles(described(items, lexicon, **how)):
        reports = [Report.of(item, one) for item, found in says if isinstance(found, tuple) for one in found]
        resolution = ledger.learn(reports, now=now, history=known_history(history, now=now, horizon=horizon))
        seen, relevant = seen + len(says), relevant + sum(isinstance(found, tuple) for _, found in says)
        if since is None or now >= since:
            news += [change for change in resolution.changes if change.news]
    members: dict[str, set[str]] = {}
    for item_id, event_id in ledger.membership.items():
        members.setdefault(event_id, set()).add(item_id)
    shared = [(one, frozenset(members[ledger.home(one.by.item_id)])) for one in news]
    told = tuple(Told(change=change, by=change.by, items=items) for change, items in shared)
    return Replay(items=seen, relevant=relevant, told=told)


def compare(before: Replay, after: Replay) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """Return the alerts that are gained and lost; equal ones tell the same change of an event that shares an item."""
    return _only(after, before), _only(before, after)


def _only(one: Replay, other: Replay) -> tuple[Told, ...]:
    known = {(told.change.key, item_id) for told in other.told for item_id in told.items}
    return tuple(told for told in one.told if not any((told.change.key, item_id) in known for item_id in told.items))


def _cycles(said: Iterable[tuple[Item, Says]]) -> Iterator[tuple[datetime, list[tuple[Item, Says]]]]:
    """Group items by the cycle that brought them; a revision came with the items around it."""
    batch: list[tuple[Item, Says]] = []
    for item, says in said:
        if batch and not item.revision and item.first_seen_at != batch[0][0].first_seen_at:
            yield batch[0][0].first_seen_at, batch
            batch = []
        batch.append((item, says))
    if batch:
        yield batch[0][0].first_seen_at, batch


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
        how: How = {
            "horizon": settings.horizon, "runner": runner, "kept": home / "replay" / lexicon.version, "tell": tell,
            "total": items.count(con, since=start, source=source) if source else 0,
        }  # fmt: skip
        return replay(found, lexicon, history=settings.history, since=since, **how)
