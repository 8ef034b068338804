"""What an event is, from its reports: stage, date, place and the rest by rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from extractors.story import Act, DatePrecision, Domain, Stage
from tests.extractors.event.acts import (
    BODY,
    OTHER,
    PROJECTS,
    RUTTE,
    WI,
    clusters,
    keys,
    run,
    told,
)


def test_reports_that_disagree_on_stage_and_day_are_one_event() -> None:
    reports = [told("2025-06-26", "2025-06-25", actors=(WI, RUTTE)) for _ in range(3)]
    overstated = told("2025-06-26", "2025-06-26", actors=(WI, RUTTE), stage=Stage.SIGNED)
    membership = told("2025-06-26", "2025-06-24", actors=(WI,), stage=Stage.JOINED, act=Act.MEMBERSHIP)
    ledger, changes = run(*([report] for report in (*reports, overstated, membership)))
    assert len(clusters(ledger)) == 1
    assert keys(changes) == ["new"]
    (event,) = ledger.events.values()
    assert (event.stage, event.event_date) == (Stage.AGREED, date(2025, 6, 25))


def test_an_advance_is_dated_by_the_stage_reached() -> None:
    facts: dict[str, Any] = {"track": PROJECTS, "act": Act.MEMBERSHIP, "projects": ("project:mmf",)}
    agreed = told("2025-07-15", "2025-07-15", stage=Stage.AGREED, **facts)
    joined = told("2025-07-18", "2025-07-18", stage=Stage.JOINED, **facts)
    ledger, changes = run([agreed], [joined])
    assert keys(changes) == ["new", "advanced:joined"]
    assert [event.event_date for event in ledger.events.values()] == [date(2025, 7, 18)]


def test_baseline_is_what_only_first_runs_brought() -> None:
    old = told("2025-06-26", "2025-06-25", baseline=True)
    fresh = told("2025-07-20", "2025-07-20", track=OTHER)
    _, changes = run([old, fresh])
    assert {change.event.track: change.baseline for change in changes} == {BODY: True, OTHER: False}


def test_an_event_takes_its_values_from_most_of_its_reports() -> None:
    reports = [
        told("2025-06-26", "2025-06-25", actors=(WI,), place="the_hague", domains=(Domain.SPACE,)),
        told("2025-06-26", "2025-06-25", actors=(WI, RUTTE), place="the_hague"),
        told("2025-06-27", "2025-06-01", precision=DatePrecision.MONTH, actors=(WI,), place="seoul", title="Late"),
    ]
    (event,) = run(reports)[0].events.values()
    assert (event.event_date, event.date_precision) == (date(2025, 6, 25), DatePrecision.DAY)
    assert (event.place, event.actors, event.domains) == ("the_hague", (WI, RUTTE), (Domain.SPACE,))
    assert event.title == reports[0].title
