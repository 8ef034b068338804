"""A plan's life as outlets tell it: each announcement is told once, and what was announced last holds."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from extractors.calendar import Dated
from extractors.event.course import course_of
from extractors.story import DatePrecision, Stage
from tests.extractors.event.telling import OUTLETS, Step, learn, plan_of, report, told_by

P = Stage.SCHEDULED
OFF, PUT = Stage.CANCELLED, Stage.POSTPONED


def on(text: str) -> Dated:
    return date.fromisoformat(f"2026-{text}"), DatePrecision.DAY


@pytest.mark.parametrize(
    ("said", "stage", "day"),
    [
        ([(0, 0, P, "12-10"), (96, 1, P, "12-17")], P, "12-17"),
        ([(0, 0, P, "12-10"), (96, 1, P, "12-20"), (192, 2, P, "12-10")], P, "12-10"),  # and back again
        ([(0, 0, P, "12-10"), (96, 1, P, "12-20"), (100, 2, P, "12-10")], P, "12-20"),  # has not heard yet
        ([(0, 0, P, "12-10"), (96, 1, P, "12-20"), (100, 2, P, "12-10"), (101, 0, P, "12-10")], P, "12-10"),  # two say so
        ([(0, 0, P, "12-10"), (96, 1, PUT, "12-10")], PUT, None),  # the day that it had
        ([(0, 0, P, "12-10"), (96, 1, PUT, "12-20"), (97, 2, P, "12-20")], PUT, "12-20"),
        ([(0, 0, P, "12-10"), (96, 1, P, "12-20"), (97, 2, PUT, "12-10")], PUT, "12-20"),  # how the new date came about
        ([(0, 0, P, "12-10"), (96, 1, PUT, None), (192, 2, P, "12-20")], P, "12-20"),
        ([(0, 0, P, "12-10"), (96, 1, PUT, "12-20"), (192, 2, PUT, None)], PUT, None),  # put off again
        ([(0, 0, P, "12-10"), (96, 1, PUT, "12-20"), (97, 2, PUT, None)], PUT, "12-20"),
        ([(0, 0, P, "12-10"), (96, 1, PUT, "12-20"), (300, 2, PUT, "12-10")], PUT, "12-20"),  # from what it was put off
        ([(0, 0, P, "12-10"), (96, 1, OFF, "12-10")], OFF, "12-10"),
        ([(0, 0, P, "12-10"), (96, 1, OFF, None), (99, 2, P, "12-10")], OFF, "12-10"),
        ([(0, 0, P, "12-10"), (96, 1, OFF, None), (192, 2, P, "12-10")], P, "12-10"),
        ([(0, 0, P, "12-10"), (96, 1, OFF, None), (99, 2, P, "12-10"), (99, 0, P, None)], P, "12-10"),
        ([(0, 0, P, "12-10"), (96, 0, OFF, None), (96, 1, OFF, None), (144, 2, P, "12-10")], OFF, "12-10"),  # two to one
        ([(0, 0, P, "12-10"), (96, 1, OFF, None), (100, 2, PUT, "12-20")], OFF, "12-10"),
        ([(0, 0, P, "12-10"), (96, 1, OFF, None), (192, 2, PUT, "12-20")], PUT, "12-20"),
        ([(0, 0, P, "06-10"), (96, 1, P, "12-20")], P, "06-10"),  # half a year off, and one outlet alone: misread
        ([(0, 0, P, "06-10"), (96, 1, P, "12-20"), (97, 2, P, "12-20")], P, "12-20"),
    ],
)  # fmt: skip
def test_t2_what_was_announced_last_holds(
    said: list[tuple[int, int, Stage, str | None]], stage: Stage, day: str | None
) -> None:
    start = datetime(2026, 6, 1, 3, tzinfo=UTC)
    reports = [
        report(start + timedelta(hours=hours), Step(stage=of, dated=on(text) if text else None), outlet=OUTLETS[who])
        for hours, who, of, text in said
    ]
    course = course_of(reports)
    assert course is not None
    assert (course.stage, course.dated) == (stage, on(day) if day else None)


def test_a_report_that_says_it_was_changed_is_believed_at_once() -> None:
    start = datetime(2026, 6, 1, 3, tzinfo=UTC)
    steps = [(0, OFF), (1, P)]
    reports = [
        report(start + timedelta(hours=hours), Step(stage=of, dated=on("12-10")), outlet=OUTLETS[hours], moved=of == P)
        for hours, of in steps
    ]
    course = course_of(reports)
    assert course is not None
    assert course.stage == P


def test_no_plan_no_course() -> None:
    assert course_of([]) is None


def hold(seeds: range) -> None:
    """Random sequences of plans, moves, turns, firmings and corrections, in any interleaving of three outlets."""
    for seed in seeds:
        dice = random.Random(seed)
        steps = plan_of(dice, dice.randint(1, 7))
        ledger, told = learn(told_by(dice, steps))
        (event,) = (one for one in ledger.events.values() if not one.merged_into)
        assert len(told) == sum(step.news for step in steps), seed
        assert len({(change.event.event_id, change.key) for change in told}) == len(told), seed
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
