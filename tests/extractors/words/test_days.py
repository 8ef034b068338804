import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.calendar import Dated
from extractors.story import DatePrecision
from tests.extractors.mention.saying import LEXICON
from tests.table import table

TODAY = date(2025, 6, 26)  # a Thursday


def dates(text: str, *, ahead: bool = False, language: str = "") -> list[Dated]:
    return list(LEXICON.days(language).read(text, TODAY, ahead=ahead))


@table("day, precision, ahead, texts")
def test_read(day: str, precision: str, ahead: bool, texts: list[str]) -> None:
    for text in texts:
        assert (date.fromisoformat(day), DatePrecision(precision)) in dates(text, ahead=ahead), text


@table("text")
def test_yesterday_in_many_languages(text: str) -> None:
    assert (date(2025, 6, 25), DatePrecision.DAY) in dates(text)


@table("language, text")
def test_m18_weekdays_in_the_case_that_reports_have_them(language: str, text: str) -> None:
    assert dates(text, language=language) == [(date(2025, 6, 25), DatePrecision.DAY)]


@table("day, precision, said")
def test_m9_last_week_and_next_year_in_every_language(day: str, precision: str, said: str) -> None:
    ahead = date.fromisoformat(day) > TODAY or precision == "quarter"
    for phrase in re.split(r"(?<=/..) ", said):
        text, language = phrase.split("/")
        assert (date.fromisoformat(day), DatePrecision(precision)) in dates(text, ahead=ahead, language=language), text


@pytest.mark.parametrize("text", ["earlier in the day", "today", "오늘", "이날"])
def test_r4_the_day_of_the_report_itself(text: str) -> None:
    assert (date(2025, 6, 26), DatePrecision.DAY) in dates(text)


@table("text")
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


@table("text, language, months")
def test_m2_a_month_that_is_another_word_is_one_only_in_a_date(text: str, language: str, months: list[int]) -> None:
    assert [day.month for day, _ in dates(text, language=language)] == months


@table("language, text, day")
def test_r11_days_by_era_by_two_digits_and_by_numbers_alone(language: str, text: str, day: str) -> None:
    assert dates(text, language=language) == [(date.fromisoformat(day), DatePrecision.DAY)]


@table("text")
def test_r11_numbers_that_are_no_day(text: str) -> None:
    assert dates(text) == []
