"""M18, X1: what hangs together is found with few comparisons, counted and not timed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from extractors.event.facts import Fact, fact
from extractors.event.kin import ROOM, kin
from extractors.story import Act, Report, Stage, Track
from tests.extractors.event.telling import OUTLETS, Step, learn, on_day, report

START = datetime(2026, 3, 1, 3, tzinfo=UTC)
ACTS = (
    (Stage.SCHEDULED, Act.SESSION),
    (Stage.HELD, Act.SESSION),
    (Stage.AGREED, Act.DOCUMENT),
    (Stage.OTHER, Act.OTHER),
)


def entangled(dice: random.Random, count: int, *, first: int = 0, days: int = 110) -> list[Report]:
    """Reports of everything, no two of them with the same facts."""
    found = []
    for number in range(first, first + count):
        said = START + timedelta(days=days * dice.random())
        stage, act = dice.choice(ACTS)
        day = (said + timedelta(days=20 if stage == Stage.SCHEDULED else -dice.randint(0, 1))).date()
        step = Step(stage=stage, dated=dice.choice([on_day(day), None]))
        track = dice.choice(list(Track))
        found.append(
            report(
                said, step, item_id=f"{number:016x}", act=act, track=track, tracks=(track,), ordinal=None,
                projects=dice.choice([("body",), ("project:mmf",), ()]), actors=(f"person:{dice.randint(0, 9)}",),
                domains=(), place=f"place{number}",
            )
        )  # fmt: skip
    return found


def facts_of(reports: list[Report]) -> dict[str, Fact]:
    return {one.item_id: fact(one) for one in reports}


def test_m18_ten_new_reports_over_a_thousand_known_ones() -> None:
    dice = random.Random(1)
    known, new = entangled(dice, 1000), entangled(dice, 10, first=1000, days=109)
    joined = {one.item_id: f"e{number // 16}" for number, one in enumerate(sorted(known, key=lambda one: one.when))}
    found = kin(facts_of([*known, *new]), [one.item_id for one in new], joined)
    assert found.compared <= 40_000
    for name in found.names & joined.keys():  # an event is drawn in whole or not at all
        assert {other for other in joined if joined[other] == joined[name]} <= found.names


def test_what_is_small_is_followed_to_its_end() -> None:
    known = entangled(random.Random(2), 60, days=20)
    facts = facts_of(known)
    one, *_ = facts
    found = kin(facts, [one], {})
    everything = kin(facts, found.names, {})
    assert found.compared < ROOM
    assert found.names == everything.names
    assert sorted(found.likenesses) == sorted(everything.likenesses)


def test_x1_reports_with_the_same_facts_are_compared_as_one() -> None:
    one = report(START, Step(stage=Stage.HELD, dated=on_day(START.date())))
    many = [replace(one, item_id=f"{n:016x}", mention=replace(one.mention, item_id=f"{n:016x}")) for n in range(4000)]
    found = kin(facts_of(many), [many[0].item_id], {})
    assert found.compared == 0
    assert [len(twins) for twins in found.twins.values()] == [4000]


def test_x1_a_flood_of_equal_headlines_is_one_event_beside_the_others() -> None:
    flood = report(START, Step(stage=Stage.HELD, dated=on_day(START.date())), outlet=("X", "en"))
    many = [
        replace(flood, item_id=f"{n:016x}", mention=replace(flood.mention, item_id=f"{n:016x}"))
        for n in range(10**6, 10**6 + 500)
    ]
    later = Step(stage=Stage.SCHEDULED, dated=on_day((START + timedelta(days=60)).date()))
    other = report(START + timedelta(days=30), later, outlet=OUTLETS[0], ordinal=3)
    ledger, told = learn([many, [other]])
    assert [change.key for change in told] == ["new", "new"]
    assert ledger.home(many[0].item_id) == ledger.home(many[-1].item_id) != ledger.home(other.item_id)
    assert told[0].event.reports == 500


def test_two_acts_of_one_item_stand_for_themselves() -> None:
    one = report(START, Step(stage=Stage.HELD, dated=on_day(START.date())), item_id="00000000000000aa")
    second = replace(one, item_id="00000000000000aa.1")
    assert all(len(names) == 1 for names in kin(facts_of([one, second]), [one.item_id], {}).twins.values())
