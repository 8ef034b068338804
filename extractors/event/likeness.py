"""How surely two reports tell of one act: when, what about, who, where, which session.

Nothing here looks at words: a Korean and an English report are compared by the concepts that were found in them.
Weights were set on labelled cases (tests/cases), and a pair that contradicts itself has no likeness at all.
"""

from typing import Final

from extractors.calendar import NEAR
from extractors.event.contradiction import HEADINGS, contrary
from extractors.event.facts import AHEAD, FORTNIGHT, MONTH, Fact, gap
from extractors.ladder import TURNS, pending
from extractors.learned import PENDING
from extractors.story import Act, Stage, Track

ENOUGH: Final = 3.0
ECHO: Final = 6  # days after an act in which a report that dates nothing still means it
SLIP: Final = 21  # days that a session without a number may slip from its plan without a word


def strength(one: Fact, other: Fact) -> float:
    """How surely the two are one act; 0 where they are not."""
    if contrary(one, other) or not (when := _when(one, other)):
        return 0.0
    sure = when + _about(one, other) + _who(one, other)
    if one.place and other.place:
        sure += 0.5 if one.place == other.place else -0.5
    spoken = one.occasion and other.occasion and bool(one.people & other.people)  # proposed in talks, told as the talks
    sure += 1.0 * (one.ordinal == other.ordinal is not None) + 0.5 * (one.stage == other.stage or spoken)
    return sure if sure >= ENOUGH else 0.0


def loose(one: Fact) -> int:
    """How little it says of which act it means: what is loose may join an event and never brings two together.

    Recaps, remarks and roundups (2) tell of several acts and date them loosely; a report that names cooperation and
    nothing else (1) goes with any act of its day, unless it says who met.
    """
    named = one.track != Track.COOPERATION or one.subjects or one.domains or len(one.people) > 1
    return 2 if not one.telling else int(not named)


def _when(one: Fact, other: Fact) -> float:
    if one.first is not None and other.first is not None:
        days = gap(one, other)
        if one.exact and other.exact and days <= NEAR.days:
            return 2.0 - 0.25 * days
        turned = one.stage == other.stage and one.stage in TURNS and abs(one.said - other.said) <= NEAR.days
        return _course(one, other, days) if days else 2.0 if turned else 1.25
    dated, vague = (one, other) if one.first is not None else (other, one)
    known, ahead, late = dated.first is not None, dated.day - vague.said, vague.said - dated.last
    days = 0 if known and vague.planned and 0 <= ahead <= AHEAD else abs(ahead)
    same = ahead <= 1 and late <= ECHO if known else abs(ahead) <= NEAR.days
    if not same and max(ahead, late) <= FORTNIGHT and one.stage == other.stage in {Stage.SIGNED, Stage.JOINED}:
        return 0.5  # the same is not concluded twice in a fortnight
    sure = 1.0 if same else _course(one, other, days)
    if not known or vague.stage not in TURNS:
        return sure
    held = late > 0 and not pending(dated.stage, dated.act)
    if held and dated.ordinal != vague.ordinal:  # another session than the one that turns
        return 0.0
    return 1.25 * sure if ahead > 0 else sure  # what turns lies ahead


def _one_session(one: Fact, other: Fact, days: int) -> bool:
    """Whether two dates may be those of one session: planned, moved, held."""
    earlier, later = sorted((one, other), key=lambda fact: (fact.said, fact.name))
    if not (earlier.planned and one.meets and other.meets and one.subjects & other.subjects):
        return False
    if one.ordinal == other.ordinal is not None:
        return True
    lay_ahead = later.stage in TURNS and 0 <= (earlier.first or 0) - later.said <= AHEAD
    leaders = len(later.people) > 1 and not earlier.people  # who talk of the body are not its session
    if leaders or (days > AHEAD and not lay_ahead) or later.said - earlier.said > 2 * AHEAD:
        return False
    if later.moved or {one.stage, other.stage} & TURNS:
        return True
    early = later.first is not None and later.first + NEAR.days < (earlier.first or 0)  # none is held before its day
    return days <= (0 if later.planned or early else SLIP)


def _course(one: Fact, other: Fact, days: int) -> float:
    """How surely two dates are those of one session, or of one text's or membership's stages: proposed, concluded.

    A text without a subject of its own (a memorandum on cooperation) is known by who concludes it.
    """
    if _one_session(one, other, days):
        return 1.0
    earlier, later = sorted((one, other), key=lambda fact: (fact.day, fact.name))
    further = later.stage in TURNS or earlier.level < later.level
    if one.meets or other.meets or days > (PENDING.days if _lasting(earlier, later) else MONTH) or not further:
        return 0.0
    if one.subjects & other.subjects:
        return 1.0
    return 2.0 if one.act == other.act == Act.DOCUMENT and one.others & other.others else 0.0


def _lasting(earlier: Fact, later: Fact) -> bool:
    """Whether both name one programme, so that the later may conclude what the earlier began long before.

    An agency has many dealings, in several fields and with firms, and is joined once; a forum takes place.
    """
    shared = (earlier.subjects & later.subjects) - {"body", "project:industry_forum"}
    if any(not name.startswith("agency:") for name in shared - HEADINGS):
        return True
    state = later.stage == Stage.JOINED or (later.offices and len(shared) > 1)
    return bool(shared and state) and not (earlier.domains and earlier.domains.isdisjoint(later.domains))


def _about(one: Fact, other: Fact) -> float:
    if one.subjects & other.subjects:
        return 1.5 + 0.5 * _share(one.subjects, other.subjects)
    joined = one.domains & other.domains and one.stage == other.stage == Stage.JOINED
    same = joined or one.track == other.track != Track.COOPERATION  # that track holds all that the others do not
    fields = 0.5 * _share(one.domains, other.domains)
    return (1.0 if same else 0.5) + fields - 0.75 * bool(one.subjects and other.subjects)


def _who(one: Fact, other: Fact) -> float:
    if one.people and other.people:
        shared = min(len(one.people & other.people), 2)
        return _share(one.people, other.people) + 0.25 * shared if shared else -1.0
    return 0.5 * bool(one.others & other.others)


def _share(one: frozenset[object], other: frozenset[object]) -> float:
    """What part of the smaller set lies in the other, 0 of an empty one."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def why(one: Fact, first: Fact) -> str:
    """Say in words why a report belongs to its act: what it has in common with what told it first."""
    if one is first:
        return "the first report of this act"
    days = gap(one, first)
    dated = f"dates {days} days apart" if days else "the same date"
    when = "told at the same time" if None in {one.first, first.first} else dated
    common = (one.subjects & first.subjects) | (one.people & first.people) | (one.others & first.others)
    session = [f"session {one.ordinal}"] if one.ordinal == first.ordinal is not None else []
    return f"one act with {first.name}: " + "; ".join([when, *session, ", ".join(sorted(common))])
