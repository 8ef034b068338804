"""Same event or a new one: one act is one event, in any order and language, told once a stage."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.event.resolve import resolve
from extractors.learned import ChangeKind, EventChange, Known
from extractors.story import Act, DatePrecision, Domain, Event, Report, Stage, Track
from flows.measure.ledger import Ledger
from tests import builders

BODY, PROJECTS, IP4, OTHER = Track
PROJECTS = Track.NATO_PROJECTS
WI, RUTTE, LEE = "person:wi_sung_lac", "person:mark_rutte", "person:lee_jae_myung"
COUNT = itertools.count(1)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(hour=3, tzinfo=UTC)


def told(said: str, on: str | None = None, precision: DatePrecision = DatePrecision.DAY, **facts: Any) -> Report:
    """Build a report of the body's founding, said on a day; facts of the mention may differ."""
    report_facts = {
        name: facts.pop(name)
        for name in ("item_id", "outlet", "language", "title", "baseline", "summary")
        if name in facts
    }
    item_id = report_facts.pop("item_id", f"{next(COUNT):016x}")
    event_date = date.fromisoformat(on) if on else None
    track = facts.pop("track", BODY)
    facts = {"tracks": (track,), "projects": ("body",), **facts}
    mention = builders.mention(
        item_id=item_id, track=track, event_date=event_date, date_precision=event_date and precision, **facts
    )
    return builders.report(
        item_id=item_id,
        mention=mention,
        published_at=day(said),
        first_seen_at=day(said),
        **{"title": f"Title {item_id}", **report_facts},
    )


def session(said: str, on: str | None, stage: Stage, **facts: Any) -> Report:
    return told(said, on, stage=stage, act=Act.SESSION, **facts)


def run(*cycles: list[Report], history: tuple[Event, ...] = ()) -> tuple[Ledger, list[EventChange]]:
    ledger = Ledger()
    changes: list[EventChange] = []
    for reports in cycles:
        now = max(report.when for report in reports)
        changes += ledger.learn(reports, now=now, history=history).changes
    return ledger, changes


def keys(changes: list[EventChange]) -> list[str]:
    """Put what is told in short: the stage reached, or what else changed."""
    return [
        f"{change.kind}:{change.event.stage}"
        if "→" in change.detail
        else change.detail
        if change.kind != ChangeKind.NEW
        else "new"
        for change in changes
        if change.news
    ]


def clusters(ledger: Ledger) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for item_id in ledger.membership:
        groups.setdefault(ledger.home(item_id), set()).add(item_id)
    return {frozenset(group) for group in groups.values()}


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


def test_reports_that_disagree_on_stage_and_day_are_one_event() -> None:
    reports = [told("2025-06-26", "2025-06-25", actors=(WI, RUTTE)) for _ in range(3)]
    overstated = told("2025-06-26", "2025-06-26", actors=(WI, RUTTE), stage=Stage.SIGNED)
    membership = told("2025-06-26", "2025-06-24", actors=(WI,), stage=Stage.JOINED, act=Act.MEMBERSHIP)
    ledger, changes = run(*([report] for report in (*reports, overstated, membership)))
    assert len(clusters(ledger)) == 1
    assert keys(changes) == ["new"]
    (event,) = ledger.events.values()
    assert (event.stage, event.event_date) == (Stage.AGREED, date(2025, 6, 25))


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


def test_an_advance_is_dated_by_the_stage_reached() -> None:
    facts: dict[str, Any] = {"track": PROJECTS, "act": Act.MEMBERSHIP, "projects": ("project:mmf",)}
    agreed = told("2025-07-15", "2025-07-15", stage=Stage.AGREED, **facts)
    joined = told("2025-07-18", "2025-07-18", stage=Stage.JOINED, **facts)
    ledger, changes = run([agreed], [joined])
    assert keys(changes) == ["new", "advanced:joined"]
    assert [event.event_date for event in ledger.events.values()] == [date(2025, 7, 18)]


def test_two_programmes_joined_at_once_are_two_acts_and_nothing_bridges_them() -> None:
    facts: dict[str, Any] = {"track": PROJECTS, "act": Act.MEMBERSHIP, "stage": Stage.JOINED}
    shared = "project:high_visibility"
    one = told("2025-06-20", "2025-06-20", projects=(shared, "project:munitions_warehousing"), **facts)
    other = told("2025-06-20", "2025-06-20", projects=(shared, "project:ngrc"), **facts)
    unnamed = told("2025-06-20", "2025-06-20", projects=(shared,), **facts)
    ledger, changes = run([one, other, unnamed])
    assert ledger.home(one.item_id) != ledger.home(other.item_id)
    assert keys(changes) == ["new", "new"]


def test_a_memorandum_without_a_subject_is_known_by_who_signs_it() -> None:
    facts: dict[str, Any] = {"track": OTHER, "act": Act.DOCUMENT, "projects": ()}
    agreed = told("2025-07-10", "2025-07-10", stage=Stage.AGREED, actors=("office:dapa",), **facts)
    signed = told("2025-07-18", "2025-07-18", stage=Stage.SIGNED, actors=("office:dapa",), **facts)
    assert keys(run([agreed], [signed])[1]) == ["new", "advanced:signed"]


def test_a_report_that_is_not_alertable_is_stored_and_the_first_alertable_one_is_new() -> None:
    quiet = told("2025-06-25", "2025-06-25", alertable=False, reason="preview", actors=(WI,))
    loud = told("2025-06-26", "2025-06-25", actors=(WI,))
    ledger, changes = run([quiet], [loud])
    assert keys(changes) == ["new"]
    assert changes[0].before is not None
    assert len(clusters(ledger)) == 1


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


def past(**changes: Any) -> Event:
    when = datetime(2025, 6, 25, tzinfo=UTC)
    return builders.event(
        event_id="h00000000000001", title="Agreed", history=True, first_reported_at=when, last_reported_at=when,
        reports=0, origins=0, outlets=(), languages=(), **changes,
    )  # fmt: skip


def test_history_is_joined_in_silence_and_gives_the_first_event_its_predecessor() -> None:
    recap = told("2025-08-20", "2025-06-25")
    held = session("2025-09-30", "2025-09-30", Stage.HELD)
    ledger, changes = run([recap], [held], history=(past(),))
    assert ledger.home(recap.item_id) == "h00000000000001"
    assert ledger.events["h00000000000001"].reports == 1
    assert ledger.events["h00000000000001"].title == "Agreed"
    assert keys(changes) == ["new"]
    assert changes[-1].event.predecessor == "h00000000000001"


def test_what_history_does_not_know_is_news() -> None:
    plan = past(stage=Stage.SCHEDULED, act=Act.SESSION, event_date=date(2025, 9, 30), ordinal=1)
    recap = session("2025-09-30", "2025-09-30", Stage.SCHEDULED, ordinal=1)
    held = session("2025-09-30", "2025-09-30", Stage.HELD, ordinal=1)
    _, changes = run([recap, held], history=(plan,))
    assert keys(changes) == ["new"]
    assert changes[0].event.event_id != plan.event_id


def test_history_after_the_clock_is_ignored() -> None:
    report = told("2025-06-20", "2025-06-20")
    _, changes = run([report], history=(past(event_date=date(2025, 6, 22)),))
    assert keys(changes) == ["new"]
    assert changes[0].event.predecessor is None


def test_a_bridge_merges_two_events_into_the_older_without_an_alert() -> None:
    one = told("2025-06-25", "2025-06-23", actors=(WI,), place="seoul")
    other = told("2025-06-26", "2025-06-27", actors=(WI,), place="seoul")
    bridge = told("2025-06-26", "2025-06-25", actors=(WI,), place="seoul")
    ledger, changes = run([one], [other], [bridge])
    assert keys(changes) == ["new", "new"]
    assert len(clusters(ledger)) == 1
    kept, gone = ledger.home(one.item_id), changes[1].event.event_id
    assert kept == changes[0].event.event_id
    assert ledger.events[gone].merged_into == kept
    assert ledger.home(other.item_id) == kept


def test_a_merge_of_a_plan_and_its_session_tells_nothing_again() -> None:
    plan = session("2025-09-09", "2025-09-30", Stage.SCHEDULED)
    held = session("2025-11-30", "2025-11-30", Stage.HELD)
    ledger, changes = run([plan], [held])
    assert keys(changes) == ["new", "new"]
    off = session("2025-09-20", "2025-11-30", Stage.POSTPONED, moved=True)
    assert keys(list(ledger.learn([off], now=day("2025-12-01")).changes)) == []
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


def test_baseline_is_what_only_first_runs_brought() -> None:
    old = told("2025-06-26", "2025-06-25", baseline=True)
    fresh = told("2025-07-20", "2025-07-20", track=OTHER)
    _, changes = run([old, fresh])
    assert {change.event.track: change.baseline for change in changes} == {BODY: True, OTHER: False}


def test_copies_share_an_origin_and_joins_say_why() -> None:
    text = "National security adviser Wi met the alliance's chief and agreed on a body for the arms industry"
    one = told("2025-06-26", "2025-06-25", title=text, outlet="A")
    two = told("2025-06-26", "2025-06-25", title=text + " (mobile)", outlet="B")
    resolution = resolve(Known(), [one, two], now=builders.NOW)
    assert resolution.events[0].origins == 1
    assert resolution.origins == ((two.item_id, one.item_id),)
    assert resolution.joins[1][2] == f"one act with {one.item_id}: the same date; body"


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


def population() -> list[Report]:
    """A year of a track with everything in it that can go wrong."""
    dice = random.Random(4)
    reports = []
    for number in range(1, 4):
        base = date(2025, 9, 30) + timedelta(days=120 * number)
        for _ in range(4):
            said = base - timedelta(days=dice.randint(10, 40))
            reports.append(session(str(said), str(base), Stage.SCHEDULED, ordinal=dice.choice([number, None])))
        for _ in range(5):
            on = base + timedelta(days=dice.randint(-1, 1))
            said = base + timedelta(days=dice.randint(0, 3))
            reports.append(
                session(
                    str(said), dice.choice([str(on), None]), dice.choice([Stage.HELD, Stage.OUTCOME]),
                    ordinal=dice.choice([number, None]), actors=dice.choice([(WI,), (RUTTE,), (WI, RUTTE)]),
                )
            )  # fmt: skip
        reports.append(told(str(base), str(base), track=IP4, projects=("project:joint",)))
        reports.append(told(str(base), None, track=OTHER, projects=()))
    return reports


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


def test_what_is_parted_from_an_event_was_told_as_part_of_it() -> None:
    one = told("2025-06-26", "2025-06-25", item_id="00000000000000b1")
    two = told("2025-06-26", "2025-06-25", item_id="00000000000000b2")
    gone = told("2025-07-20", "2025-07-20", item_id="00000000000000b1", track=OTHER, projects=())
    quiet = told("2025-06-27", "2025-06-25", alertable=False)
    ledger, changes = run([one], [two], [gone, quiet])
    assert keys(changes) == ["new", "new"]
    assert len(clusters(ledger)) == 2


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


def test_membership_in_a_merged_event_counts_for_the_one_it_was_merged_into() -> None:
    one = told("2025-06-26", "2025-06-25")
    two = told("2025-06-26", "2025-06-25")
    three = told("2025-06-27", "2025-06-25")
    ledger, _ = run([one])
    (kept,) = ledger.events.values()
    alias = builders.event(event_id="gone", merged_into=kept.event_id)
    known = Known(
        events=(kept, alias),
        reports=(one, two),
        membership=((one.item_id, kept.event_id), (two.item_id, "gone")),
    )
    resolution = resolve(known, [three], now=day("2025-06-27"))
    assert [change.kind for change in resolution.changes] == [ChangeKind.CORROBORATED]
    assert {event_id for _, event_id, _ in resolution.joins} == {kept.event_id}


def test_what_has_taken_place_is_not_planned_afterwards() -> None:
    held = session("2025-10-21", "2025-10-21", Stage.HELD)
    plan = session("2025-10-30", "2025-11-05", Stage.SCHEDULED)
    assert keys(run([held], [plan])[1]) == ["new", "new"]


def test_a_signing_called_off_advances_an_agreement() -> None:
    agreed = told("2026-01-10", "2026-01-09")
    off = told("2026-01-20", "2026-01-25", stage=Stage.CANCELLED)
    assert keys(run([agreed], [off])[1]) == ["new", "advanced:cancelled"]


def test_a_number_outweighs_a_date_misread_and_old_plans_are_left_alone() -> None:
    plan = session("2025-09-09", "2025-09-30", Stage.SCHEDULED, ordinal=1)
    off = session("2025-09-25", "2026-06-01", Stage.POSTPONED, ordinal=1, precision=DatePrecision.MONTH)
    visit = session("2026-08-27", "2026-09-01", Stage.SCHEDULED, precision=DatePrecision.MONTH)
    assert keys(run([plan], [off], [visit])[1]) == ["new", "advanced:postponed", "new"]


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
