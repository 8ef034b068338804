"""How surely two reports tell of one act: when, what about, who, where, which session."""

from __future__ import annotations

from typing import Any

from extractors.story import Act, DatePrecision, Domain, Stage
from tests.extractors.event.acts import (
    BODY,
    IP4,
    LEE,
    OTHER,
    PROJECTS,
    RUTTE,
    WI,
    clusters,
    keys,
    run,
    session,
    told,
)


def test_one_day_and_the_same_people_can_be_two_acts() -> None:
    body = [told("2025-06-26", "2025-06-25", actors=(WI, RUTTE), tracks=(BODY, IP4)) for _ in range(2)]
    statement = [
        told("2025-06-26", "2025-06-25", track=IP4, actors=(WI, RUTTE), projects=("project:joint",)) for _ in range(2)
    ]
    ledger, changes = run([*body, *statement])
    assert len(clusters(ledger)) == 2
    assert keys(changes) == ["new", "new"]


def test_a_call_is_one_event_whatever_its_main_track() -> None:
    one = told(
        "2025-07-03", "2025-07-03", stage=Stage.OTHER, act=Act.OTHER, tracks=(BODY, PROJECTS), actors=(LEE, RUTTE)
    )
    other = told(
        "2025-07-03", "2025-07-03", stage=Stage.OTHER, act=Act.OTHER, track=PROJECTS,
        projects=("project:high_visibility",), actors=(LEE, RUTTE),
    )  # fmt: skip
    assert len(clusters(run([one], [other])[0])) == 1


def test_a_memorandum_without_a_subject_is_known_by_who_signs_it() -> None:
    facts: dict[str, Any] = {"track": OTHER, "act": Act.DOCUMENT, "projects": ()}
    agreed = told("2025-07-10", "2025-07-10", stage=Stage.AGREED, actors=("office:dapa",), **facts)
    signed = told("2025-07-18", "2025-07-18", stage=Stage.SIGNED, actors=("office:dapa",), **facts)
    assert keys(run([agreed], [signed])[1]) == ["new", "advanced:signed"]


def test_recaps_join_what_they_tell_of_and_remarks_join_the_chain() -> None:
    act = told("2025-06-26", "2025-06-25")
    recap = told("2025-10-01", "2025-06-25", alertable=False, reason="old_act")
    remark = told("2025-10-02", None, stage=Stage.OTHER, act=Act.OTHER, alertable=False, actors=(LEE,))
    ledger, changes = run([act], [recap], [remark])
    assert keys(changes) == ["new"]
    assert ledger.home(recap.item_id) == ledger.home(act.item_id)
    assert ledger.events[ledger.home(remark.item_id)].predecessor == ledger.home(act.item_id)


def test_reports_without_dates_join_only_what_is_near() -> None:
    first = told("2025-06-26", None)
    near = told("2025-06-27", None)
    far = told("2025-07-20", None)
    assert clusters(run([first, near, far])[0]) == {frozenset({first.item_id, near.item_id}), frozenset({far.item_id})}


def test_a_text_is_not_signed_twice_in_a_fortnight() -> None:
    dated = told(
        "2024-07-12", "2024-07-09", track=OTHER, stage=Stage.SIGNED, projects=(), domains=(Domain.AIRWORTHINESS,)
    )
    vague = told("2024-07-01", None, track=OTHER, stage=Stage.SIGNED, projects=(), domains=(Domain.AIRWORTHINESS,))
    late = told("2024-07-22", None, track=OTHER, stage=Stage.SIGNED, projects=(), domains=(Domain.AIRWORTHINESS,))
    assert len(clusters(run([vague], [dated], [late])[0])) == 1


def test_a_number_outweighs_a_date_misread_and_old_plans_are_left_alone() -> None:
    plan = session("2025-09-09", "2025-09-30", Stage.SCHEDULED, ordinal=1)
    off = session("2025-09-25", "2026-06-01", Stage.POSTPONED, ordinal=1, precision=DatePrecision.MONTH)
    visit = session("2026-08-27", "2026-09-01", Stage.SCHEDULED, precision=DatePrecision.MONTH)
    assert keys(run([plan], [off], [visit])[1]) == ["new", "advanced:postponed", "new"]
