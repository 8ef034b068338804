"""Same event or a new one? Reports and known events in; events, who joins which, and what was learned, out.

The reports at hand are parted anew each time, so the partition depends on the set of them and not on the order in
which they came; then the groups are laid over the events already known. A group that holds several keeps the oldest
event's id, and the others become aliases; a group that holds none is named after its founding report, so that a
replay or a restore gives the same id.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from extractors.event.changes import change
from extractors.event.contradiction import one_act
from extractors.event.copies import origins
from extractors.event.facts import fact
from extractors.event.groups import grouped
from extractors.event.likeness import strength, why
from extractors.event.portrait import portray
from extractors.learned import ChangeKind, Known, Resolution
from extractors.story import Event, Report, Track

COUNTED = ("last_reported_at", "reports", "origins", "outlets", "languages")  # what history's entry takes from reports


def resolve(known: Known, new: Sequence[Report], *, now: datetime) -> Resolution:
    """Tie the new reports to events, known or new, and tell what that changes.

    `known` are events near in time with all their reports, and history's entries; those dated after `now`, the cycle's
    clock, are ignored. `new` is what its relevant items say; an act that an item told already counts as revised.
    """
    if not new:
        return Resolution()
    new = numbered(known.reports, new)
    stored = {event.event_id: event for event in reversed(known.events)}
    history = [one for one in stored.values() if one.history and (one.event_date or now.date()) <= now.date()]
    reports = {report.item_id: report for report in (*known.reports, *new)}
    fresh = {report.item_id for report in new}
    joined = dict(known.membership)
    joins = [
        (group, report)
        for group in grouped(reports, history, known, fresh)
        for report in group.reports
        if report.item_id in fresh or joined.get(report.item_id) != group.event_id
    ]
    touched = {group.event_id: group for group, _ in joins}
    copies = {name: origins(group.reports) for name, group in touched.items()}
    rows = {event.event_id: event for event in stored.values() if event.merged_into is None}
    for name, group in touched.items():
        rows |= {event.event_id: replace(event, merged_into=name) for event in group.known}
        event = portray(name, group.reports, origins=len(set(copies[name].values())))
        counts = {of: getattr(event, of) for of in COUNTED}
        rows[name] = event if isinstance(group.first, Report) else replace(group.first, **counts)
    rows |= _chained(rows)
    found = []
    for name, group in touched.items():
        brought = [one for one in group.reports if one.item_id in fresh]
        left = sorted({joined.get(one.item_id, name) for one in group.reports} - {name})
        rows[name], news = change(rows[name], group.known, [stored[of] for of in left], group.reports, brought)
        revised = news and news.kind == ChangeKind.CORROBORATED and all(one.item_id in joined for one in brought)
        found += [news] if news and not revised else []
    copied = [(one, copies[name][one.item_id]) for name, group in touched.items() for one in group.reports]
    return Resolution(
        reports=tuple(sorted(new, key=lambda report: report.item_id)),
        events=tuple(rows[name] for name in sorted(rows) if rows[name] != stored.get(name)),
        joins=tuple((one.item_id, group.event_id, why(fact(one), fact(group.first))) for group, one in joins),
        changes=tuple(found),
        origins=tuple((one.item_id, origin) for one, origin in copied if origin != one.origin),
    )


def numbered(known: Iterable[Report], new: Iterable[Report]) -> list[Report]:
    """Give each new report the number of the act that its item told before, or the item's next one.

    A rolling story, a status page, a corrected article keep their URL. An act told before keeps its event and its
    report, whatever the page says now; what it tells anew is a report of its own: acts are numbered for good.
    """
    told: defaultdict[str, dict[int, Report]] = defaultdict(dict)
    for report in known:
        told[report.mention.item_id][report.mention.n] = report
    found: list[Report] = []
    for report in new:
        item_id = report.mention.item_id
        before = told.get(item_id, {})
        again = [n for n, one in before.items() if one not in found and _same(one, report)]
        n = [*again, max(before, default=-1) + 1][0] if before else report.mention.n
        name = f"{item_id}.{n}" if n else item_id
        found.append(replace(report, item_id=name, mention=replace(report.mention, n=n)))
        if before:
            before[n] = found[-1]
    return found


def _same(before: Report, now: Report) -> bool:
    """Whether a revision tells the act again: likely one with what was told, or too vague to be another."""
    one, other = fact(before), replace(fact(now), item="revised")
    vague = (one.first is None or other.first is None) and (one.track, one.stage) == (other.track, other.stage)
    return one_act([one], [other]) and (vague or strength(one, other) > 0)


def _chained(rows: Mapping[str, Event]) -> dict[str, Event]:
    """Link each event to the one before it on its track that was worth telling, by the day of the act."""
    latest: dict[Track, str] = {}  # of those whose main track it is
    named: dict[Track, str] = {}  # of those that name it
    linked = {}
    alive = [event for event in rows.values() if event.merged_into is None]
    alive.sort(key=lambda one: (one.event_date or one.first_reported_at.date(), one.first_reported_at, one.event_id))
    for event in alive:
        before = [latest.get(event.track), *(named.get(track) for track in event.tracks), event.predecessor]
        linked[event.event_id] = replace(event, predecessor=next(filter(None, before), None))
        if event.alertable or event.history:
            latest[event.track] = event.event_id
            named |= dict.fromkeys(event.tracks, event.event_id)
    return linked
