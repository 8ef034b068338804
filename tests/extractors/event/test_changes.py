"""What is news of an event: measured against how it was told, and identified by what changed from what to what."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from extractors.event.changes import change, standings
from extractors.learned import ChangeKind, EventChange
from extractors.story import Act, DatePrecision, Event, Stage, Standing
from tests import builders
from tests.table import table, typed

S, P = Stage, DatePrecision
TOLD_ON = date(2026, 11, 1)
PLAN, MONTH = date(2026, 12, 10), date(2026, 12, 1)
ADVANCED, CORRECTED = ChangeKind.ADVANCED, ChangeKind.CORRECTED


def standing(stage: Stage, day: date | None = PLAN, precision: DatePrecision = P.DAY, **more: Any) -> Standing:
    facts = {"place": "", "on": TOLD_ON, "by": "0000000000000001", **more}
    return Standing(stage=stage, event_date=day, date_precision=precision if day else None, **facts)


def event(stage: Stage, day: date | None = PLAN, precision: DatePrecision = P.DAY, **more: Any) -> Event:
    facts = {"act": Act.SESSION, "event_date": day, "date_precision": precision if day else None, **more}
    return builders.event(stage=stage, **facts)


def brought(stage: Stage = S.SCHEDULED, days: int = 9, **facts: Any) -> Any:
    said = datetime(2026, 11, 1, 3, tzinfo=UTC) + timedelta(days=days)
    item_id = facts.pop("item_id", "00000000000000b0")
    mention = builders.mention(item_id=item_id, stage=stage, act=Act.SESSION, **facts)
    return builders.report(item_id=item_id, published_at=said, first_seen_at=said, mention=mention)


def made(after: Event, *known: Event, days: int = 9, **facts: Any) -> tuple[EventChange, tuple[Standing, ...]]:
    """Let one report bring to known events what they are now."""
    one = brought(after.stage, days, **facts)
    row, found = change(after, known, [], [one], [one])
    assert found is not None
    return found, row.told


def told(last: Standing, after: Event, days: int = 9, **facts: Any) -> tuple[ChangeKind, str]:
    """Tell what one report brings to an event that was told once."""
    found, _ = made(after, builders.event(told=(last,)), days=days, **facts)
    return found.kind, found.detail


@table("act, was, now, kind")
def test_t2_from_stage_to_stage(act: Act, was: Stage, now: Stage, kind: ChangeKind | None) -> None:
    assert told(standing(was), event(now, act=act))[0] == (kind or ChangeKind.CORROBORATED)


@table("was, now, days, detail")
def test_t2_from_date_to_date(was: dict[str, Any], now: dict[str, Any], days: int, detail: str | None) -> None:
    last = replace(standing(S.SCHEDULED), **typed(Standing, was))
    after = replace(event(S.SCHEDULED), **typed(Event, now))
    assert told(last, after, days)[1] == (detail or "a further report")


def test_a_place_is_news_where_a_report_says_that_it_was_changed() -> None:
    last, after = standing(S.SCHEDULED, place="brussels"), event(S.SCHEDULED, place="seoul")
    assert told(last, after, moved=True, place="seoul")[1] == "place moved from brussels to seoul"
    same = standing(S.SCHEDULED, place="seoul")
    for was, moved, place in ((last, False, "seoul"), (last, True, "the_hague"), (same, True, "seoul")):
        assert told(was, after, moved=moved, place=place)[0] == ChangeKind.CORROBORATED


@pytest.mark.parametrize(("days", "kind"), [(1, ChangeKind.CORROBORATED), (9, ADVANCED)])
def test_stages_of_two_ladders_advance_only_when_told_apart(days: int, kind: ChangeKind) -> None:
    assert told(standing(S.PROPOSED, None), event(S.HELD, None), days)[0] == kind


def test_t1_a_change_that_comes_again_is_news_again() -> None:
    row = builders.event(told=(standing(S.SCHEDULED),))
    names = []
    for stage in (S.CANCELLED, S.SCHEDULED, S.CANCELLED, S.SCHEDULED):
        found, so_far = made(event(stage), row)
        row = event(stage, told=so_far)
        names.append(found.key)
    assert len(set(names)) == len(names)
    assert names[0] == "advanced:scheduled 2026-12-10 day>cancelled 2026-12-10 day"
    assert names[2] == f"{names[0]}#2"


def test_what_changed_is_shown_from_how_it_was_told() -> None:
    drifted = builders.event(event_date=date(2026, 12, 12), stage=S.SCHEDULED, told=(standing(S.SCHEDULED),))
    found, so_far = made(event(S.POSTPONED, None), drifted)
    assert found.before is not None
    assert (found.before.event_date, found.before.stage) == (PLAN, S.SCHEDULED)
    assert (so_far[-1].by, so_far[-1].on) == (found.by.item_id, date(2026, 11, 10))


def test_a_date_known_more_exactly_within_the_same_news_counts_as_told() -> None:
    _, so_far = made(event(S.SCHEDULED), builders.event(told=(standing(S.SCHEDULED, MONTH, P.MONTH),)), days=1)
    assert [(last.event_date, last.date_precision) for last in so_far] == [(PLAN, P.DAY)]
    drifting = event(S.SCHEDULED, date(2026, 12, 12))
    assert made(drifting, event(S.SCHEDULED, told=so_far), days=1)[1] == so_far  # or days add up untold


def test_history_and_what_deserves_no_alert_are_no_news() -> None:
    one = brought()
    for quiet in (event(S.HELD, history=True), event(S.HELD, alertable=False)):
        assert change(quiet, [], [], [one], [one]) == (quiet, None)


def test_of_merged_events_one_that_told_the_same_keeps_silent_and_any_other_change_is_told() -> None:
    plan, held = builders.event(told=(standing(S.SCHEDULED),)), builders.event(told=(standing(S.HELD),))
    same, so_far = made(event(S.HELD), plan, held)
    assert (same.kind, so_far[-1].stage) == (ChangeKind.CORROBORATED, S.HELD)
    proposal = builders.event(told=(standing(S.PROPOSED, None, on=date(2026, 11, 9)),))
    assert made(event(S.HELD), proposal, plan)[0].kind == ADVANCED


def test_x4_what_parts_from_an_event_is_told_unless_its_report_told_that_event() -> None:
    one, other = brought(S.HELD), brought(S.HELD, item_id="00000000000000b1")
    parent = builders.event(event_id="e9", told=(standing(S.SCHEDULED), standing(S.HELD, by=one.item_id)))
    for after, by, silent in (
        (event(S.HELD), one, "told as a part of event e9"),
        (event(S.POSTPONED, None), one, ""),  # more than was told with it
        (event(S.HELD), other, ""),
    ):
        _, new = change(after, [], [parent], [by], [])
        assert new is not None
        assert (new.kind, new.silent) == (ChangeKind.NEW, silent)


def test_what_only_parted_from_an_event_corrects_nothing() -> None:
    row = builders.event(told=(standing(S.HELD),))
    plan, agreed = brought(S.SCHEDULED), brought(S.AGREED)
    after = event(S.CANCELLED)
    assert change(after, [row], [], [plan], []) == (replace(after, told=row.told), None)
    _, found = change(event(S.SCHEDULED), [row], [], [plan, agreed], [agreed])
    assert found is not None
    assert found.kind == ChangeKind.CORROBORATED


def test_an_event_stored_before_standings_were_kept_is_taken_as_it_stands() -> None:
    row = event(S.SCHEDULED)
    assert [(one.stage, one.event_date) for one in standings(row)] == [(S.SCHEDULED, PLAN)]
    found, so_far = made(event(S.HELD), row)
    assert (found.kind, len(so_far)) == (ADVANCED, 2)
