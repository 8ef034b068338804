from dataclasses import replace
from datetime import date

from extractors.learned import ChangeKind, EventChange
from extractors.story import Stage
from tests import builders
from tests.extractors.event.acts import said


def change(*reports: str, **fields: object) -> EventChange:
    event = builders.event(stage=Stage.HELD, event_date=date(2025, 3, 10))
    made = EventChange(kind=ChangeKind.ADVANCED, event=event, before=None, key="k", detail="", reports=())
    return replace(made, reports=tuple(map(said, reports)), **fields)  # type: ignore[arg-type]


def test_a_further_report_and_what_has_a_reason_for_silence_are_no_news() -> None:
    assert change().news
    assert not change(kind=ChangeKind.CORROBORATED).news
    assert not change(silent="told as a part of another event").news


def test_the_report_that_says_it_speaks() -> None:
    plan, other_day, remark = "3-1 scheduled 3-10", "3-11 held 3-11 !dd", "3-11 held 3-10 quiet"
    assert change(plan, other_day, remark, "3-13 held 3-10", "3-12 held 3-10 !ff").by.item_id == "ff".zfill(16)
    assert change(plan, other_day, remark).by.item_id == "dd".zfill(16)
