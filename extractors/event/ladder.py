"""How far an act got: which stages follow one another within one event."""

from __future__ import annotations

from extractors.story import Act, Stage

TURNS = frozenset({Stage.POSTPONED, Stage.CANCELLED})

# Reports of one act disagree on its kind, so every stage has a step under every kind of act; the stages of the
# kind's own ladder come first in their step and name it.
_SESSION = {
    Stage.SCHEDULED: 0,
    Stage.PROPOSED: 0,
    Stage.HELD: 1,
    Stage.AGREED: 1,
    Stage.SIGNED: 1,
    Stage.JOINED: 1,
    Stage.OTHER: 1,
    Stage.OUTCOME: 2,
}
_DOCUMENT = {
    Stage.PROPOSED: 0,
    Stage.SCHEDULED: 0,
    Stage.AGREED: 1,
    Stage.HELD: 1,
    Stage.OUTCOME: 1,
    Stage.OTHER: 1,
    Stage.SIGNED: 2,
    Stage.JOINED: 2,
}
_STEPS = {
    Act.SESSION: _SESSION,
    Act.OTHER: _SESSION,
    Act.DOCUMENT: _DOCUMENT,
    Act.MEMBERSHIP: _DOCUMENT,
}
LADDERS = {
    Act.SESSION: (Stage.SCHEDULED, Stage.HELD, Stage.OUTCOME),
    Act.DOCUMENT: (Stage.PROPOSED, Stage.AGREED, Stage.SIGNED),
    Act.MEMBERSHIP: (Stage.PROPOSED, Stage.AGREED, Stage.JOINED),
    Act.OTHER: (Stage.SCHEDULED, Stage.OTHER),
}

_TALKS = frozenset({*LADDERS[Act.SESSION], *TURNS})
_TEXTS = frozenset({*LADDERS[Act.DOCUMENT], *LADDERS[Act.MEMBERSHIP], Stage.SCHEDULED, *TURNS})
LINES = {Act.SESSION: _TALKS, Act.OTHER: _TALKS | {Stage.OTHER}, Act.DOCUMENT: _TEXTS, Act.MEMBERSHIP: _TEXTS}


def step(stage: Stage, act: Act) -> int:
    """How far a stage lies on its act's ladder: 0 planned, 1 done, 2 concluded; a turn is a plan called off."""
    return _STEPS[act].get(stage, 0)


def pending(stage: Stage, act: Act) -> bool:
    """Whether the act can still be put off or called off: a session not held, a text not signed, a body not joined."""
    return step(stage, act) < (2 if act in {Act.DOCUMENT, Act.MEMBERSHIP} else 1)
