from datetime import date, timedelta

from extractors.calendar import NEAR, apart, last_day, span
from extractors.story import DatePrecision


def test_spans_cover_what_a_precision_leaves_open() -> None:
    start = date(2025, 9, 21)
    assert span(start, DatePrecision.DAY) == (start, start)
    assert span(start, DatePrecision.PART_OF_MONTH) == (start, last_day((start, DatePrecision.PART_OF_MONTH)))
    assert last_day((start, DatePrecision.PART_OF_MONTH)) == date(2025, 10, 1)


def test_spans_that_overlap_are_not_apart() -> None:
    week, day = (date(2025, 9, 1), DatePrecision.WEEK), (date(2025, 9, 9), DatePrecision.DAY)
    assert apart(week, (date(2025, 9, 7), DatePrecision.DAY)) == timedelta()
    assert apart(week, day) == apart(day, week) == NEAR
