"""What the pictures show, placed in per cent of their width: the templates draw them as SVG that needs no script."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias, cast

from extractors.calendar import last_day
from extractors.story import DatePrecision

TEMPLATES: Final = Path(__file__).parent / "templates"
MARKS: Final[dict[str, dict[str, str]]] = tomllib.loads((TEMPLATES / "marks.toml").read_text("utf-8"))
"""The shapes by field, the manners by stage."""
BACK: Final = timedelta(days=548)
"""How far a timeline goes at most, back and ahead."""
MARGIN: Final = timedelta(days=20)
LEAST: Final = timedelta(days=180)  # that a timeline spans
LABELS: Final = 5  # months named on it: more would run into each other on a telephone
RIGHT: Final = 94  # per cent; a label further right would be cut off
APART: Final = 4.5  # per cent of the width that two marks need on a telephone
HIGH: Final = 12  # marks above each other; what would stand higher stands in the list alone
FIELDS: Final = 4  # of an event that its column shows
MONTHS: Final = 24
Row: TypeAlias = Mapping[str, object]


class Axis(NamedTuple):
    """A span of time from the left edge to the right, of which the outermost two per cent stay free."""

    start: date
    end: date

    def at(self, day: date) -> float:
        """Where a day stands, in per cent; what is before or after stands at the edge."""
        return round(2 + 96 * min(1.0, max(0.0, (day - self.start) / (self.end - self.start))), 2)

    def months(self) -> Iterator[tuple[float, str]]:
        """Months by which to read it, as many as have room."""
        days = [day for n in range(1, 40) if (day := _month(self.start, n)) < self.end]
        for day in days[:: -(-len(days) // LABELS)]:
            if self.at(day) < RIGHT:
                yield self.at(day), f"{day:%Y-%m}"


class Column(NamedTuple):
    """An event on a timeline: marks from `low` up to `top`, one a field, and a tick where it was first reported."""

    event: Row
    at: float
    low: int
    top: int
    shapes: Sequence[str]
    tick: float


def axis(events: Iterable[Row], today: date) -> Axis:
    """Return the span that holds the events near enough, and today."""
    days = [today, *(at for event in events if abs((at := day(event)) - today) <= BACK)]
    start, end = min(days) - MARGIN, max(days) + MARGIN
    return Axis(min(start, end - LEAST), end)


def columns(events: Iterable[Row], on: Axis) -> list[Column]:
    """Place dated events, the latest first in what is given; those too near each other stand above each other."""
    placed = list[Column]()
    for event in reversed([one for one in events if one["event_date"] and on.start <= day(one) <= on.end]):
        at, fields = on.at(day(event)), cast("Sequence[str]", event["domains"])[:FIELDS]
        low = max((one.top for one in placed if at - one.at < APART), default=0)
        shapes = [name if name in MARKS["shapes"] else "other" for name in fields or ("other",)][: HIGH - low]
        if shapes:
            placed.append(Column(event, at, low, low + len(shapes), shapes, on.at(moment(event).date())))
    return placed


def months(events: Iterable[Row]) -> dict[str, Counter[str]]:
    """Count dated events by track for each month up to the latest, also those without any."""
    dated = [(day(event).replace(day=1), str(event["track"])) for event in events if event["event_date"]]
    last = max((month for month, _ in dated), default=date.min)
    first = max(min((month for month, _ in dated), default=last), _month(last, 1 - MONTHS) if dated else last)
    every = [at for n in range(MONTHS) if dated and (at := _month(first, n)) <= last]
    return {f"{at:%Y-%m}": Counter(track for month, track in dated if month == at) for at in every}


def day(event: Row) -> date:
    """Return an event's day, or the day of its first report where none is known."""
    return cast("date", event["event_date"] or moment(event).date())


def last(event: Row) -> date:
    """Return the last day that an event's date may mean."""
    return last_day((day(event), DatePrecision(str(event["date_precision"] or "day"))))


def moment(event: Row) -> datetime:
    """Return when an event was first reported."""
    return cast("datetime", event["first_reported_at"])


def _month(at: date, ahead: int) -> date:
    """Return the first day of the month so many months ahead."""
    count = at.year * 12 + at.month - 1 + ahead
    return date(count // 12, count % 12 + 1, 1)
