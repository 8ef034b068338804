"""How far an act got: which stages follow one another within one event, and what turns a plan."""

from typing import Final

from extractors.story import Act, Stage

TURNS: Final = frozenset({Stage.POSTPONED, Stage.CANCELLED})
"""What befalls a plan, and is no step of its own."""
LADDERS: Final = {
    Act.SESSION: (Stage.SCHEDULED, Stage.HELD, Stage.OUTCOME),
    Act.DOCUMENT: (Stage.PROPOSED, Stage.AGREED, Stage.SIGNED),
    Act.MEMBERSHIP: (Stage.PROPOSED, Stage.AGREED, Stage.JOINED),
    Act.OTHER: (Stage.SCHEDULED, Stage.OTHER),
}
"""Which stages follow one another within one event."""
_TALKS = TURNS.union(LADDERS[Act.SESSION])
_PAPERS = TURNS.union(LADDERS[Act.DOCUMENT], LADDERS[Act.MEMBERSHIP], {Stage.SCHEDULED})
LINES: Final = {Act.SESSION: _TALKS, Act.OTHER: _TALKS | {Stage.OTHER}, Act.DOCUMENT: _PAPERS, Act.MEMBERSHIP: _PAPERS}
"""Stages that are of one kind of act; reports of it may use others."""


def meets(act: Act) -> bool:
    """Whether people meet or speak, rather than that a text or membership comes about."""
    return act in {Act.SESSION, Act.OTHER}


def step(stage: Stage, act: Act) -> int:
    """How far a stage lies, whatever kind of act it belongs to: 0 planned or turned, 1 done, 2 concluded."""
    if stage in TURNS or stage in {Stage.PROPOSED, Stage.SCHEDULED}:
        return 0
    return 2 if stage in ({Stage.OUTCOME} if meets(act) else {Stage.SIGNED, Stage.JOINED}) else 1


def pending(stage: Stage, act: Act) -> bool:
    """Whether the act can still be put off or called off: a session not held, a text not signed, a body not joined."""
    return step(stage, act) < (1 if meets(act) else 2)
