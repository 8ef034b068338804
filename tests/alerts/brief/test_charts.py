from datetime import UTC, date, datetime, timedelta
from typing import Any

from alerts.brief import charts
from alerts.word.labels import words
from extractors.story import Domain, Stage

TODAY = date(2025, 8, 4)


def event(day: date | None, *domains: str, first: date = TODAY) -> dict[str, Any]:
    at = datetime(first.year, first.month, first.day, tzinfo=UTC)
    told = {"event_date": day, "date_precision": "day", "domains": domains, "track": "cooperation"}
    return {**told, "first_reported_at": at}


def test_each_field_has_a_shape_of_its_own_and_each_stage_a_manner() -> None:
    shapes, manners = charts.MARKS["shapes"], charts.MARKS["manners"]
    assert set(shapes) == {*Domain, "other"} == {*words("en").table["domain"], "other"}
    assert len(set(shapes.values())) == len(shapes)
    assert set(manners) == set(Stage)


def test_an_axis_holds_what_is_near_and_is_never_too_short() -> None:
    on = charts.axis([event(date(2025, 9, 20)), event(date(1999, 1, 1)), event(None, first=date(2025, 7, 1))], TODAY)
    assert (on.start, on.end) == (date(2025, 10, 10) - timedelta(days=180), date(2025, 10, 10))
    assert [on.at(day) for day in (date(2000, 1, 1), on.start, on.end, date(2030, 1, 1))] == [2, 2, 98, 98]
    assert [month for _, month in on.months()] == ["2025-05", "2025-07", "2025-09"]
    long = charts.axis([event(date(2024, 3, 1)), event(date(2026, 12, 1))], TODAY)
    assert len(list(long.months())) <= charts.LABELS


def test_columns_that_would_touch_stand_above_each_other_up_to_a_height() -> None:
    two, other = event(date(2025, 7, 2), "space", "cyber"), event(date(2025, 7, 1), "no_such")
    days = [two, other, event(None), event(date(2025, 3, 1))]
    on = charts.axis(days, TODAY)
    found = charts.columns(days, on)
    alone = (0, 1, ["other"])
    assert [(one.low, one.top, one.shapes) for one in found] == [alone, alone, (1, 3, ["space", "cyber"])]
    assert [one.at < one.tick for one in found] == [True] * 3
    assert max(one.top for one in charts.columns([event(TODAY, "space", "cyber")] * 60, on)) == charts.HIGH


def test_months_without_events_count_too_and_only_the_last_ones_are_told() -> None:
    found = charts.months([event(date(2025, 9, 1)), event(date(2025, 7, 31)), event(date(2025, 7, 1)), event(None)])
    counted = {month: counts["cooperation"] for month, counts in found.items()}
    assert counted == {"2025-07": 2, "2025-08": 0, "2025-09": 1}
    assert next(iter(charts.months([event(date(2025, 9, 1)), event(date(2001, 1, 1))]))) == "2023-10"
    assert charts.months([]) == {}
