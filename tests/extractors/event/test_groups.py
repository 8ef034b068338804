"""Reports parted into acts; M18, X1: what hangs together is found with few comparisons, counted and not timed."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from extractors.event.facts import Fact, fact
from extractors.event.groups import ROOM, kin, twins
from extractors.event.likeness import strength
from extractors.story import Act, Report, Stage, Track
from tests.extractors.event.acts import cycles, day, holds, keys, past, run, session, told
from tests.extractors.event.telling import on_day
from tests.table import table

START = datetime(2026, 3, 1, 3, tzinfo=UTC)
ACTS = (
    (Stage.SCHEDULED, Act.SESSION), (Stage.HELD, Act.SESSION), (Stage.AGREED, Act.DOCUMENT), (Stage.OTHER, Act.OTHER),
)  # fmt: skip


def test_history_is_joined_in_silence_and_gives_the_first_event_its_predecessor() -> None:
    recap, held = cycles("8-20 agreed 6-25 | 9-30 held 9-30")
    ledger, changes = run(recap, held, history=(past(),))
    known = ledger.events[past().event_id]
    assert ledger.home(recap[0].item_id) == known.event_id
    assert (known.reports, known.title) == (1, "Agreed")
    assert [(change.news, change.event.predecessor) for change in changes] == [(True, known.event_id)]


def test_history_after_the_clock_is_ignored() -> None:
    (found,) = holds("6-20 agreed 6-20", "new", 1, history=(past(event_date=date(2025, 6, 22)),))
    assert found.event.predecessor is None


@table("story")
def test_a_bridge_merges_two_events_into_the_older_and_tells_nothing_again(story: str) -> None:
    told = cycles(story)
    ledger, changes = run(*told)
    kept, gone = (change.event.event_id for change in changes if change.news)
    assert ledger.events[gone].merged_into == kept
    assert {ledger.home(one.item_id) for (one,) in told} == {kept}


def test_what_is_parted_from_an_event_was_told_as_part_of_it() -> None:
    away = "7-20 agreed 7-20 coop !b1 & 6-27 agreed 6-25 quiet"
    holds(f"6-26 agreed 6-25 !b1 | 6-26 agreed 6-25 !b2 | {away}", "new; new", 2)


def entangled(count: int, days: int = 110) -> list[Report]:
    """Reports of everything, no two of them with the same facts."""
    dice, found = random.Random(1), []
    for number in range(count):
        said = START + timedelta(days=days * dice.random())
        stage, act = dice.choice(ACTS)
        ahead = 20 if stage == Stage.SCHEDULED else -dice.randint(0, 1)
        when = dice.choice([on_day((said + timedelta(days=ahead)).date()), None])
        facts = {"track": dice.choice(list(Track)), "projects": dice.choice([("body",), ("project:mmf",), ()])}
        actors = (f"person:{dice.randint(0, 9)}",)
        name, place = f"{number:016x}", f"place{number}"
        found.append(told(said, when, stage, act=act, actors=actors, place=place, item_id=name, **facts))
    return found


def facts_of(reports: list[Report]) -> dict[str, Fact]:
    return {one.item_id: fact(one) for one in reports}


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[Fact]:
    """What was compared so far, one of each pair."""
    found: list[Fact] = []

    def counted(one: Fact, other: Fact) -> float:
        found.append(one)
        return strength(one, other)

    monkeypatch.setattr("extractors.event.groups.strength", counted)
    return found


def test_m18_ten_new_reports_over_a_thousand_known_ones(compared: list[Fact]) -> None:
    reports = entangled(1010)
    known = sorted(reports[:1000], key=lambda one: one.when)
    homes = {one.item_id: f"e{number // 16}" for number, one in enumerate(known)}
    names, _ = kin(facts_of(reports), [one.item_id for one in reports[1000:]], homes.items())
    assert len(compared) <= 40_000
    for name in names & homes.keys():  # an event is drawn in whole or not at all
        assert {other for other in homes if homes[other] == homes[name]} <= names


def test_m18_a_report_like_one_of_a_large_event_draws_in_what_it_resembles_itself(compared: list[Fact]) -> None:
    reports = [told("9-24", "9-23", place=f"place{number}") for number in range(400)]
    homes = [(one.item_id, "large" if number < 200 else one.item_id) for number, one in enumerate(reports[1:])]
    kin(facts_of(reports), [reports[0].item_id, reports[1].item_id], homes)
    assert len(compared) < ROOM + 200**2


def test_what_is_small_is_followed_to_its_end(compared: list[Fact]) -> None:
    facts = facts_of(entangled(60, days=20))
    names, likenesses = kin(facts, [next(iter(facts))], ())
    assert len(compared) < ROOM
    assert (names, likenesses) == kin(facts, names, ())


def test_x1_a_flood_of_equal_headlines_is_compared_as_one_and_is_one_event_beside_the_others() -> None:
    flood = [session("3-1", "3-1", Stage.HELD) for _ in range(200)]
    assert [len(names) for names in twins(facts_of(flood)).values()] == [200]
    ledger, changes = run(flood, [session("3-31", "4-30", Stage.SCHEDULED, ordinal=3)])
    assert keys(changes) == ["new", "new"]
    assert [event.reports for event in ledger.events.values()] in ([200, 1], [1, 200])


def test_two_acts_of_one_item_stand_for_themselves() -> None:
    pair = [session(day("3-1"), "3-1", Stage.HELD, item_id=f"aa{n}") for n in ("", ".1")]
    assert all(len(names) == 1 for names in twins(facts_of(pair)).values())
