from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.calendar import Dated
from extractors.story import DatePrecision
from extractors.words.lexicon import load

LEXICON = load(Path(__file__).resolve().parents[3] / "config" / "lexicon")
TODAY = date(2025, 6, 26)  # a Thursday


def dates(text: str, *, ahead: bool = False, language: str = "") -> list[Dated]:
    return list(LEXICON.days(language).read(text, TODAY, ahead=ahead))


@pytest.mark.parametrize(
    ("text", "ahead", "day", "precision"),
    [
        ("지난 25일 만났다", False, "2025-06-25", "day"),
        ("26일 밝혔다", False, "2025-06-26", "day"),
        ("오는 3일 연다", False, "2025-07-03", "day"),
        ("30일 연다", True, "2025-06-30", "day"),
        ("6월 25일", False, "2025-06-25", "day"),
        ("2024년 7월 9일", False, "2024-07-09", "day"),
        ("来月20日", True, "2025-07-20", "day"),
        ("held the previous day", False, "2025-06-25", "day"),
        ("9월 말 브뤼셀", True, "2025-09-21", "part_of_month"),
        ("내년 3월", True, "2026-03-01", "month"),
        ("지난해 7월 서명", False, "2024-07-01", "month"),
        ("2024년 12월 초", False, "2024-12-01", "part_of_month"),
        ("이달 말 개최", True, "2025-06-21", "part_of_month"),
        ("다음 달 열린다", True, "2025-07-01", "month"),
        ("지난달 12일", False, "2025-05-12", "day"),
        ("어제 열렸다", False, "2025-06-25", "day"),
        ("다음 주 방한", True, "2025-06-30", "week"),
        ("지난주 회의", False, "2025-06-16", "week"),
        ("올해 3분기", True, "2025-07-01", "quarter"),
        ("내년 상반기", True, "2026-01-01", "year"),
        ("올해 하반기", True, "2025-07-01", "quarter"),
        ("연내 첫 회의", True, "2025-01-01", "year"),
        ("연말 개최", True, "2025-12-01", "month"),
        ("지난해 출범한", False, "2024-01-01", "year"),
        ("on 25 June 2025", False, "2025-06-25", "day"),
        ("on June 25", False, "2025-06-25", "day"),
        ("on the 3rd of July", True, "2025-07-03", "day"),
        ("2025-06-25", False, "2025-06-25", "day"),
        ("late September", True, "2025-09-21", "part_of_month"),
        ("in mid-October 2026", True, "2026-10-11", "part_of_month"),
        ("in September", True, "2025-09-01", "month"),
        ("on Wednesday", False, "2025-06-25", "day"),
        ("on Thursday", False, "2025-06-26", "day"),
        ("last Thursday", False, "2025-06-19", "day"),
        ("next Tuesday", False, "2025-07-01", "day"),
        ("to meet on Monday", True, "2025-06-30", "day"),
        ("yesterday", False, "2025-06-25", "day"),
        ("tomorrow", True, "2025-06-27", "day"),
        ("next month", True, "2025-07-01", "month"),
        ("early next month", True, "2025-07-01", "part_of_month"),
        ("last year", False, "2024-01-01", "year"),
        ("next week", True, "2025-06-30", "week"),
        ("am 25. Juni", False, "2025-06-25", "day"),
        ("le 25 juin", False, "2025-06-25", "day"),
        ("el 25 de junio de 2025", False, "2025-06-25", "day"),
        ("25 czerwca", False, "2025-06-25", "day"),
        ("25. června", False, "2025-06-25", "day"),
        ("den 25 juni", False, "2025-06-25", "day"),
        ("25 червня", False, "2025-06-25", "day"),
        ("25 Haziran'da", False, "2025-06-25", "day"),
        ("25. kesäkuuta", False, "2025-06-25", "day"),
        ("miercuri, la Bruxelles", False, "2025-06-25", "day"),
        ("26일 정부는", False, "2025-06-26", "day"),
        ("昨年9月", False, "2024-09-01", "month"),
        ("4日", False, "2025-06-04", "day"),
        ("30일 첫 회의", False, "2025-06-30", "day"),
        ("25 июня", False, "2025-06-25", "day"),
        ("6月25日", False, "2025-06-25", "day"),
        ("21日に", False, "2025-06-21", "day"),
        ("in January", True, "2026-01-01", "month"),
    ],
)
def test_read(text: str, ahead: bool, day: str, precision: str) -> None:
    assert (date.fromisoformat(day), DatePrecision(precision)) in dates(text, ahead=ahead)


@pytest.mark.parametrize(
    "text",
    ["13월 40일", "99일", "2월 30일", "2025-13-40", "13월", "31 February 2025", "3일간", "Tuesday, 02 Jan", "May I"],
)
def test_what_is_no_day_of_the_calendar_is_not_read_as_one(text: str) -> None:
    assert all(precision != DatePrecision.DAY or day.year == 2025 for day, precision in dates(text))


@given(st.text(alphabet="0123456789년월일초말 -.지난오는JuneMayin", max_size=30), st.booleans())
@settings(deadline=None, derandomize=True, max_examples=300)
def test_nothing_raises(text: str, ahead: bool) -> None:
    assert all(isinstance(day, date) for day, _ in dates(text, ahead=ahead))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Maj. Gen. Kim met", "en"),
        ("Colonel Kasim said", "en"),
        ("Lotte Mart opened", "en"),
        ("日本月刊誌", "ja"),
        ("3月期", "ja"),
        ("phiên họp thứ hai", "vi"),
    ],
)
def test_names_that_are_no_months(text: str, language: str) -> None:
    assert dates(text, language=language) == []


def test_letters_that_match_without_case_are_known_without_case() -> None:
    speech = LEXICON.speech()
    for name in (*speech.dated_months, *speech.weekdays):
        for form in (name.upper(), name.title(), name.replace("i", "ı"), name.replace("i", "İ")):
            dates(f"5 {form} {form}")


@pytest.mark.parametrize(
    ("text", "language", "months"),
    [
        ("Korean bodies may now apply", "en", []),
        ("Korean Bodies May Now Apply", "en", []),
        ("firms may 12 times", "en", []),
        ("to march on", "en", []),
        ("Sept pays signent", "fr", []),
        ("Jan Lipavský met Wi", "en", []),
        ("agreed in May", "en", [5]),
        ("its March meeting", "en", [3]),
        ("MAY 5", "en", [5]),
        ("early May", "en", [5]),
        ("May 2026", "en", [5]),
    ],
)
def test_m2_a_month_s_name_that_is_another_word_is_a_month_only_in_a_date(
    text: str, language: str, months: list[int]
) -> None:
    assert [day.month for day, _ in dates(text, language=language)] == months
