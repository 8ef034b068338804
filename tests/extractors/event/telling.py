"""Reports of one plan's life, told by three outlets in two languages: for the properties of what is told."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from extractors.calendar import Dated
from extractors.story import DatePrecision, Report, Stage
from tests.extractors.event.acts import session

OUTLETS = (("가", "ko"), ("나", "ko"), ("C", "en"))
DAY = timedelta(days=1)
PLAN, PUT, OFF = Stage.SCHEDULED, Stage.POSTPONED, Stage.CANCELLED


@dataclass(frozen=True, slots=True)
class Step:
    """One announcement: how the plan stands after it, and whether that is news."""

    stage: Stage
    dated: Dated | None
    news: bool = True


def report(said: datetime, step: Step, outlet: tuple[str, str] = OUTLETS[0], **facts: Any) -> Report:
    """Build one outlet's report of a step of the body's session."""
    return session(said, step.dated, step.stage, outlet=outlet[0], language=outlet[1], **{"ordinal": 2, **facts})


def plan_of(dice: random.Random, steps: int) -> list[Step]:
    """A plan and what becomes of it: moved, made exact, put off, fixed anew, called off, on again, corrected."""
    day = date(2026, 12, 1) + DAY * dice.randint(0, 20)
    vague = day.replace(day=1), DatePrecision.MONTH
    told = [Step(PLAN, vague if dice.random() < 0.3 else on_day(day))]
    for _ in range(steps):
        told.append(dice.choice(_ways(told, dice)))
    return told


def _ways(told: list[Step], dice: random.Random) -> list[Step]:
    now = told[-1]
    last = max((step.dated[0] for step in told if step.dated), default=date(2026, 12, 1))
    later = on_day(last + DAY * dice.choice([7, 10, 20, 40]))
    if now.stage == OFF:
        return [Step(PLAN, now.dated), Step(PLAN, later)]
    if now.dated is None:
        return [Step(PLAN, later), Step(PUT, later)]
    if now.dated[1] == DatePrecision.MONTH:
        return [Step(PLAN, on_day(now.dated[0] + DAY * dice.randint(3, 25)))]
    other = on_day(now.dated[0] + DAY * dice.choice([-9, 7, 10, 20, 40]))
    exact = [one.dated for one in told if one.dated and one.dated[1] == DatePrecision.DAY]
    back = [Step(PLAN, one) for one in exact if abs(one[0] - now.dated[0]) > 3 * DAY]
    ways = [Step(PLAN, other), Step(PUT, later), *back[:1], Step(PUT, None)]
    if now.stage == PLAN:
        ways.append(Step(OFF, now.dated))
        ways += [Step(PLAN, on_day(now.dated[0] + DAY), news=False)] if now.news else []
    return ways


def on_day(day: date) -> Dated:
    return day, DatePrecision.DAY


def told_by(dice: random.Random, steps: list[Step]) -> list[list[Report]]:
    """Let one to three outlets tell each step within a day, some days after the step before; the first comes at once.

    The others' reports arrive when they like, if need be after the next step's.
    """
    said = datetime(2026, 9, 1, 3, tzinfo=UTC)
    cycles: list[list[Report]] = []
    late: list[Report] = []
    for step in steps:
        said += timedelta(days=dice.randint(4, 9), hours=dice.randint(0, 12))
        first, *others = dice.sample(OUTLETS, dice.randint(1, 3))
        cycles.append([report(said, step, first)])
        late += [report(said + timedelta(hours=dice.randint(0, 24)), step, one) for one in others]
        dice.shuffle(late)
        while late and dice.random() < 0.6:
            cycles.append([late.pop()])
    return [*cycles, *([one] for one in late)]
