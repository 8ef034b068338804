"""Whether many reports can tell of one act, or some of them say that it is two."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

from extractors.calendar import NEAR
from extractors.event.facts import MONTH, Fact, contrary, gap, unlike
from extractors.event.ladder import TURNS, pending, step
from extractors.story import Stage

SPREAD: Final = 4  # days between the dates that reports of one act in the past give: two to either side


def one_act(here: Sequence[Fact], there: Sequence[Fact]) -> bool:
    """Whether two groups of reports, each of one act, can tell of the same: nothing says that they are two."""
    facts = [*here, *there]
    past = [one for one in facts if one.past]
    if len(past) > 1 or any(_beyond(one, past[0]) for one in facts if past):
        return False
    if _named_apart(here, there) or any(_anew(one, facts) for one in facts):
        return False
    acts = [one for one in facts if one.telling and not one.planned and not one.recap]
    texts = [_day(one) for one in acts if not one.meets]
    exact = [one for one in acts if one.exact and step(one.stage, one.act) > 0]
    days = list(map(_day, exact))
    if _spread(texts) > MONTH or _spread(days) > (SPREAD if any(one.meets for one in exact) else MONTH):
        return False
    done = [one for one in acts if step(one.stage, one.act) > 0]
    over = [one for one in done if not pending(one.stage, one.act)]
    return not any(_after(one, over if one.stage in TURNS else done) for one in facts if one.planned)


def _named_apart(here: Sequence[Fact], there: Sequence[Fact]) -> bool:
    """Whether they name what tells acts apart: two numbers, two programmes, or two acts of one item."""
    facts = [*here, *there]
    apart = len({one.item for one in facts}) < len(facts)  # what one item tells as two is two
    if apart or len({one.ordinal for one in facts if one.ordinal is not None}) > 1:
        return True
    pairs = product(_acts(here), _acts(there))
    return any(_two(one, other) for one, other in pairs if not (one.meets and other.meets))


def _acts(facts: Sequence[Fact]) -> list[Fact]:
    return [one for one in facts if one.telling and not one.recap]


def _two(one: Fact, other: Fact) -> bool:
    """Whether two acts, one of them a text or a membership, are about different things: nothing makes them one."""
    if unlike(one, other):
        return True
    apart = one.first is not None and other.first is not None and gap(one, other) > NEAR.days
    other_subject = bool(one.subjects and other.subjects) and not one.subjects & other.subjects
    return other_subject and (apart or contrary(one, other))


def _after(plan: Fact, done: Sequence[Fact]) -> bool:
    """Whether something is planned, put off or called off when it has already taken place: then it is another act."""
    return min(plan.said, _day(plan)) > min(map(_day, done), default=plan.said) + NEAR.days


def _day(one: Fact) -> int:
    """The day of an act, or where it names none the day by which it had taken place."""
    return one.said if one.first is None else one.first


def _spread(days: Sequence[int]) -> int:
    return max(days) - min(days) if days else 0


def _beyond(one: Fact, past: Fact) -> bool:
    """Whether a report says more than history's entry knows: then it is news, and another event."""
    return one.stage in TURNS - {past.stage} or step(one.stage, past.act) > step(past.stage, past.act)


def _anew(turn: Fact, facts: Sequence[Fact]) -> bool:
    """Whether after a cancellation a report names another date, and none said before that it was on again."""
    if turn.stage != Stage.CANCELLED:
        return False
    old = [one for one in facts if one.said <= turn.said and one.first is not None]
    later = [one for one in facts if one.said > turn.said]
    other = [one.said for one in later if one.first is not None and all(gap(one, was) > NEAR.days for was in old)]
    again = [one.said for one in later if one.stage == Stage.SCHEDULED and one.said > turn.said + NEAR.days]
    again = [said for said in again if said not in other]
    return bool(other) and min(again, default=min(other)) >= min(other)
