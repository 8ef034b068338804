"""Same event or a new one: one act is one event, in any order and language, told once a stage."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.event.resolve import resolve
from extractors.learned import ChangeKind, Known
from extractors.story import Act, DatePrecision, Stage, Track
from flows.measure.ledger import Ledger
from tests import builders
from tests.extractors.event.acts import (
    LEE,
    OTHER,
    RUTTE,
    WI,
    clusters,
    day,
    keys,
    population,
    run,
    session,
    told,
)


def test_nothing_new_is_nothing_learned() -> None:
    assert resolve(Known(), [], now=builders.NOW).events == ()


def test_a_korean_and_an_english_report_are_one_event_that_is_told_once() -> None:
    first = told("2025-06-26", "2025-06-25", language="ko", outlet="가", actors=(WI, RUTTE), place="the_hague")
    second = told("2025-06-26", "2025-06-25", language="en", outlet="B", actors=(WI, RUTTE), place="the_hague")
    ledger, changes = run([first], [second])
    assert len(clusters(ledger)) == 1
    assert [change.kind for change in changes] == [ChangeKind.NEW, ChangeKind.CORROBORATED]
    (event,) = ledger.events.values()
    assert (event.reports, event.languages, event.outlets) == (2, ("en", "ko"), ("B", "가"))


def test_a_proposal_and_the_agreement_two_months_later_are_two_events_in_a_chain() -> None:
    proposal = told("2025-04-24", "2025-04-23", stage=Stage.PROPOSED)
    agreement = told("2025-06-26", "2025-06-25")
    _, changes = run([proposal], [agreement])
    assert keys(changes) == ["new", "new"]
    assert changes[1].event.predecessor == changes[0].event.event_id


def test_a_session_advances_within_one_event() -> None:
    plan = session("2025-09-09", "2025-09-30", Stage.SCHEDULED, ordinal=1)
    held = session("2025-09-30", "2025-09-30", Stage.HELD, ordinal=1)
    outcome = session("2025-10-01", "2025-09-30", Stage.OUTCOME, ordinal=1)
    ledger, changes = run([plan], [held], [outcome])
    assert keys(changes) == ["new", "advanced:held", "advanced:outcome"]
    assert changes[1].detail == "scheduled → held"
    assert len(clusters(ledger)) == 1


def test_planned_and_held_in_one_cycle_is_just_new() -> None:
    plan = session("2025-09-09", "2025-09-30", Stage.SCHEDULED, ordinal=1)
    held = session("2025-09-30", "2025-09-30", Stage.HELD, ordinal=1)
    _, changes = run([plan, held])
    assert [(change.key, change.event.stage) for change in changes] == [("new", Stage.HELD)]


def test_each_session_is_an_event_of_its_own() -> None:
    first = session("2025-10-21", "2025-10-21", Stage.HELD, ordinal=1)
    second = session("2026-02-19", "2026-04-14", Stage.SCHEDULED, ordinal=2)
    _, changes = run([first], [second])
    assert keys(changes) == ["new", "new"]
    assert changes[1].event.predecessor == changes[0].event.event_id


def test_a_session_put_off_and_held_later_stays_one_event() -> None:
    plan = session("2025-09-09", "2025-09-30", Stage.SCHEDULED, ordinal=1)
    off = session("2025-09-24", "2025-10-21", Stage.POSTPONED, ordinal=1, precision=DatePrecision.PART_OF_MONTH)
    again = session("2025-09-24", None, Stage.POSTPONED, ordinal=1)
    held = session("2025-10-22", "2025-10-21", Stage.HELD, ordinal=1)
    ledger, changes = run([plan], [off], [again], [held])
    assert keys(changes) == ["new", "advanced:postponed", "advanced:held"]
    assert len(clusters(ledger)) == 1


def test_a_moved_plan_is_told_by_its_new_date_and_a_stale_report_is_not() -> None:
    late = session("2025-08-01", "2025-09-21", Stage.SCHEDULED, ordinal=1, precision=DatePrecision.PART_OF_MONTH)
    exact = session("2025-08-10", "2025-09-25", Stage.SCHEDULED, ordinal=1)
    moved = session("2025-08-20", "2025-10-14", Stage.SCHEDULED, ordinal=1)
    stale = session("2025-08-21", "2025-09-25", Stage.SCHEDULED, ordinal=1)
    _, changes = run([late], [exact], [moved], [stale])
    assert keys(changes) == ["new", "date set for 2025-09-25", "date moved from 2025-09-25 to 2025-10-14"]


def test_a_plan_moved_to_another_place_is_told() -> None:
    plan = session("2025-09-09", "2025-09-30", Stage.SCHEDULED, ordinal=1, place="brussels")
    moved = session("2025-09-12", "2025-09-30", Stage.SCHEDULED, ordinal=1, place="seoul", moved=True)
    assert keys(run([plan], [moved])[1]) == ["new", "place moved from brussels to seoul"]


def test_a_session_called_off_advances_and_another_date_is_another_event() -> None:
    plan = session("2026-07-21", "2026-10-27", Stage.SCHEDULED, ordinal=3)
    off = session("2026-10-12", "2026-10-27", Stage.CANCELLED, ordinal=3)
    anew = session("2026-11-17", "2026-12-08", Stage.SCHEDULED, ordinal=3)
    _, changes = run([plan], [off], [anew])
    assert keys(changes) == ["new", "advanced:cancelled", "new"]
    assert changes[2].event.predecessor == changes[0].event.event_id


def test_a_cancellation_that_proves_wrong_is_corrected() -> None:
    plan = session("2026-10-01", "2026-10-27", Stage.SCHEDULED, ordinal=3)
    off = session("2026-10-12", "2026-10-27", Stage.CANCELLED, ordinal=3)
    held = session("2026-10-27", "2026-10-27", Stage.HELD, ordinal=3)
    assert keys(run([plan], [off], [held])[1]) == ["new", "advanced:cancelled", "corrected:held"]


def test_a_text_signed_after_it_was_agreed_advances() -> None:
    agreed = told("2026-01-10", "2026-01-09")
    signed = told("2026-01-22", "2026-01-22", stage=Stage.SIGNED)
    assert keys(run([agreed], [signed])[1]) == ["new", "advanced:signed"]


def test_a_report_that_is_not_alertable_is_stored_and_the_first_alertable_one_is_new() -> None:
    quiet = told("2025-06-25", "2025-06-25", alertable=False, reason="preview", actors=(WI,))
    loud = told("2025-06-26", "2025-06-25", actors=(WI,))
    ledger, changes = run([quiet], [loud])
    assert keys(changes) == ["new"]
    assert changes[0].before is not None
    assert len(clusters(ledger)) == 1


def test_a_revision_can_advance_an_event_but_is_no_further_report() -> None:
    plan = session("2025-09-09", "2025-09-30", Stage.SCHEDULED, item_id="00000000000000aa")
    same = session("2025-09-10", "2025-09-30", Stage.SCHEDULED, item_id="00000000000000aa")
    held = session("2025-09-30", "2025-09-30", Stage.HELD, item_id="00000000000000aa")
    _, changes = run([plan], [same], [held])
    assert keys(changes) == ["new", "advanced:held"]


def test_a_revision_that_says_something_else_leaves_its_event() -> None:
    act = told("2025-06-26", "2025-06-25", item_id="00000000000000ab")
    more = told("2025-06-26", "2025-06-25", item_id="00000000000000ac")
    other = told("2025-07-20", "2025-07-20", item_id="00000000000000ac", track=OTHER, projects=())
    ledger, changes = run([act], [more], [other])
    assert keys(changes) == ["new", "new"]
    assert len(clusters(ledger)) == 2


def test_copies_share_an_origin_and_joins_say_why() -> None:
    text = "National security adviser Wi met the alliance's chief and agreed on a body for the arms industry"
    one = told("2025-06-26", "2025-06-25", title=text, outlet="A")
    two = told("2025-06-26", "2025-06-25", title=text + " (mobile)", outlet="B")
    resolution = resolve(Known(), [one, two], now=builders.NOW)
    assert resolution.events[0].origins == 1
    assert resolution.origins == ((two.item_id, one.item_id),)
    assert resolution.joins[1][2] == f"one act with {one.item_id}: the same date; body"


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_clusters_do_not_depend_on_the_order_of_arrival(dice: random.Random, cycles: int) -> None:
    reports = population()
    expected = clusters(run(reports)[0])
    shuffled = list(reports)
    dice.shuffle(shuffled)
    ledger = Ledger()
    for part in range(cycles):
        batch = shuffled[part::cycles]
        ledger.learn(batch, now=day("2025-10-01"))
    assert clusters(ledger) == expected


@settings(deadline=None, max_examples=10, derandomize=True)
@given(st.randoms(use_true_random=False))
def test_events_are_the_same_whatever_the_order(dice: random.Random) -> None:
    reports = population()
    shuffled = dice.sample(reports, len(reports))
    one = resolve(Known(), reports, now=builders.NOW)
    other = resolve(Known(), shuffled, now=builders.NOW)
    assert one == other


def test_a_repeat_of_the_same_cycle_learns_nothing() -> None:
    reports = population()
    ledger, _ = run(reports)
    before = dict(ledger.events)
    again = ledger.learn(reports, now=day("2025-10-01"))
    assert again.changes == ()
    assert again.events == ()
    assert ledger.events == before


def test_hundreds_of_entangled_reports_are_all_placed() -> None:
    dice = random.Random(1)
    reports = []
    for _ in range(400):
        said = date(2025, 6, 1) + timedelta(days=dice.randint(0, 119))
        stage = dice.choice([Stage.SCHEDULED, Stage.HELD, Stage.AGREED, Stage.SIGNED])
        track = dice.choice(list(Track))
        reports.append(
            told(
                str(said), dice.choice([None, str(said), str(said + timedelta(days=20))]), stage=stage,
                act=Act.SESSION if stage in {Stage.SCHEDULED, Stage.HELD} else Act.DOCUMENT, track=track,
                projects=dice.choice([("body",), ("agency:nspa",), ()]), actors=dice.choice([(WI,), (LEE, RUTTE), ()]),
            )
        )  # fmt: skip
    ledger, _ = run(reports)
    assert sum(map(len, clusters(ledger))) == 400


def test_a_signing_called_off_advances_an_agreement() -> None:
    agreed = told("2026-01-10", "2026-01-09")
    off = told("2026-01-20", "2026-01-25", stage=Stage.CANCELLED)
    assert keys(run([agreed], [off])[1]) == ["new", "advanced:cancelled"]
