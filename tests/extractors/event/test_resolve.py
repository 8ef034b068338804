import random
from dataclasses import replace
from typing import Any

import pytest

from extractors.event.resolve import numbered, resolve
from extractors.learned import ChangeKind, Known
from extractors.story import Stage
from flows.measure.replay import Ledger
from tests import builders
from tests.extractors.event.acts import OTHER, clusters, cycles, holds, keys, run, said, told
from tests.extractors.event.worlds import untold, world
from tests.table import table

PLAN = "9-1 scheduled 9-30 #2 !aa"
AGREED = "9-1 agreed 9-1 !aa"
JOINED = "9-4 joined 9-4 nato =project:mmf !aa"
COPY = "National security adviser Wi met the alliance's chief and agreed on a body for the arms industry"


@table("story, news, acts")
def test_one_act_is_one_event_that_is_told_once_a_stage(story: str, news: str, acts: int) -> None:
    holds(story, news, acts)


def test_the_acts_of_a_track_are_a_chain() -> None:
    one, two = holds("4-24 proposed 4-23 | 6-26 agreed 6-25", "new; new", 2)
    assert (one.event.predecessor, two.event.predecessor) == (None, one.event.event_id)


def test_nothing_new_is_nothing_learned() -> None:
    assert resolve(Known(), [], now=builders.NOW).events == ()
    reports, _ = world(4, forgeries=2)
    ledger, _ = run(reports)
    again = ledger.learn(reports, now=reports[-1].when)
    assert (again.changes, again.events) == ((), ())


def test_a_korean_and_an_english_report_are_one_event() -> None:
    one, two = (told("6-26", "6-25", language=of[:2], outlet=of) for of in ("ko 가", "en B"))
    ledger, changes = run([one], [two])
    assert [change.kind for change in changes] == [ChangeKind.NEW, ChangeKind.CORROBORATED]
    (event,) = ledger.events.values()
    assert (event.reports, event.languages, event.outlets) == (2, ("en", "ko"), ("en B", "ko 가"))


def test_copies_share_an_origin_and_joins_say_why() -> None:
    one, two = (told("6-26", "6-25", title=COPY + edition, outlet=edition) for edition in ("", "(mobile)"))
    resolution = resolve(Known(), [one, two], now=builders.NOW)
    assert resolution.events[0].origins == 1
    assert resolution.origins == ((two.item_id, one.item_id),)
    assert resolution.joins[1][2] == f"one act with {one.item_id}: the same date; body"


@pytest.mark.parametrize("seed", range(12))
def test_m18_events_do_not_depend_on_the_order_of_arrival(seed: int) -> None:
    dice = random.Random(seed)
    told = [report for number in range(3) for report in world(3 * seed + number, forgeries=2)[0]]
    other: dict[str, Any] = {"track": OTHER, "tracks": (OTHER,), "projects": (), "domains": ()}
    vague: tuple[dict[str, Any], ...] = ({}, {}, {"alertable": False}, other)
    reports = [replace(one, mention=replace(one.mention, **dice.choice(vague))) for one in told]
    shuffled = dice.sample(reports, len(reports))
    now = reports[0].when  # a clock that stands still: whatever is known stays known
    together, apart = Ledger(), Ledger()
    assert together.learn(reports, now=now) == Ledger().learn(shuffled, now=now)
    for part in range(5):
        apart.learn(shuffled[part::5], now=now)
    assert clusters(apart) == clusters(together)


@table("before, now, n")
def test_m1_an_act_told_again_keeps_its_number_and_another_gets_the_next(before: str, now: str, n: int) -> None:
    (found,) = numbered([said(before)], [said(f"{now} !aa")])
    assert (found.mention.n, found.item_id) == (n, "aa".zfill(16) + (f".{n}" if n else ""))


def test_m1_the_first_act_keeps_its_event_and_the_second_is_told() -> None:
    elsewhere = JOINED.replace("!aa", "!bb")
    ledger, changes = run(*cycles(f"{AGREED} | {JOINED} | {AGREED} | {elsewhere}"))
    first, second = (change.event.event_id for change in changes if change.news)
    assert keys(changes) == ["new", "new"]
    homes = [ledger.home(name.zfill(16)) for name in ("aa", "bb")]
    assert (homes, ledger.home("aa".zfill(16) + ".1")) == ([first, second], second)
    assert ledger.reports["aa".zfill(16)].mention.stage == Stage.AGREED


def test_m1_several_acts_of_one_page_each_find_their_own() -> None:
    agreed, plan = said(AGREED), said(PLAN)
    first, second = (replace(one, mention=replace(one.mention, n=n)) for n, one in enumerate((agreed, plan)))
    new = [said(PLAN), replace(agreed, mention=replace(agreed.mention, n=1))]
    assert [found.mention.n for found in numbered([first, second], new)] == [1, 0]
    assert [found.mention.n for found in numbered([], new)] == [0, 1]


def tells_all(seeds: range, *, forgeries: int) -> None:
    """X4, X5: every act that honest outlets report is told, and no alertable event is without a row."""
    found = {seed: untold(*world(seed, forgeries=forgeries)) for seed in seeds}
    assert not [seed for seed, (_, silent) in found.items() if silent]
    assert not [seed for seed, (missing, _) in found.items() if missing]


@pytest.mark.parametrize("forgeries", [0, 2])
def test_x4_x5_every_stage_is_told_and_what_one_outlet_says_alone_takes_nothing_away(forgeries: int) -> None:
    tells_all(range(100), forgeries=forgeries)


@pytest.mark.long
@pytest.mark.parametrize("forgeries", [0, 2])
@pytest.mark.parametrize("part", range(10))
def test_x4_x5_many_histories(part: int, forgeries: int) -> None:
    tells_all(range(2_000 * part, 2_000 * (part + 1)), forgeries=forgeries)
