from __future__ import annotations

from dataclasses import replace
from datetime import date

from extractors.learned import ChangeKind, EventChange
from extractors.story import Stage
from tests import builders
from tests.extractors.event.acts import told


def change(*reports: object, **fields: object) -> EventChange:
    event = builders.event(stage=Stage.HELD, event_date=date(2026, 3, 10))
    made = EventChange(kind=ChangeKind.ADVANCED, event=event, before=None, key="k", detail="", reports=())
    return replace(made, reports=reports, **fields)  # type: ignore[arg-type]


def test_a_further_report_and_what_has_a_reason_for_silence_are_no_news() -> None:
    assert change().news
    assert not change(kind=ChangeKind.CORROBORATED).news
    assert not change(silent="told as a part of another event").news


def test_the_report_that_says_it_speaks() -> None:
    plan = told("2026-03-01", "2026-03-10", stage=Stage.SCHEDULED)
    other_day = told("2026-03-11", "2026-03-11", stage=Stage.HELD)
    remark = told("2026-03-11", "2026-03-10", stage=Stage.HELD, alertable=False)
    late = told("2026-03-13", "2026-03-10", stage=Stage.HELD)
    first = told("2026-03-12", "2026-03-10", stage=Stage.HELD)
    assert change(plan, other_day, remark, late, first).by == first
    assert change(plan, other_day, remark).by == other_day
