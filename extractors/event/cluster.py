"""Things parted into groups: the strongest likeness first, and no group that contradicts itself.

The result depends on the set alone and not on its order, because likenesses are taken by strength and then by
name: a late report does what it would have done had it come first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

Likeness = tuple[float, str, str, str]  # how surely the two named are one; and the one that may not bridge, or ""


def partition(
    names: Iterable[str],
    likenesses: Iterable[Likeness],
    *,
    agree: Callable[[Sequence[str], Sequence[str]], bool],
) -> list[list[str]]:
    """Part the names into groups, each sorted, in the order of their first names.

    `agree` says whether two groups may become one; it is asked for each likeness between them, strongest first. A
    likeness of something that may not bridge takes it to one group and never brings two together.
    """
    leader = {name: name for name in names}
    members = {name: [name] for name in leader}
    refused: set[tuple[str, int, str, int]] = set()  # pairs of groups, as they were, that may not become one
    for _, one, other, loose in sorted(likenesses, key=lambda like: (-like[0], *like[1:])):
        kept, gone = leader[one], leader[other]
        if kept == gone or (loose and len(members[leader[loose]]) > 1):
            continue
        pair = (kept, len(members[kept]), gone, len(members[gone]))
        if pair not in refused and agree(members[kept], members[gone]):
            moved = members.pop(gone)
            leader.update(dict.fromkeys(moved, kept))
            members[kept] += moved
        else:
            refused.add(pair)
    return sorted(sorted(group) for group in members.values())
