from datetime import date

from tests.extractors.event.acts import cycles, holds, past, run
from tests.table import table


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
