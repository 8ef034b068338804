"""Which reports hang together, found with few comparisons however many there are.

Reports with the same facts are compared as one. From the new reports likenesses are followed to all that hangs
together with them, so that the outcome is that of all reports at once; past a bound only the events that the new
reports themselves resemble are drawn in, each with all its reports.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from extractors.event.facts import Fact, reach
from extractors.event.likeness import loose, strength

ROOM: Final = 10_000
"""Comparisons after which no further event is drawn in: a fortnight's news of a busy year stays far below."""

Likeness = tuple[float, str, str]  # how surely the two named are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Reports that hang together: one name for each set of twins."""

    names: frozenset[str]
    likenesses: tuple[Likeness, ...]  # the strongest first, then by name: free of the order of arrival
    loose: Mapping[str, int]  # how little each says of which act it means
    twins: Mapping[str, tuple[str, ...]]  # by the name that stands for them, itself among them
    compared: int


def kin(facts: Mapping[str, Fact], start: Iterable[str], joined: Mapping[str, str]) -> Kin:
    """Follow likenesses from the start; `joined` gives the event of each known report."""
    twins = _twins(facts)
    stands = {name: one for one, names in twins.items() for name in names}
    events: defaultdict[str, set[str]] = defaultdict(set)
    for name, event_id in joined.items():
        events[event_id].add(stands[name])

    def with_mates(name: str) -> set[str]:
        return {name}.union(*(events[joined[twin]] for twin in twins[name] if twin in joined))

    first = sorted({stands[name] for name in start})
    involved, waiting, compared = set(first), deque(first), 0
    rest = {name: (facts[name], *reach(facts[name])) for name in sorted(twins)}
    likenesses: list[Likeness] = []
    while waiting:
        name = waiting.popleft()
        one, begin, end = rest.pop(name)
        pool = list(rest) if compared < ROOM or name in first else sorted(rest.keys() & with_mates(name))
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
    likenesses.sort(key=lambda like: (-like[0], *like[1:]))
    levels = {name: loose(facts[name]) for name in involved}
    return Kin(names=frozenset(involved), likenesses=tuple(likenesses), loose=levels, twins=twins, compared=compared)


def _twins(facts: Mapping[str, Fact]) -> dict[str, tuple[str, ...]]:
    """Reports with equal facts; those of an item that tells several acts stand for themselves, as they part acts."""
    acts = Counter(fact.item for fact in facts.values())
    groups: defaultdict[tuple[Fact, str], list[str]] = defaultdict(list)
    for name, fact in facts.items():
        alone = acts[fact.item] > 1 or fact.past
        groups[fact, name if alone else ""].append(name)
    return {min(names): tuple(sorted(names)) for names in groups.values()}
