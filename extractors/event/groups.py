"""Reports parted into acts, and the acts laid over the events already known.

Likenesses are taken by strength and then by name, so the parting depends on the set of reports alone: a late report
does what it would have done had it come first.

What hangs together is found with few comparisons however many reports there are. Reports with the same facts are
compared as one. From the new reports likenesses are followed to all that hangs together with them, so that the outcome
is that of all reports at once; past a bound only the events that the new reports themselves resemble are drawn in, each
whole.
"""

import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from extractors.event.contradiction import one_act
from extractors.event.facts import Fact, fact, reach
from extractors.event.likeness import loose, strength
from extractors.ladder import TURNS
from extractors.learned import Known
from extractors.story import Event, Report

ROOM: Final = 10_000  # comparisons, after which no event is drawn in: a fortnight of a busy year stays far below
Likeness = tuple[float, str, str]  # how surely the two named are one; the names sorted


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Reports of one act, earliest first (at least one), and the events that they were known as, oldest first."""

    event_id: str  # history's, the oldest event's, or one made from its founding report
    reports: tuple[Report, ...]
    known: tuple[Event, ...]  # or history's entry alone
    first: Report | Event  # what tells it first: history's entry, else the first report


def _founded(reports: Iterable[Report], taken: Collection[str]) -> str:
    """The event id that these reports found: a hash of the item first seen whose hash no other event has.

    An id that another act went by is not given again: what was told of that act would pass for told of this one.
    """
    names = [one.item_id for one in sorted(reports, key=lambda one: (one.first_seen_at, one.when, one.item_id))]
    seeds = (name + "." * times for times in count() for name in names)
    hashes = (hashlib.blake2b(seed.encode(), digest_size=8).hexdigest() for seed in seeds)
    return next(name for name in hashes if name not in taken)


def grouped(reports: Mapping[str, Report], history: Sequence[Event], known: Known, new: Iterable[str]) -> list[Group]:
    """Part into acts the new reports and all that they can touch, and say which known events each act is."""
    pasts = {event.event_id: event for event in history}
    facts = {name: fact(of) for those in (reports, pasts) for name, of in those.items()}
    alike = twins(facts)
    stands = {name: one for one, names in alike.items() for name in names}
    homes = [(stands[name], event_id) for name, event_id in known.membership]
    near, likenesses = kin({name: facts[name] for name in alike}, {stands[name] for name in new}, homes)
    parts = sorted(sorted(twin for name in of for twin in alike[name]) for of in _parted(near, likenesses, facts))
    stored = {event.event_id: event for event in known.events}
    owners, found = _owners(parts, known), []
    for index, part in enumerate(parts):
        told = [reports[name] for name in part if name in reports]
        if not told:
            continue
        # Of one moment (many feeds stamp days) the plan comes first, its turn, the plan that was moved.
        told.sort(key=lambda one: (one.when, 1 if one.mention.stage in TURNS else 2 * one.mention.moved, one.item_id))
        # An act told or stored under its own id before history's entry counted as known keeps that id.
        before = owners[index] or [pasts[name] for name in part if name in pasts]
        name = before[0].event_id if before else _founded(told, stored)
        first = before[0] if before and before[0].history else told[0]
        found.append(Group(event_id=name, reports=tuple(told), known=tuple(before), first=first))
    return found


def twins(facts: Mapping[str, Fact]) -> dict[str, list[str]]:
    """Reports with equal facts, by the first of them; what parts acts stands for itself: history, an item's several."""
    acts = Counter(one.item for one in facts.values())
    groups: defaultdict[tuple[Fact, str], list[str]] = defaultdict(list)
    for name, one in sorted(facts.items()):
        groups[one, name if acts[one.item] > 1 or one.past else ""].append(name)
    return {names[0]: names for names in groups.values()}


def kin(
    facts: Mapping[str, Fact], start: Iterable[str], homes: Iterable[tuple[str, str]]
) -> tuple[set[str], list[Likeness]]:
    """Follow likenesses from the start, with the events of the known reports; return who hangs together, and how.

    The strongest come first, then by name: free of the order of arrival.
    """
    events: defaultdict[str, set[str]] = defaultdict(set)
    mates: defaultdict[str, list[set[str]]] = defaultdict(list)
    for name, event_id in homes:
        events[event_id].add(name)
        mates[name].append(events[event_id])

    def with_mates(*names: str) -> set[str]:
        return set(names).union(*(of for name in names for of in mates[name]))

    first = set(start)
    involved, compared = with_mates(*first), 0
    waiting = deque(sorted(first) + sorted(involved - first))
    rest = {name: (facts[name], *reach(facts[name])) for name in sorted(facts)}
    likenesses: list[Likeness] = []
    while waiting:
        name = waiting.popleft()
        one, begin, end = rest.pop(name)
        pool = rest if compared < ROOM or name in first else sorted(rest.keys() & with_mates(name))
        for other, from_, to in map(rest.__getitem__, pool):
            if from_ > end or to < begin:
                continue
            compared += 1
            if not (sure := strength(one, other)):
                continue
            likenesses.append((sure, min(name, other.name), max(name, other.name)))
            if other.name not in involved:
                drawn = with_mates(other.name) - involved
                involved |= drawn
                waiting.extend(sorted(drawn))
    return involved, sorted(likenesses, key=lambda like: (-like[0], *like[1:]))


def _parted(names: Iterable[str], likenesses: Iterable[Likeness], facts: Mapping[str, Fact]) -> list[list[str]]:
    """Part the names into groups that do not contradict themselves: two become one by a likeness, strongest first.

    A likeness of something loose takes it to one group and never brings two together.
    """
    groups = {name: [name] for name in names}
    refused: set[tuple[str, int, str, int]] = set()  # pairs of groups, as they were, that may not become one
    for _, one, other in likenesses:
        here, there = groups[one], groups[other]
        firm, guest = min((-loose(facts[name]), len(groups[name])) for name in (one, other))
        pair = (here[0], len(here), there[0], len(there))
        if here is there or (firm < 0 and guest > 1) or pair in refused:
            continue
        if one_act([facts[name] for name in here], [facts[name] for name in there]):
            here += there
            groups |= dict.fromkeys(there, here)
        else:
            refused.add(pair)
    return list({of[0]: of for of in groups.values()}.values())


def _owners(parts: Sequence[Sequence[str]], known: Known) -> defaultdict[int, list[Event]]:
    """Give each known event to one group, that of the report that told it, else of most; oldest first."""
    number = {name: index for index, part in enumerate(parts) for name in part}
    held: defaultdict[str, list[str]] = defaultdict(list)
    for name, event_id in sorted(known.membership):
        held[event_id] += [name] if name in number else []
    owners: defaultdict[int, list[Event]] = defaultdict(list)
    for event in sorted(known.events, key=lambda one: (one.first_reported_at, one.event_id)):
        names = held[event.event_id]
        if names and not (event.history or event.merged_into):
            told = [one.by for one in event.told if one.by in names][:1]
            choice = Counter(number[name] for name in told or names).most_common(1)[0][0]
            owners[choice].append(event)
    return owners
