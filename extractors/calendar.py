"""Days as this project counts them: spans of a date's precision, how near two may lie, an outlet's own day."""

from datetime import date, timedelta
from typing import Final

from extractors.story import DatePrecision, Event, Mention, Standing

NEAR: Final = timedelta(days=2)
"""CONTRACT.md: reports of one act that differ by this much disagree, no more."""
LENGTHS: Final = {
    DatePrecision.DAY: 0,
    DatePrecision.WEEK: 6,
    DatePrecision.PART_OF_MONTH: 10,
    DatePrecision.MONTH: 30,
    DatePrecision.QUARTER: 91,
    DatePrecision.YEAR: 365,
}
"""Days from the first to the last that a date of this precision may mean."""

Dated = tuple[date, DatePrecision]
"""The first day of a span, and how exactly it is known."""


def dated(what: Mention | Event | Standing) -> Dated | None:
    """Return the date of an act as it is told, None for none."""
    return (what.event_date, what.date_precision or DatePrecision.DAY) if what.event_date else None


def span(day: date, precision: DatePrecision) -> tuple[date, date]:
    """First and last day that a date of this precision may mean."""
    return day, day + timedelta(days=LENGTHS[precision])


def last_day(dated: Dated) -> date:
    """Return the last day that a date of its precision may mean."""
    return span(*dated)[1]


def apart(one: Dated, other: Dated) -> timedelta:
    """How far the spans of two dates lie from one another; nothing where they overlap."""
    return max(timedelta(), one[0] - last_day(other), other[0] - last_day(one))


def near(one: Dated | None, other: Dated | None) -> bool:
    """Whether both are known, and differ by no more than reports of one act may."""
    return one is not None and other is not None and apart(one, other) <= NEAR
