from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from alerts.model import BundleKind, Part
from alerts.word.view import view
from tests import builders
from tests.alerts.making import TOLD, TOLD_KO, facts, outgoing, pair

OLD, NEW = date(2026, 12, 10), date(2027, 1, 20)
PLAN = Part(event_id="e", title="", stage="scheduled", event_date=OLD, date_precision="day", place="seoul")


def _rows(language: str = "en", **so_now: Any) -> dict[str, str]:
    said = facts(**{"place": "seoul", "event_date": OLD, **so_now})
    return dict(view(outgoing(pair(1, change="advanced", facts=said)), builders.channel(language=language)).rows)


@pytest.mark.parametrize(
    ("was", "now", "when"),
    [
        (PLAN, {"stage": "postponed", "event_date": NEW}, "20 January 2027, instead of 10 December 2026"),
        (PLAN, {"stage": "postponed"}, "no new date given, instead of 10 December 2026"),
        (PLAN, {"stage": "scheduled", "event_date": NEW}, "20 January 2027, instead of 10 December 2026"),
        (PLAN, {"stage": "held", "event_date": date(2026, 12, 11)}, "11 December 2026"),
        (PLAN, {"stage": "cancelled"}, "10 December 2026"),
        (
            replace(PLAN, stage="held"),
            {"stage": "held", "event_date": NEW},
            "20 January 2027, instead of 10 December 2026",
        ),
        (
            replace(PLAN, event_date=date(2026, 12, 1), date_precision="month"),
            {"stage": "scheduled"},
            "10 December 2026",
        ),
        (None, {"stage": "agreed", "event_date": None}, "no date given"),
    ],
)
def test_t4_the_old_date_stands_beside_the_new_one_where_it_was_moved(
    was: Part | None, now: dict[str, Any], when: str
) -> None:
    assert _rows(was=was, **now)["When"] == when


def test_t4_a_place_that_changed_is_named_with_the_old_one() -> None:
    assert _rows(was=PLAN, stage="scheduled", place="brussels")["Where"] == "Brussels, instead of Seoul"
    assert _rows("ko", was=PLAN, stage="scheduled", place="brussels")["장소"] == "브뤼셀 (기존 서울)"
    assert _rows(was=PLAN, stage="scheduled")["Where"] == "Seoul"


def test_t8_counts_are_plain_and_cooperation_in_general_goes_without_saying() -> None:
    rows = _rows(reports=1, outlets=1, origins=1)
    assert (rows["Reported by"], rows["Track"]) == ("1 report, 1 outlet", "Korea–NATO consultation body")
    assert _rows(reports=4, outlets=3, origins=1)["Reported by"] == "4 reports, 3 outlets, all one text"
    assert _rows(tracks=("cooperation",))["Track"] == "Korea–NATO cooperation"


@pytest.mark.parametrize(
    ("sentence", "sums"),
    [
        ("A deal worth $2.5 billion and €300 million.", ("$2.5 billion", "€300 million")),
        ("총 1조 2천억원 규모로 계약했다.", ("1조 2천억원",)),
        ("They met 12 officials on 10 December.", ()),
        ("It costs US$ 4.1bn; later 700 million dollars.", ("US$ 4.1bn", "700 million dollars")),
    ],
)
def test_t6_sums_are_facts(sentence: str, sums: tuple[str, ...]) -> None:
    said = facts(sources=(replace(TOLD, sentence=sentence),))
    assert dict(view(outgoing(pair(1, facts=said)), builders.channel()).rows).get("Sums", "") == ", ".join(sums)


def test_t5_t6_the_substance_is_that_of_the_report_that_speaks_and_its_language_is_named_where_it_is_another() -> None:
    message = outgoing(pair(1, facts=facts(sources=(TOLD_KO,))))
    english, korean = (view(message, builders.channel(language=language)) for language in ("en", "ko"))
    assert (english.quote, english.quote_note) == (TOLD_KO.sentence, "in Korean")
    assert (korean.quote, korean.quote_note) == (TOLD_KO.sentence, "")


def test_t8_the_headline_is_read_once_below_the_subject() -> None:
    copy = replace(TOLD, outlet="Copy", url="https://copy.example/1")
    seen = view(outgoing(pair(1, facts=facts(sources=(TOLD, copy), chain=()))), builders.channel())
    assert [line.text for _, lines in seen.groups for line in lines] == ["Copy"]
    assert seen.title == f"Agreed, 25 June 2025: {TOLD.title}"


def test_t9_a_bundles_subject_carries_the_first_news() -> None:
    parts = (pair(1), pair(2, change="unhealthy", event_id=None, facts=facts(kind="health", title="cycle", sources=())))
    both = replace(outgoing(*parts), kind=BundleKind.DIGEST)
    assert view(both, builders.channel()).title == f"Konato digest (2): Agreed, 25 June 2025: {TOLD.title}"
    ill = replace(outgoing(parts[1]), kind=BundleKind.DIGEST)
    assert view(ill, builders.channel()).title == "Konato digest (1): failing: the watch itself"
