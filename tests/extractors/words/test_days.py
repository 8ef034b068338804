from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.calendar import Dated
from extractors.story import DatePrecision
from tests.extractors.mention.saying import LEXICON

TODAY = date(2025, 6, 26)  # a Thursday


def dates(text: str, *, ahead: bool = False, language: str = "") -> list[Dated]:
    return list(LEXICON.days(language).read(text, TODAY, ahead=ahead))


@pytest.mark.parametrize(
    ("day", "precision", "ahead", "texts"),
    [
        ("2025-06-26", "day", False, ["26일 밝혔다", "26일 정부는", "on Thursday"]),
        ("2025-06-19", "day", False, ["last Thursday"]),
        ("2025-06-04", "day", False, ["4日"]),
        ("2025-06-21", "day", False, ["21日に"]),
        ("2025-05-12", "day", False, ["지난달 12일"]),
        ("2024-07-09", "day", False, ["2024년 7월 9일"]),
        ("2025-06-30", "day", False, ["30일 첫 회의"]),
        ("2025-07-03", "day", False, ["오는 3일 연다"]),
        ("2025-07-01", "day", False, ["next Tuesday"]),
        ("2025-06-16", "week", False, ["지난주 회의"]),
        ("2024-12-01", "part_of_month", False, ["2024년 12월 초"]),
        ("2024-07-01", "month", False, ["지난해 7월 서명"]),
        ("2024-09-01", "month", False, ["昨年9月"]),
        ("2024-01-01", "year", False, ["지난해 출범한", "last year"]),
        ("2025-06-30", "day", True, ["30일 연다", "to meet on Monday"]),
        ("2025-07-03", "day", True, ["on the 3rd of July"]),
        ("2025-07-20", "day", True, ["来月20日"]),
        ("2025-06-27", "day", True, ["tomorrow"]),
        ("2025-06-30", "week", True, ["다음 주 방한", "next week"]),
        ("2025-09-21", "part_of_month", True, ["9월 말 브뤼셀", "late September"]),
        ("2025-06-21", "part_of_month", True, ["이달 말 개최"]),
        ("2025-07-01", "part_of_month", True, ["early next month"]),
        ("2026-10-11", "part_of_month", True, ["in mid-October 2026"]),
        ("2026-03-01", "month", True, ["내년 3월"]),
        ("2025-07-01", "month", True, ["다음 달 열린다", "next month"]),
        ("2025-12-01", "month", True, ["연말 개최"]),
        ("2025-09-01", "month", True, ["in September"]),
        ("2026-01-01", "month", True, ["in January"]),
        ("2025-07-01", "quarter", True, ["올해 3분기", "올해 하반기"]),
        ("2026-01-01", "year", True, ["내년 상반기"]),
        ("2025-01-01", "year", True, ["연내 첫 회의"]),
    ],
)
def test_read(day: str, precision: str, ahead: bool, texts: list[str]) -> None:
    for text in texts:
        assert (date.fromisoformat(day), DatePrecision(precision)) in dates(text, ahead=ahead), text


@pytest.mark.parametrize(
    "text",
    [
        "지난 25일 만났다", "6월 25일", "어제 열렸다", "6月25日", "on 25 June 2025", "on June 25", "2025-06-25",
        "on Wednesday", "yesterday", "held the previous day", "am 25. Juni", "le 25 juin", "el 25 de junio de 2025",
        "25 czerwca", "25. června", "den 25 juni", "25 червня", "25 июня", "25 Haziran'da", "25 HAZİRAN",
        "25. kesäkuuta", "miercuri, la Bruxelles",
    ],
)  # fmt: skip
def test_yesterday_in_many_languages(text: str) -> None:
    assert (date(2025, 6, 25), DatePrecision.DAY) in dates(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [("sv", "på onsdagen"), ("hu", "szerdán"), ("hu", "a szerdai ülésen"), ("et", "kolmapäeval"), ("lt", "trečiadienį"),
     ("lv", "trešdien"), ("hr", "u srijedu"), ("sl", "v sredo")],
)  # fmt: skip
def test_m18_weekdays_in_the_case_that_reports_have_them(language: str, text: str) -> None:
    assert dates(text, language=language) == [(date(2025, 6, 25), DatePrecision.DAY)]


@pytest.mark.parametrize("text", ["earlier in the day", "today", "오늘", "이날"])
def test_r4_the_day_of_the_report_itself(text: str) -> None:
    assert (date(2025, 6, 26), DatePrecision.DAY) in dates(text)


@pytest.mark.parametrize(
    "text",
    ["13월 40일", "99일", "2월 30일", "2025-13-40", "13월", "31 February 2025", "3일간", "Tuesday, 02 Jan", "May I"],
)
def test_what_is_no_day_of_the_calendar_is_not_read_as_one(text: str) -> None:
    assert all(precision != DatePrecision.DAY or day.year == 2025 for day, precision in dates(text))


@given(st.text(alphabet="0123456789년월일초말 -.지난오는JuneMayinıİſ", max_size=30), st.booleans())
@settings(deadline=None, derandomize=True, max_examples=100)
def test_nothing_raises(text: str, ahead: bool) -> None:
    assert all(isinstance(day, date) for day, _ in dates(text, ahead=ahead))


@pytest.mark.parametrize("i", "iıİI")
def test_letters_that_match_without_case_are_known_without_case(i: str) -> None:
    for text in (f"5 haz{i}ran", f"25 MAYIS salı, 5 KAS{i}M", f"5 h{i}ran ſalı"):
        assert all(isinstance(day, date) for day, _ in dates(text, language="tr"))
    assert dates(f"25 HAZ{i}RAN", language="tr") == [(date(2025, 6, 25), DatePrecision.DAY)]


@pytest.mark.parametrize(
    ("text", "language", "months"),
    [
        ("Maj. Gen. Kim met", "en", []),
        ("Colonel Kasim said", "en", []),
        ("Lotte Mart opened", "en", []),
        ("日本月刊誌", "ja", []),
        ("3月期", "ja", []),
        ("phiên họp thứ hai", "vi", []),
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


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("ja", "令和7年6月25日に合意", "2025-06-25"), ("ja", "平成31年4月1日", "2019-04-01"), ("ja", "令和元年5月1日", "2019-05-01"), ("zh", "民國114年6月25日", "2025-06-25"),
        ("ko", "’25. 6. 25.(수) 서명", "2025-06-25"), ("ko", "'25.6.25. 서명", "2025-06-25"), ("ko", "2025. 6. 25. 서명", "2025-06-25"), ("de", "am 25.06.2025 unterzeichnet", "2025-06-25"), ("cs", "dne 25. 6. 2025", "2025-06-25"),
    ]
)  # fmt: skip
def test_r11_days_by_era_by_two_digits_and_by_numbers_alone(language: str, text: str, day: str) -> None:
    assert dates(text, language=language) == [(date.fromisoformat(day), DatePrecision.DAY)]


@pytest.mark.parametrize(
    "text", ["version 2.5.25", "10.4.25", "192.168.12.25", "'99.13.45", "31.02.2025", "Section 3.10.2025.1"]
)
def test_r11_numbers_that_are_no_day(text: str) -> None:
    assert dates(text) == []
