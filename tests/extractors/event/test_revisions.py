"""M1: a rewritten page's acts: what it told before keeps its event, what it tells anew is a report of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from extractors.calendar import Dated
from extractors.event.revisions import numbered
from extractors.story import Act, DatePrecision, Report, Stage, Track
from tests.extractors.event.telling import OUTLETS, Step, learn, report

PAGE = "00000000000000aa"
START = datetime(2026, 9, 1, 3, tzinfo=UTC)


def on(text: str) -> Dated:
    return date.fromisoformat(f"2026-{text}"), DatePrecision.DAY


def page(days: int, stage: Stage, day: str | None, **facts: Any) -> Report:
    step = Step(stage=stage, dated=on(day) if day else None)
    return report(START + timedelta(days=days), step, item_id=PAGE, **facts)


AGREED: dict[str, Any] = {"act": Act.DOCUMENT, "ordinal": None}


@pytest.mark.parametrize(
    ("now", "n"),
    [
        (page(1, Stage.SCHEDULED, "09-30"), 0),  # a word was mended
        (page(9, Stage.SCHEDULED, "10-14"), 0),  # moved
        (page(9, Stage.POSTPONED, None), 0),
        (page(29, Stage.HELD, "09-30"), 0),
        (page(1, Stage.SCHEDULED, None, ordinal=None), 0),  # says less
        (page(9, Stage.SCHEDULED, "11-30", ordinal=3), 1),
        (page(9, Stage.JOINED, "09-09", track=Track.NATO_PROJECTS, projects=("project:mmf",), act=Act.MEMBERSHIP), 1),
        (page(40, Stage.SCHEDULED, "12-10", ordinal=None), 1),
    ],
)
def test_m1_an_act_told_again_keeps_its_number_and_another_gets_the_next(now: Report, n: int) -> None:
    first = page(0, Stage.SCHEDULED, "09-30")
    if now.mention.ordinal is None and n:
        first = replace(first, mention=replace(first.mention, stage=Stage.HELD, event_date=date(2026, 8, 31)))
    (found,) = numbered([first], [now])
    assert found.mention.n == n
    assert found.item_id == (PAGE if n == 0 else f"{PAGE}.1")


def test_m1_the_first_act_keeps_its_event_and_the_second_is_told() -> None:
    founding = page(0, Stage.AGREED, "09-01", **AGREED)
    joined = page(3, Stage.JOINED, "09-04", track=Track.NATO_PROJECTS, projects=("project:mmf",), act=Act.MEMBERSHIP)
    back = page(4, Stage.AGREED, "09-01", **AGREED)
    elsewhere = replace(joined, item_id="00000000000000bb", outlet=OUTLETS[1][0])
    elsewhere = replace(elsewhere, mention=replace(elsewhere.mention, item_id="00000000000000bb"))
    ledger, told = learn([[founding], [joined], [back], [elsewhere]])
    assert [change.key for change in told] == ["new", "new"]
    assert ledger.home(PAGE) == told[0].event.event_id != told[1].event.event_id
    assert ledger.home(f"{PAGE}.1") == ledger.home(elsewhere.item_id) == told[1].event.event_id
    assert ledger.reports[PAGE].mention.stage == Stage.AGREED


def test_a_page_that_tells_no_date_is_taken_for_what_it_told() -> None:
    (found,) = numbered([page(0, Stage.AGREED, None, **AGREED)], [page(25, Stage.AGREED, None, **AGREED)])
    assert found.mention.n == 0


def test_m1_several_acts_of_one_page_each_find_their_own() -> None:
    one = page(0, Stage.AGREED, "09-01", **AGREED)
    other = page(0, Stage.SCHEDULED, "09-30", n=1)
    new = [page(1, Stage.SCHEDULED, "09-30"), page(1, Stage.AGREED, "09-01", n=1, **AGREED)]
    assert [found.mention.n for found in numbered([one, other], new)] == [1, 0]
    assert [found.mention.n for found in numbered([], new)] == [0, 1]
