"""Which reports hang together, found with few comparisons however many there are.

Reports with the same facts are compared as one. From the new reports likenesses are followed to all that hangs
together with them, so that the outcome is that of all reports at once; past a bound only the events that the new
reports themselves resemble are drawn in, each whole.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from extractors.event.facts import Fact, reach
from extractors.event.likeness import strength

ROOM: Final = 10_000
"""Comparisons after which no further event is drawn in: a fortnight's news of a busy year stays far below."""

Likeness = tuple[float, str, str]
"""How surely the two named are one; the names sorted."""


def twins(facts: Mapping[str, Fact]) -> dict[str, list[str]]:
    """Reports with equal facts, by the first of them; what parts acts stands for itself: history, an item's several."""
    acts = Counter(one.item for one in facts.values())
    groups: defaultdict[tuple[Fact, str], list[str]] = defaultdict(list)
    for name, one in sorted(facts.items()):
        groups[one, name if acts[one.item] > 1 or one.past else ""].append(name)
    return {names[0]: names for names in groups.values()}


def kin(
    facts: Mapping[str, Fact], start: Iterable[str], homes: Mapping[str, Collection[str]]
) -> tuple[set[str], list[Likeness]]:
    """Follow likenesses from the start, with the events of the known reports; return who hangs together, and how.

    The strongest come first, then by name: free of the order of arrival.
    """
    events: defaultdict[str, set[str]] = defaultdict(set)
    for name, ids in homes.items():
        for event_id in ids:
            events[event_id].add(name)

    def with_mates(*names: str) -> set[str]:
        return set(names).union(*(events[event_id] for name in names for event_id in homes.get(name, ())))

    first = with_mates(*start)
    involved, waiting, compared = set(first), deque(sorted(first)), 0
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
