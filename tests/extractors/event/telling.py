"""Reports of one plan's life, told by three outlets in two languages: for the properties of what is told."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from extractors.calendar import Dated
from extractors.learned import EventChange
from extractors.story import Act, DatePrecision, Report, Stage, Track
from flows.measure.ledger import Ledger
from tests import builders

OUTLETS = (("가", "ko"), ("나", "ko"), ("C", "en"))
DAY = timedelta(days=1)
COUNT = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One announcement: how the plan stands after it, and whether that is news."""

    stage: Stage
    dated: Dated | None
    news: bool = True


def report(said: datetime, step: Step, *, outlet: tuple[str, str] = OUTLETS[0], **facts: Any) -> Report:
    """Build one outlet's report of a step of the body's session."""
    item_id = facts.pop("item_id", f"{next(COUNT):016x}")
    mention = builders.mention(
        item_id=item_id,
        stage=step.stage,
        event_date=step.dated and step.dated[0],
        date_precision=step.dated and step.dated[1],
        **{"act": Act.SESSION, "track": Track.CONSULTATION_BODY, "projects": ("body",), "ordinal": 2, **facts},
    )
    return builders.report(
        item_id=item_id, outlet=outlet[0], language=outlet[1], published_at=said, first_seen_at=said, mention=mention
    )


def plan_of(dice: random.Random, steps: int) -> list[Step]:
    """A plan and what becomes of it: moved, made exact, put off, fixed anew, called off, on again, corrected."""
    day = date(2026, 12, 1) + timedelta(days=dice.randint(0, 20))
    vague = day.replace(day=1), DatePrecision.MONTH
    told = [Step(stage=Stage.SCHEDULED, dated=vague if dice.random() < 0.3 else on_day(day))]
    for _ in range(steps):
        told.append(dice.choice(_ways(told, dice)))
    return told


def _ways(told: list[Step], dice: random.Random) -> list[Step]:
    now = told[-1]
    if now.stage == Stage.CANCELLED:
        return [Step(stage=Stage.SCHEDULED, dated=now.dated)]
    last = max((step.dated[0] for step in told if step.dated), default=date(2026, 12, 1))
    later = on_day(last + timedelta(days=dice.choice([7, 10, 20, 40])))
    if now.dated is None:
        return [Step(stage=stage, dated=later) for stage in (Stage.SCHEDULED, Stage.POSTPONED)]
    if now.dated[1] == DatePrecision.MONTH:
        return [Step(stage=Stage.SCHEDULED, dated=on_day(now.dated[0] + timedelta(days=dice.randint(3, 25))))]
    other = on_day(now.dated[0] + timedelta(days=dice.choice([-9, 7, 10, 20, 40])))
    back = [Step(stage=Stage.SCHEDULED, dated=one.dated) for one in told if _exact(one) and _apart(one, now)]
    ways = [Step(stage=Stage.SCHEDULED, dated=other), Step(stage=Stage.POSTPONED, dated=later), *back[:1]]
    ways.append(Step(stage=Stage.POSTPONED, dated=None))
    if now.stage == Stage.SCHEDULED:
        ways.append(Step(stage=Stage.CANCELLED, dated=now.dated))
        ways += [Step(stage=now.stage, dated=on_day(now.dated[0] + DAY), news=False)] if now.news else []
    return ways


def _exact(step: Step) -> bool:
    return step.dated is not None and step.dated[1] == DatePrecision.DAY


def _apart(one: Step, other: Step) -> bool:
    return bool(one.dated and other.dated and abs(one.dated[0] - other.dated[0]) > 3 * DAY)


def on_day(day: date) -> Dated:
    """A date known to the day."""
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
        cycles.append([report(said, step, outlet=first)])
        late += [report(said + timedelta(hours=dice.randint(0, 24)), step, outlet=one) for one in others]
        dice.shuffle(late)
        while late and dice.random() < 0.6:
            cycles.append([late.pop()])
    return [*cycles, *([one] for one in late)]


def learn(cycles: list[list[Report]]) -> tuple[Ledger, list[EventChange]]:
    """Let the cycles come in; return what is known at the end and all that was told."""
    ledger, told = Ledger(), []
    now = datetime(2026, 9, 1, tzinfo=UTC)
    for reports in cycles:
        now = max(now, *(one.when for one in reports))
        told += [change for change in ledger.learn(reports, now=now).changes if change.news]
    return ledger, told
