from __future__ import annotations

from datetime import date

import pytest

from extractors.event.facts import dated, fact
from extractors.story import DatePrecision, Domain, Stage, Track
from tests.extractors.event.acts import RUTTE, WI, told


@pytest.mark.parametrize(
    ("stage", "on", "expected"),
    [
        (Stage.HELD, "2026-03-10", (date(2026, 3, 10), DatePrecision.DAY)),
        (Stage.POSTPONED, "2026-03-10", None),  # the day on which it was announced
        (Stage.POSTPONED, "2026-06-01", (date(2026, 6, 1), DatePrecision.DAY)),
        (Stage.HELD, None, None),
    ],
)
def test_the_day_of_an_announcement_is_no_acts_day(
    stage: Stage, on: str | None, expected: tuple[date, DatePrecision] | None
) -> None:
    assert dated(told("2026-03-10", on, stage=stage).mention, date(2026, 3, 10)) == expected


def test_a_year_is_no_date_to_tell_acts_apart_by_and_a_month_is() -> None:
    assert fact(told("2026-03-10", "2026-01-01", DatePrecision.YEAR, stage=Stage.SCHEDULED)).first is None
    month = fact(told("2026-03-10", "2026-06-01", DatePrecision.MONTH, stage=Stage.SCHEDULED))
    assert month.first == date(2026, 6, 1).toordinal()


def test_who_acts_what_of_and_whether_it_is_long_over() -> None:
    one = fact(told("2026-03-10", "2026-01-10", stage=Stage.HELD, actors=(WI, RUTTE, "office:dapa", "country:japan")))
    assert one.people == {WI, RUTTE}
    assert one.others == {"office:dapa"}
    assert one.subjects == {"body"}
    assert one.recap
    assert not one.planned


def test_a_project_without_a_name_is_no_subject_and_a_field_in_a_name_counts() -> None:
    vague = fact(told("2026-03-10", track=Track.NATO_PROJECTS, projects=("project:joint",)))
    assert "project:joint" not in vague.subjects
    named = fact(told("2026-03-10", track=Track.NATO_PROJECTS, projects=("project:maritime_unmanned",)))
    assert "project:maritime_unmanned" in named.subjects
    assert Domain.MARITIME in named.domains
