"""M1: a rewritten page's acts: what it told before keeps its event, what it tells anew is a report of its own."""

from dataclasses import replace

from extractors.event.revisions import numbered
from extractors.story import Stage
from tests.extractors.event.acts import cycles, keys, run, said
from tests.table import table

PLAN = "9-1 scheduled 9-30 #2 !aa"
AGREED = "9-1 agreed 9-1 !aa"
JOINED = "9-4 joined 9-4 nato =project:mmf !aa"


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
