"""Reports parted into acts, and the acts laid over the events already known."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from extractors.event.cluster import Likeness, partition
from extractors.event.contradiction import one_act
from extractors.event.facts import Fact, fact, fact_of
from extractors.event.kin import kin
from extractors.event.likeness import strength, why
from extractors.learned import Known
from extractors.story import Event, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Reports of one act, earliest first (at least one), and the events that they were known as, oldest first."""

    event_id: str  # history's, the oldest event's, or one made from its founding report
    reports: tuple[Report, ...]
    known: tuple[Event, ...]  # or history's entry alone
    reasons: Mapping[str, str]  # by item_id: why it belongs here


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


def grouped(reports: Mapping[str, Report], history: Sequence[Event], known: Known, new: Collection[str]) -> list[Group]:
    """Part into acts the new reports and all that they can touch, and say which known events each act is."""
    pasts = {event.event_id: event for event in history}
    facts = {name: fact(report) for name, report in reports.items()} | {name: fact_of(pasts[name]) for name in pasts}
    joined = dict(known.membership)
    left = {joined[name] for name in new if name in joined}
    near = kin(facts, [*new, *(name for name, event_id in joined.items() if event_id in left)], joined)
    parts = partition(near.names, near.likenesses, agree=lambda one, other: one_act(_of(facts, one), _of(facts, other)))
    parts = sorted(sorted(twin for name in part for twin in near.twins[name]) for part in parts)
    owners = _owners(parts, reports, known)
    closest = _closest(parts, near.likenesses, near.twins)
    stored = {event.event_id: event for event in known.events}
    groups = []
    for part, owned in zip(parts, owners, strict=True):
        told = sorted((reports[name] for name in part if name in reports), key=_seniority)
        if not told:
            continue
        # An act told or stored under its own id before history's entry counted as known keeps that id.
        before = owned or [pasts[name] for name in part if name in pasts][:1]
        before = before or _reborn(told, stored, [facts[name] for name in part])
        groups.append(
            Group(
                event_id=before[0].event_id if before else founded(told, stored),
                reports=tuple(told),
                known=tuple(before),
                reasons={name: _reason(facts[name], facts.get(closest.get(name, ""))) for name in part},
            )
        )
    return groups


def _reason(one: Fact, closest: Fact | None) -> str:
    return f"one act with {closest.name}: {why(one, closest)}" if closest else "the first report of this act"


def _reborn(reports: Sequence[Report], stored: Mapping[str, Event], facts: Sequence[Fact]) -> list[Event]:
    """Return the event that these reports were before it was merged into one that they have now left."""
    for report in sorted(reports, key=_seniority):
        before = stored.get(founded([report]))
        if before is None or before.history or not before.merged_into:
            continue
        was = fact_of(before)
        if any(strength(was, one) for one in facts) and one_act([was], facts):
            return [replace(before, merged_into=None)]
    return []


def _seniority(report: Report) -> tuple[object, ...]:
    return report.when, report.item_id


def _of(facts: Mapping[str, Fact], names: Sequence[str]) -> list[Fact]:
    return [facts[name] for name in names]


def _closest(
    parts: Sequence[Sequence[str]], likenesses: Iterable[Likeness], twins: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Name for each report the one in its group that it resembles most: a twin, where it has one."""
    number = {name: index for index, part in enumerate(parts) for name in part}
    closest = {twin: names[twin == names[0]] for names in twins.values() if len(names) > 1 for twin in names}
    for _, one, other, _ in sorted(likenesses, key=lambda like: (-like[0], *like[1:])):
        if number.get(one, -1) == number.get(other, -2):
            closest.setdefault(one, other)
            closest.setdefault(other, one)
    return closest


def _owners(parts: Sequence[Sequence[str]], reports: Mapping[str, Report], known: Known) -> list[list[Event]]:
    """Give each known event to one group, that of the report that told it, else of most; oldest first."""
    number = {name: index for index, part in enumerate(parts) for name in part}
    events = {event.event_id: event for event in known.events if not event.history}
    held: defaultdict[str, list[str]] = defaultdict(list)
    for name, event_id in known.membership:
        event = events.get(event_id)
        while event is not None and event.merged_into:
            event = events.get(event.merged_into)
        if event is not None and name in number:
            held[event.event_id].append(name)
    owners: list[list[Event]] = [[] for _ in parts]
    for event_id, names in held.items():
        told = [one.by for one in events[event_id].told if one.by in names][:1]
        founder = told or [name for name in names if founded([reports[name]]) == event_id]
        choice = Counter(number[name] for name in sorted(founder or names)).most_common(1)[0][0]
        owners[choice].append(events[event_id])
    return [sorted(owned, key=lambda event: (event.first_reported_at, event.event_id)) for owned in owners]
