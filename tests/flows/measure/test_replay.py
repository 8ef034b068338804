import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.decide.rules import identity
from extractors.learned import WINDOW
from extractors.model import Item
from extractors.story import Stage
from extractors.words.concepts import CORE
from extractors.words.lexicon import Lexicon, load
from flows.configure.packaged import packaged_config
from flows.measure.replay import Ledger, compare, replay
from flows.measure.runners import described
from tests import builders
from tests.extractors.event.acts import day, told
from tests.extractors.mention.saying import LEXICON

START = datetime(2025, 6, 26, 3, tzinfo=UTC)
AGREED = "S. Korea, NATO agree to establish consultative body on defense industry"
TEXT = "South Korea and NATO agreed on June 25 in The Hague to establish a consultative body on defense industry."


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """Rules that find nothing."""
    folder = tmp_path_factory.mktemp("lexicon")
    shutil.copy(packaged_config() / "lexicon" / "concepts.toml", folder)
    (folder / "en.toml").write_text("\n".join(builders.core_tables(CORE, '["nothing of {}"]')), encoding="utf-8")
    return load(folder)


def item(number: int, title: str, *, days: int = 0, **changes: object) -> Item:
    when, key = START + timedelta(days=days), {"key": number, "content": number, "origin": f"{number:016x}"}
    return builders.item(title=title, published_at=when, first_seen_at=when, **key, **changes)


PRESS = (
    item(1, AGREED, summary=TEXT),
    item(2, "Defense stocks close higher in Seoul"),
    item(3, AGREED, summary=TEXT.replace(" in The Hague", ""), days=1),
    item(3, f"{AGREED}, corrected", revision=1),
    item(4, "S. Korea joins NATO Science and Technology Organization as partner", days=60),
)


def test_what_is_told_carries_item_evidence_and_the_live_alert_id_each_time() -> None:
    found = replay(described(PRESS, LEXICON))
    assert (found.items, found.relevant) == (5, 4)
    assert (replay(described(PRESS, LEXICON)), replay(described(PRESS, LEXICON)).digest) == (found, found.digest)
    first, second = found.told
    assert (first.change.key, first.change.by.item_id) == ("new", "0000000000000001")
    assert first.alert_id == identity(first.change.event.event_id, "new")
    assert first.items == {"0000000000000001", "0000000000000003"}
    assert any("consultative body" in found.term for found in first.change.by.mention.evidence)
    assert second.change.by.item_id == "0000000000000004"
    assert replay(described(PRESS, LEXICON), since=START + timedelta(days=30)).told == (second,)
    assert replay(described([], LEXICON)).told == ()


def test_history_keeps_silent_and_baseline_is_marked() -> None:
    past = builders.event(event_id="h1", history=True, event_date=date(2025, 6, 25), title="Agreed")
    recap = replace(PRESS[0], published_at=START + timedelta(days=1), first_seen_at=START + timedelta(days=1))
    horizon = timedelta(days=2)  # what is older is taken as known, what is younger is told
    assert replay(described([recap], LEXICON), history=(past,), horizon=horizon).told == ()
    assert len(replay(described([recap], LEXICON), horizon=horizon).told) == 1
    (told,) = replay(described([replace(PRESS[0], baseline=True)], LEXICON)).told
    assert told.change.baseline


def test_other_rules_show_what_they_gain_and_lose(narrow: Lexicon) -> None:
    live, changed = replay(described(PRESS, LEXICON)), replay(described(PRESS, narrow))
    assert changed.told == ()
    assert compare(live, changed) == ((), live.told)
    assert compare(changed, live) == (live.told, ())
    assert compare(live, live) == ((), ())


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
    days = [f"2025-{month:02}-10" for month in range(1, 8)]
    reports = [told(day, day, stage=Stage.HELD, ordinal=n) for n, day in enumerate(days, 1)]
    for report in reports:
        ledger.learn([report], now=report.when)
    assert len(ledger.events) == len(reports)
    known = ledger.window(since=day("2026-06-01") + WINDOW)
    assert [event.event_date for event in sorted(known.events, key=lambda one: str(one.event_date))] == [
        report.mention.event_date for report in reports[2:]
    ]
    assert len(ledger.window(since=reports[0].when - timedelta(days=1)).events) == len(reports)
