"""Acts laid over the events already known: merged, parted, taken from history."""

from __future__ import annotations

from datetime import date

from extractors.event.resolve import resolve
from extractors.learned import ChangeKind, Known
from extractors.story import Stage
from tests import builders
from tests.extractors.event.acts import (
    OTHER,
    WI,
    clusters,
    day,
    keys,
    past,
    run,
    session,
    told,
)


def test_history_is_joined_in_silence_and_gives_the_first_event_its_predecessor() -> None:
    recap = told("2025-08-20", "2025-06-25")
    held = session("2025-09-30", "2025-09-30", Stage.HELD)
    ledger, changes = run([recap], [held], history=(past(),))
    assert ledger.home(recap.item_id) == "h00000000000001"
    assert ledger.events["h00000000000001"].reports == 1
    assert ledger.events["h00000000000001"].title == "Agreed"
    assert keys(changes) == ["new"]
    assert changes[-1].event.predecessor == "h00000000000001"


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


def test_what_is_parted_from_an_event_was_told_as_part_of_it() -> None:
    one = told("2025-06-26", "2025-06-25", item_id="00000000000000b1")
    two = told("2025-06-26", "2025-06-25", item_id="00000000000000b2")
    gone = told("2025-07-20", "2025-07-20", item_id="00000000000000b1", track=OTHER, projects=())
    quiet = told("2025-06-27", "2025-06-25", alertable=False)
    ledger, changes = run([one], [two], [gone, quiet])
    assert keys(changes) == ["new", "new"]
    assert len(clusters(ledger)) == 2


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
