"""How far an act got: which stages follow one another within one event, and which reverse what was told."""

from __future__ import annotations

from extractors.calendar import NEAR, Span, apart, span
from extractors.story import Act, DatePrecision, Event, Stage

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


def advanced(before: Event, after: Event) -> bool:
    """Whether the act got further: up its ladder, put off, or called off before it took place."""
    if after.stage in TURNS:
        return pending(before.stage, after.act) and before.stage not in {after.stage, Stage.CANCELLED}
    if before.stage == Stage.CANCELLED or step(after.stage, after.act) <= step(before.stage, after.act):
        return False
    return {before.stage, after.stage} <= LINES[after.act] or _later(before, after)


def _later(before: Event, after: Event) -> bool:
    """Whether two stages of different ladders lie apart in time: more than a disagreement between reports."""
    return bool(before.event_date and after.event_date and after.event_date > before.event_date + NEAR)


def overturned(before: Event, after: Event) -> bool:
    """Whether what we told proves wrong: called off after all, or not called off."""
    if after.stage == Stage.CANCELLED:
        return not pending(before.stage, after.act)
    return before.stage == Stage.CANCELLED and after.stage not in TURNS


def moved(before: Event, after: Event) -> bool:
    """Whether a plan's date was changed by more than reports of one act may differ."""
    plans = step(before.stage, after.act) == step(after.stage, after.act) == 0
    old, new = _span(before), _span(after)
    return plans and old is not None and new is not None and apart(old, new) > NEAR


def relocated(before: Event, after: Event) -> bool:
    """Whether a plan's place was changed."""
    plans = step(before.stage, after.act) == step(after.stage, after.act) == 0
    return plans and bool(before.place and after.place) and before.place != after.place


def _span(event: Event) -> Span | None:
    return span(event.event_date, event.date_precision or DatePrecision.DAY) if event.event_date else None
