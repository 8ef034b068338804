"""Reports parted into acts, and the acts laid over the events already known."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from extractors.event.cluster import Likeness, partition
from extractors.event.contradiction import one_act
from extractors.event.facts import Fact, fact, reach
from extractors.event.likeness import loose, strength, why
from extractors.story import Event, Known, Mention, Report

ALONE = "the first report of this act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Reports of one act, earliest first (at least one), and the events that they were known as, oldest first."""

    event_id: str  # history's, the oldest event's, or one made from its founding report
    reports: tuple[Report, ...]
    past: Event | None  # history's entry, where they tell of it
    events: tuple[Event, ...]
    reasons: Mapping[str, str]  # by item_id: why it belongs here

    @property
    def voices(self) -> tuple[Report, ...]:
        """All that says what the act is: the reports, and history's entry."""
        return (stand_in(self.past), *self.reports) if self.past else self.reports


def founded(reports: Iterable[Report], taken: Collection[str] = ()) -> str:
    """The event id that these reports found: a hash of the item first seen whose hash no other event has.

    An id that another act went by is not given again: what was told of that act would pass for told of this one.
    """
    inorder = sorted(reports, key=lambda report: (report.first_seen_at, report.when, report.item_id))
    seeds = [report.item_id for report in inorder]
    seeds.append(" ".join(seeds))
    while True:
        for seed in seeds:
            name = hashlib.blake2b(seed.encode(), digest_size=8).hexdigest()
            if name not in taken:
                return name
        seeds = [f"{seeds[-1]} again"]


def stand_in(event: Event) -> Report:
    """History's entry in the shape of a report, to be compared with reports."""
    mention = Mention(
        item_id=event.event_id,
        track=event.track,
        tracks=event.tracks,
        stage=event.stage,
        act=event.act,
        alertable=event.alertable,
        reason=event.reason,
        score=1.0,
        event_date=event.event_date,
        date_precision=event.date_precision,
        place=event.place,
        ordinal=event.ordinal,
        actors=event.actors,
        domains=event.domains,
        lexicon_version="",
    )
    return Report(
        item_id=event.event_id,
        outlet="",
        language="",
        title=event.title,
        url="",
        published_at=event.first_reported_at,
        first_seen_at=event.first_reported_at,
        origin=event.event_id,
        baseline=False,
        mention=mention,
    )


def grouped(reports: Mapping[str, Report], history: Sequence[Event], known: Known, new: Collection[str]) -> list[Group]:
    """Part into acts the new reports and all that they can touch, and say which known events each act is."""
    pasts = {event.event_id: event for event in history}
    facts = {name: fact(report) for name, report in reports.items()}
    facts |= {name: fact(stand_in(event), past=True) for name, event in pasts.items()}
    joined = dict(known.membership)
    left = {joined[name] for name in new if name in joined}
    involved, likenesses = _involved(facts, [*new, *(name for name, event_id in joined.items() if event_id in left)])
    parts = partition(involved, likenesses, agree=lambda one, other: one_act([facts[name] for name in (*one, *other)]))
    parts = [part for part in parts if any(name in reports for name in part)]
    owners = _owners(parts, reports, known)
    closest = _closest(parts, likenesses)
    stored = {event.event_id: event for event in known.events}
    groups = []
    for number, part in enumerate(parts):
        told = [reports[name] for name in part if name in reports]
        past = next((pasts[name] for name in part if name in pasts), None)
        events = sorted(owners[number], key=lambda event: (event.first_reported_at, event.event_id))
        if events:
            past = None  # told or stored under its own id before history's entry counted as known: it keeps that
        elif past is None:
            events = _reborn(told, stored, [facts[name] for name in part])
        named = (past, *events) if past else events
        groups.append(
            Group(
                event_id=named[0].event_id if named else founded(told, stored),
                reports=tuple(sorted(told, key=_seniority)),
                past=past,
                events=tuple(events),
                reasons={
                    name: f"one act with {closest[name]}: {why(facts[name], facts[closest[name]])}"
                    if name in closest
                    else ALONE
                    for name in part
                },
            )
        )
    return groups


def _reborn(reports: Sequence[Report], stored: Mapping[str, Event], facts: Sequence[Fact]) -> list[Event]:
    """Return the event that these reports were before it was merged into one that they have now left."""
    for report in sorted(reports, key=_seniority):
        before = stored.get(founded([report]))
        if before is None or before.history or not before.merged_into:
            continue
        was = fact(stand_in(before))
        if any(strength(was, one) for one in facts) and one_act([was, *facts]):
            return [replace(before, merged_into=None)]
    return []


def _seniority(report: Report) -> tuple[object, ...]:
    return report.when, report.item_id


def _involved(facts: Mapping[str, Fact], start: Iterable[str]) -> tuple[set[str], list[Likeness]]:
    """Follow likenesses from the start to all that hangs together with it: the rest stays as it was."""
    spans = {name: reach(one) for name, one in facts.items()}
    rest, involved, likenesses = dict(facts), set(start), []
    waiting = sorted(involved)
    while waiting:
        one = rest.pop(waiting.pop())
        first, last = spans[one.name]
        for other in rest.values():
            begin, end = spans[other.name]
            if begin > last or end < first or not (sure := strength(one, other)):
                continue
            likenesses.append((sure, min(one.name, other.name), max(one.name, other.name), loose(one, other)))
            if other.name not in involved:
                involved.add(other.name)
                waiting.append(other.name)
    return involved, likenesses


def _closest(parts: Sequence[Sequence[str]], likenesses: Iterable[Likeness]) -> dict[str, str]:
    """Name for each report the one in its group that it resembles most."""
    number = {name: index for index, part in enumerate(parts) for name in part}
    closest: dict[str, str] = {}
    for _, one, other, _ in sorted(likenesses, key=lambda like: (-like[0], *like[1:])):
        if number.get(one, -1) == number.get(other, -2):
            closest.setdefault(one, other)
            closest.setdefault(other, one)
    return closest


def _owners(parts: Sequence[Sequence[str]], reports: Mapping[str, Report], known: Known) -> dict[int, list[Event]]:
    """Give each known event to one group: that of its founding report, else that of most of its reports."""
    number = {name: index for index, part in enumerate(parts) for name in part}
    events = {event.event_id: event for event in known.events if not event.history}
    held: defaultdict[str, list[str]] = defaultdict(list)
    for name, event_id in known.membership:
        event = events.get(event_id)
        while event is not None and event.merged_into:
            event = events.get(event.merged_into)
        if event is not None and name in number:
            held[event.event_id].append(name)
    owners: defaultdict[int, list[Event]] = defaultdict(list)
    for event_id, names in held.items():
        founder = [name for name in names if founded([reports[name]]) == event_id]
        choice = Counter(number[name] for name in sorted(founder or names)).most_common(1)[0][0]
        owners[choice].append(events[event_id])
    return owners
