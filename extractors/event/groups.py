"""Reports parted into acts, and the acts laid over the events already known.

Likenesses are taken by strength and then by name, so the parting depends on the set of reports alone: a late report
does what it would have done had it come first.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from extractors.event.contradiction import one_act
from extractors.event.facts import Fact, fact
from extractors.event.kin import Likeness, kin, twins
from extractors.event.likeness import loose
from extractors.learned import Known
from extractors.story import TURNS, Event, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Reports of one act, earliest first (at least one), and the events that they were known as, oldest first."""

    event_id: str  # history's, the oldest event's, or one made from its founding report
    reports: tuple[Report, ...]
    known: tuple[Event, ...]  # or history's entry alone


def _founded(reports: Iterable[Report], taken: Collection[str]) -> str:
    """The event id that these reports found: a hash of the item first seen whose hash no other event has.

    An id that another act went by is not given again: what was told of that act would pass for told of this one.
    """
    names = [one.item_id for one in sorted(reports, key=lambda one: (one.first_seen_at, one.when, one.item_id))]
    seeds = chain(names, (f"{' '.join(names)} {times}" for times in count()))
    hashes = (hashlib.blake2b(seed.encode(), digest_size=8).hexdigest() for seed in seeds)
    return next(name for name in hashes if name not in taken)


def grouped(reports: Mapping[str, Report], history: Sequence[Event], known: Known, new: Iterable[str]) -> list[Group]:
    """Part into acts the new reports and all that they can touch, and say which known events each act is."""
    pasts = {event.event_id: event for event in history}
    facts = {name: fact(of) for those in (reports, pasts) for name, of in those.items()}
    alike = twins(facts)
    stands = {name: one for one, names in alike.items() for name in names}
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for name, event_id in known.membership:
        homes[stands[name]].add(event_id)
    near, likenesses = kin({name: facts[name] for name in alike}, {stands[name] for name in new}, homes)
    groups = [[twin for name in of for twin in alike[name]] for of in _parted(near, likenesses, facts)]
    parts = sorted(map(sorted, groups))
    stored = {event.event_id: event for event in known.events}
    found = []
    for part, owned in zip(parts, _owners(parts, known), strict=True):
        told = sorted((reports[name] for name in part if name in reports), key=_seniority)
        if not told:
            continue
        # An act told or stored under its own id before history's entry counted as known keeps that id.
        before = owned or [pasts[name] for name in part if name in pasts]
        name = before[0].event_id if before else _founded(told, stored)
        found.append(Group(event_id=name, reports=tuple(told), known=tuple(before)))
    return found


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


def _owners(parts: Sequence[Sequence[str]], known: Known) -> list[list[Event]]:
    """Give each known event to one group, that of the report that told it, else of most; oldest first."""
    number = {name: index for index, part in enumerate(parts) for name in part}
    held: defaultdict[str, list[str]] = defaultdict(list)
    for name, event_id in known.membership:
        held[event_id] += [name] if name in number else []
    owners: list[list[Event]] = [[] for _ in parts]
    for event in sorted(known.events, key=lambda one: (one.first_reported_at, one.event_id)):
        names = held[event.event_id]
        if names and not (event.history or event.merged_into):
            told = [one.by for one in event.told if one.by in names][:1]
            choice = Counter(number[name] for name in told or sorted(names)).most_common(1)[0][0]
            owners[choice].append(event)
    return owners


def _seniority(report: Report) -> tuple[object, ...]:
    """By publication; of one moment (many feeds stamp days) the plan, its turn, the plan that was moved."""
    turned = 1 if report.mention.stage in TURNS else 2 * report.mention.moved
    return report.when, turned, report.item_id
