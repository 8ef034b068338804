"""What parts reports into two acts, whatever else they have in common."""

from __future__ import annotations

from datetime import date
from typing import Any

from extractors.story import Act, DatePrecision, Domain, Stage
from tests import builders
from tests.extractors.event.acts import (
    OTHER,
    PROJECTS,
    clusters,
    keys,
    past,
    run,
    session,
    told,
)


def test_two_programmes_joined_at_once_are_two_acts_and_nothing_bridges_them() -> None:
    facts: dict[str, Any] = {"track": PROJECTS, "act": Act.MEMBERSHIP, "stage": Stage.JOINED}
    shared = "project:high_visibility"
    one = told("2025-06-20", "2025-06-20", projects=(shared, "project:munitions_warehousing"), **facts)
    other = told("2025-06-20", "2025-06-20", projects=(shared, "project:ngrc"), **facts)
    unnamed = told("2025-06-20", "2025-06-20", projects=(shared,), **facts)
    ledger, changes = run([one, other, unnamed])
    assert ledger.home(one.item_id) != ledger.home(other.item_id)
    assert keys(changes) == ["new", "new"]


def test_what_history_does_not_know_is_news() -> None:
    plan = past(stage=Stage.SCHEDULED, act=Act.SESSION, event_date=date(2025, 9, 30), ordinal=1)
    recap = session("2025-09-30", "2025-09-30", Stage.SCHEDULED, ordinal=1)
    held = session("2025-09-30", "2025-09-30", Stage.HELD, ordinal=1)
    _, changes = run([recap, held], history=(plan,))
    assert keys(changes) == ["new"]
    assert changes[0].event.event_id != plan.event_id


def test_two_entries_of_history_stay_two() -> None:
    agreed = past()
    other = builders.event(**{**{name: getattr(agreed, name) for name in agreed.__slots__}, "event_id": "h2"})
    recap = told("2025-08-20", "2025-06-25")
    ledger, changes = run([recap], history=(agreed, other))
    assert keys(changes) == []
    assert ledger.home(recap.item_id) in {"h00000000000001", "h2"}


def test_a_year_is_no_date_and_two_days_of_sessions_are_two_sessions() -> None:
    vague = session("2025-10-22", "2025-01-01", Stage.HELD, precision=DatePrecision.YEAR)
    first = session("2025-10-21", "2025-10-21", Stage.HELD)
    bridge = session("2025-10-23", "2025-10-23", Stage.HELD)
    next_one = session("2025-10-26", "2025-10-25", Stage.HELD)
    last = session("2025-10-28", "2025-10-27", Stage.HELD)
    found = clusters(run([vague, first, bridge, next_one, last])[0])
    assert any({vague.item_id, first.item_id} <= group for group in found)
    assert not any({first.item_id, last.item_id} <= group for group in found)


def test_what_has_taken_place_is_not_planned_afterwards() -> None:
    held = session("2025-10-21", "2025-10-21", Stage.HELD)
    plan = session("2025-10-30", "2025-11-05", Stage.SCHEDULED)
    assert keys(run([held], [plan])[1]) == ["new", "new"]


def test_a_report_without_a_number_brings_no_two_sessions_together() -> None:
    first = session("2025-10-21", "2025-10-21", Stage.HELD, ordinal=1)
    second = session("2025-10-21", "2025-10-21", Stage.HELD, ordinal=2)
    bridge = session("2025-10-21", "2025-10-21", Stage.HELD)
    assert len(clusters(run([first, second, bridge])[0])) == 2


def test_x6_papers_of_other_fields_are_other_acts_and_a_vague_one_bridges_nothing() -> None:
    facts: dict[str, Any] = {"track": OTHER, "act": Act.DOCUMENT, "stage": Stage.SIGNED, "projects": ()}
    space = told("2026-06-22", "2026-06-22", domains=(Domain.SPACE,), **facts)
    cyber = told("2026-06-22", "2026-06-22", domains=(Domain.CYBER,), **facts)
    vague = told("2026-06-22", "2026-06-22", **facts)
    ledger, changes = run([vague], [space], [cyber])
    assert keys(changes) == ["new", "new"]
    assert ledger.home(space.item_id) != ledger.home(cyber.item_id)


def test_x6_a_contract_of_an_agency_and_a_posting_to_it_are_two_acts() -> None:
    facts: dict[str, Any] = {"track": PROJECTS}
    contract = told("2026-06-22", "2026-06-22", projects=("agency:nspa",), **facts)
    posted = told(
        "2026-06-22", "2026-06-22", projects=("posting", "agency:nspa"), act=Act.OTHER, stage=Stage.OTHER, **facts
    )
    assert keys(run([contract], [posted])[1]) == ["new", "new"]
