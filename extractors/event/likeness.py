"""How surely two reports tell of one act: when, what about, who, where, which session.

Nothing here looks at words: a Korean and an English report are compared by the concepts that were found in them.
Weights were set on labelled cases (tests/cases), and a pair that contradicts itself has no likeness at all.
"""

from __future__ import annotations

from typing import Final, TypeVar

from extractors.calendar import NEAR
from extractors.event.facts import AHEAD, FORTNIGHT, MONTH, Fact, contrary, gap, general
from extractors.event.ladder import TURNS, step
from extractors.story import Act, Stage, Track

T = TypeVar("T")

ENOUGH: Final = 3.0
ECHO: Final = 6  # days after an act in which a report that dates nothing still means it
SLIP: Final = 21  # days that a session without a number may slip from its plan without a word


def strength(one: Fact, other: Fact) -> float:
    """How surely the two are one act; 0 where they are not."""
    if contrary(one, other):
        return 0.0
    when = _when(one, other)
    if not when:
        return 0.0
    sure = when + _about(one, other) + _who(one, other)
    sure += 0.5 * (one.place == other.place != "") - 0.5 * (
        bool(one.place and other.place) and one.place != other.place
    )
    sure += 1.0 * (one.ordinal is not None and one.ordinal == other.ordinal) + 0.5 * _as_far(one, other)
    return sure if sure >= ENOUGH else 0.0


def _as_far(one: Fact, other: Fact) -> bool:
    """Whether both say that the act got as far; of people who met, "held" and "other" say the same."""
    return one.stage == other.stage or (one.meets and other.meets and not one.planned and not other.planned)


def loose(one: Fact, other: Fact) -> str:
    """Name the one of the two that may join an event and never bring two together, "" for neither.

    Recaps, remarks and roundups tell of several acts and date them loosely; a report that names cooperation and
    nothing else goes with any act of its day.
    """
    for fact in (one, other):
        if fact.recap or not fact.telling or (general(fact) and one.track != other.track):
            return fact.name
    return ""


def _when(one: Fact, other: Fact) -> float:
    if one.first is None or other.first is None:
        return _vaguely(one, other)
    days = gap(one, other)
    if one.exact and other.exact and days <= NEAR.days:
        return 2.0 - 0.25 * days
    if not (one.exact and other.exact) and not days:
        return 1.25
    return 1.0 if _one_session(one, other, days) else _one_text(one, other, days)


def _vaguely(one: Fact, other: Fact) -> float:
    """Judge the time of two reports of which at least one names no date."""
    if one.first is None and other.first is None:
        return _undated(one, other, abs(one.said - other.said))
    dated, vague = (one, other) if one.first is not None else (other, one)
    first = dated.first or 0
    if first - 1 <= vague.said <= dated.last + ECHO:
        return 1.0
    if _concluded(one, other) and first - FORTNIGHT <= vague.said <= dated.last + FORTNIGHT:
        return 0.5
    if dated.planned and not vague.planned and dated.said <= vague.said:  # held, and its report names no day
        return 1.0 if _one_session(one, other, abs(vague.said - first)) else 0.0
    known = bool({one.stage, other.stage} & TURNS) or one.ordinal == other.ordinal is not None
    if not vague.planned or not 0 <= first - vague.said <= (2 * AHEAD if known else AHEAD):
        return _one_text(one, other, abs(vague.said - first))
    told = abs(one.said - other.said)
    days = first - vague.said if not dated.planned else 0 if told <= FORTNIGHT else told
    return 1.0 if _one_session(one, other, days) else 0.0


def _undated(one: Fact, other: Fact, days: int) -> float:
    """Judge two reports that name no date by the days between their publication."""
    if days <= NEAR.days:
        return 1.0
    return 0.5 * (_concluded(one, other) and days <= FORTNIGHT) or _one_text(one, other, days)


def _concluded(one: Fact, other: Fact) -> bool:
    """Whether both conclude the same: a text is not signed, a programme not joined twice in a fortnight."""
    return one.stage == other.stage in {Stage.SIGNED, Stage.JOINED} and bool(one.subjects & other.subjects)


def _one_session(one: Fact, other: Fact, days: int) -> bool:
    """Whether two dates may be those of one session: planned, moved, held."""
    if not (one.meets and other.meets) or not (one.planned or other.planned):
        return False
    earlier, later = sorted((one, other), key=lambda fact: (fact.said, fact.name))
    same = one.ordinal is not None and one.ordinal == other.ordinal
    far = days > AHEAD or later.said - earlier.said > 2 * AHEAD  # whatever the dates: a number comes once
    if not earlier.planned or (far and not same):
        return False
    turned = later.moved or earlier.moved or bool({one.stage, other.stage} & TURNS)
    return bool(one.subjects & other.subjects) and (same or turned or days <= (0 if later.planned else SLIP))


def _one_text(one: Fact, other: Fact, days: int) -> float:
    """How surely two dates are those of one text's or membership's stages: proposed, agreed, concluded.

    A text without a subject of its own (a memorandum on cooperation) is known by who and what field it is of.
    """
    if one.meets or other.meets or days > MONTH:
        return 0.0
    earlier, later = sorted((one, other), key=lambda fact: (fact.first or fact.said, fact.name))
    further = later.stage in TURNS or step(earlier.stage, earlier.act) < step(later.stage, later.act)
    general = not (one.subjects or other.subjects) and one.act == other.act == Act.DOCUMENT
    alike = general and one.track == other.track and one.others & other.others
    return further * (2.0 if alike else 1.0 if one.subjects & other.subjects else 0.0)


def _about(one: Fact, other: Fact) -> float:
    shared = one.subjects & other.subjects
    if shared:
        return 1.5 + 0.5 * _share(one.subjects, other.subjects)
    same = one.track == other.track != Track.COOPERATION  # that track holds all that the others do not
    fields = 0.5 * _share(one.domains, other.domains)
    return (1.0 if same else 0.5) + fields - 0.75 * bool(one.subjects and other.subjects)


def _who(one: Fact, other: Fact) -> float:
    if one.people and other.people:
        close = one.exact and other.exact and gap(one, other) <= NEAR.days and one.meets and other.meets
        shared = len(one.people & other.people)
        return _share(one.people, other.people) + (0.5 if shared > 1 else 0.25 * (close and shared)) or -1.0
    return 0.5 * bool(one.others & other.others)


def _share(one: frozenset[T], other: frozenset[T]) -> float:
    """What part of the smaller set lies in the other, 0 of an empty one."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def why(one: Fact, other: Fact) -> str:
    """Say in words what two reports of one act have in common."""
    dated = one.first is not None and other.first is not None
    days = gap(one, other)
    parts = [
        ("the same date" if not days else f"dates {days} days apart") if dated else "told at the same time",
        one.ordinal is not None and one.ordinal == other.ordinal and f"session {one.ordinal}",
        ", ".join(sorted(one.subjects & other.subjects)) or (one.track == other.track and f"track {one.track}"),
        ", ".join(sorted((one.people & other.people) | (one.others & other.others))),
        one.place == other.place and one.place,
    ]
    return "; ".join(part for part in parts if part)
