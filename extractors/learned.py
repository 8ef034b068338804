"""The nouns of what a cycle learned: what it knew, what changed of which event, and what came of it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from extractors.story import Event, Report


class ChangeKind(StrEnum):
    """What a cycle learned of an event."""

    NEW = "new"
    ADVANCED = "advanced"
    CORRECTED = "corrected"
    CORROBORATED = "corroborated"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChange:
    """What this cycle learned of one event."""

    kind: ChangeKind
    event: Event  # as it stands after the change
    before: Event | None  # as it was told last, None for a new one
    key: str  # "new", "advanced:scheduled 2025-09-30>held 2025-09-30", …: with event_id the alert's identity
    detail: str  # in words: "scheduled → held", "date moved from … to …"
    reports: tuple[Report, ...]  # those that brought the change, at least one
    baseline: bool = False  # all of them from a first run and older than the age gate
    silent: str = ""  # why nobody needs to be told of it; "" where they do

    @property
    def news(self) -> bool:
        """Whether it is to be told, rather than one more report of what was."""
        return self.kind != ChangeKind.CORROBORATED and not self.silent

    @property
    def by(self) -> Report:
        """The report that says it: of the stage told and for its date, the earliest."""

        def worse(one: Report) -> tuple[object, ...]:
            said, event = one.mention, self.event
            apart = said.stage != event.stage, said.event_date != event.event_date
            return not said.alertable, *apart, one.when, one.item_id

        return min(self.reports, key=worse)


WINDOW: Final = timedelta(days=120)
"""How far back an event can still be joined, or advance."""
PENDING: Final = timedelta(days=400)
"""How far back a programme asked to be joined, or a paper agreed on, can still be concluded."""
PREDECESSORS: Final = 5
"""So many of each track's latest events stay known, whatever their age: a chain may rest for a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What identity needs of the past: events near in time, their reports, and who belongs where."""

    events: tuple[Event, ...] = ()
    reports: tuple[Report, ...] = ()
    membership: tuple[tuple[str, str], ...] = ()  # (a report's item_id, event_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The outcome of resolving one cycle's reports against what was known."""

    reports: tuple[Report, ...] = ()  # the cycle's, an item's acts numbered so that those it told before keep theirs
    events: tuple[Event, ...] = ()  # new or changed rows, merged ones included
    joins: tuple[tuple[str, str, str], ...] = ()  # (a report's item_id, event_id, why that one)
    changes: tuple[EventChange, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()  # (item_id, origin) of reports whose near-copy group was found or changed
