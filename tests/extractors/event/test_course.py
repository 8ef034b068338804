import random
from datetime import UTC, datetime, timedelta

import pytest

from extractors.event.course import course_of
from tests.extractors.event.acts import cycles, on, run
from tests.extractors.event.telling import OFF, OUTLETS, PLAN, PUT, Step, plan_of, report, told_by
from tests.table import table

STAGES = {"plan": PLAN, "put": PUT, "off": OFF}


@table("said, result")
def test_t2_what_was_announced_last_holds(said: str, result: str) -> None:
    reports = []
    for one in said.split(", "):
        hours, who, stage, *rest = one.split()
        dated = [on(f"2026-{day}") for day in rest if day[0].isdigit()]
        when = datetime(2026, 6, 1, 3, tzinfo=UTC) + timedelta(hours=int(hours))
        step = Step(STAGES[stage], dated[0] if dated else None)
        reports.append(report(when, step, OUTLETS["abc".index(who)], moved="moved" in rest))
    course = course_of(reports)
    expected, *day = result.split()
    assert course is not None
    assert (course.stage, course.dated) == (STAGES[expected], on(f"2026-{day[0]}") if day else None)


@pytest.mark.parametrize("names", ["12", "21"])
def test_t1_of_one_moment_the_turn_comes_after_the_plan_whatever_they_are_called(names: str) -> None:
    told = cycles(f"9-9 scheduled 9-30 !b{names[0]} | 9-9 postponed !b{names[1]}")
    for order in (told, told[::-1]):
        ledger, changes = run(*order)
        assert [(one.stage, one.event_date) for one in ledger.events.values()] == [(PUT, None)]
        assert [change.event.stage for change in changes if change.news][-1] == PUT


def test_no_plan_no_course() -> None:
    assert course_of([]) is None


def hold(seeds: range) -> None:
    """Random sequences of plans, moves, turns, firmings and corrections, in any interleaving of three outlets."""
    for seed in seeds:
        dice = random.Random(seed)
        steps = plan_of(dice, dice.randint(1, 7))
        ledger, changes = run(*told_by(dice, steps))
        told = [(change.event.event_id, change.key) for change in changes if change.news]
        (event,) = (one for one in ledger.events.values() if not one.merged_into)
        assert len(told) == len(set(told)) == sum(step.news for step in steps), seed
        assert event.stage == steps[-1].stage, seed
        day = steps[-1].dated[0] if steps[-1].dated else None
        assert (event.event_date is None) == (day is None), seed
        assert day is None or event.event_date is None or abs(event.event_date - day) <= timedelta(days=2), seed


def test_t1_each_announcement_is_told_once_and_the_last_one_holds() -> None:
    hold(range(200))


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_t1_each_of_many_announcements_is_told_once(part: int) -> None:
    hold(range(2000 * part, 2000 * (part + 1)))
