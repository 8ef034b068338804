"""The past in memory, for what runs outside the warehouse: evaluation and replay.

Holds what `warehouse.live.events` would, and hands identity the same window of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from extractors.event.resolve import resolve
from extractors.learned import PREDECESSORS, WINDOW, Known, Resolution
from extractors.story import Event, Report


@dataclass(slots=True, kw_only=True)
class Ledger:
    """Events, their reports and who belongs where, as they stand after each cycle."""

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
        """Return the events reported or dated since then, history's and the last of each track, with all reports."""
        first = since.date()
        events = {
            name: event
            for name, event in self.events.items()
            if event.history or event.last_reported_at >= since or (event.event_date and event.event_date >= first)
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
