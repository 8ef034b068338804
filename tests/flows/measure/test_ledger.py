from datetime import timedelta

from extractors.learned import WINDOW
from extractors.story import Stage
from flows.measure.ledger import Ledger
from tests.extractors.event.acts import day, told


def test_what_was_learned_is_known_next_time_and_an_item_has_its_event() -> None:
    ledger = Ledger()
    first = told("2026-03-10", "2026-03-10", stage=Stage.HELD)
    again = told("2026-03-11", "2026-03-10", stage=Stage.HELD, outlet="another")
    ledger.learn([first], now=first.when)
    assert [one.news for one in ledger.learn([again], now=again.when).changes] == [False]
    assert ledger.home(first.item_id) == ledger.home(again.item_id) != ""
    assert ledger.home("nobody's") == ""


def test_what_is_long_past_leaves_the_window_and_the_last_of_a_track_stays() -> None:
    ledger = Ledger()
    reports = [
        told(f"2025-{month:02}-10", f"2025-{month:02}-10", stage=Stage.HELD, ordinal=month) for month in range(1, 8)
    ]
    for report in reports:
        ledger.learn([report], now=report.when)
    assert len(ledger.events) == len(reports)
    known = ledger.window(since=day("2026-06-01") + WINDOW)
    assert [event.event_date for event in sorted(known.events, key=lambda one: str(one.event_date))] == [
        report.mention.event_date for report in reports[2:]
    ]
    assert len(ledger.window(since=reports[0].when - timedelta(days=1)).events) == len(reports)
