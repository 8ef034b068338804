"""Stored items once more: the same rules tell the same, other rules show what they gain and lose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from alerts.decide.rules import identity
from extractors.model import Item
from extractors.words.concepts import CORE
from extractors.words.lexicon import Lexicon, load
from flows.measure.replay import compare, replay
from tests import builders

ROOT = Path(__file__).resolve().parents[3]
START = datetime(2025, 6, 26, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load(ROOT / "config" / "lexicon")


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    folder = tmp_path_factory.mktemp("lexicon")
    declarations = (ROOT / "config" / "lexicon" / "concepts.toml").read_text(encoding="utf-8")
    (folder / "concepts.toml").write_text(declarations, encoding="utf-8")
    nothing = builders.core_tables(CORE, '["nothing of {}"]')
    (folder / "en.toml").write_text("\n".join(nothing), encoding="utf-8")
    return load(folder)


def item(number: int, title: str, *, days: int = 0, **changes: object) -> Item:
    when = START + timedelta(days=days)
    return builders.item(
        key=number,
        content=number,
        title=title,
        published_at=when,
        first_seen_at=when,
        origin=f"{number:016x}",
        **changes,
    )


def press() -> list[Item]:
    agreed = "S. Korea, NATO agree to establish consultative body on defense industry"
    return [
        item(
            1,
            agreed,
            summary="South Korea and NATO agreed on June 25 in The Hague to establish a consultative body on defense industry.",
        ),
        item(2, "Defense stocks close higher in Seoul"),
        item(
            3,
            agreed,
            summary="South Korea and NATO agreed on June 25 to establish the consultative body on defense industry.",
            days=1,
        ),
        item(3, agreed + ", corrected", revision=1),
        item(4, "S. Korea joins NATO Science and Technology Organization as partner", days=60, language="en"),
    ]


def test_two_runs_give_one_digest(lexicon: Lexicon) -> None:
    one, other = replay(press(), lexicon), replay(press(), lexicon)
    assert one == other
    assert one.digest == other.digest
    assert (one.items, one.relevant) == (5, 4)


def test_what_is_told_carries_item_evidence_and_the_live_alert_id(lexicon: Lexicon) -> None:
    found = replay(press(), lexicon)
    first, second = found.told
    assert (first.change.key, first.by.item_id) == ("new", "0000000000000001")
    assert first.alert_id == identity(first.change.event.event_id, "new")
    assert first.items == {"0000000000000001", "0000000000000003"}
    assert any("consultative body" in found.term for found in first.by.mention.evidence)
    assert second.by.item_id == "0000000000000004"


def test_only_what_later_cycles_told_is_asked_for(lexicon: Lexicon) -> None:
    found = replay(press(), lexicon, since=START + timedelta(days=30))
    assert [told.by.item_id for told in found.told] == ["0000000000000004"]


def test_history_keeps_silent_and_baseline_is_marked(lexicon: Lexicon) -> None:
    past = builders.event(event_id="h1", history=True, event_date=date(2025, 6, 25), title="Agreed")
    recap = replace(press()[0], published_at=START + timedelta(days=1), first_seen_at=START + timedelta(days=1))
    horizon = timedelta(days=2)  # what is older is taken as known, what is younger is told
    assert replay([recap], lexicon, history=(past,), horizon=horizon).told == ()
    assert len(replay([recap], lexicon, horizon=horizon).told) == 1
    (told,) = replay([replace(press()[0], baseline=True)], lexicon).told
    assert told.change.baseline


def test_other_rules_show_what_they_gain_and_lose(lexicon: Lexicon, narrow: Lexicon) -> None:
    live, changed = replay(press(), lexicon), replay(press(), narrow)
    assert changed.told == ()
    gained, lost = compare(live, changed)
    assert gained == ()
    assert [told.by.item_id for told in lost] == ["0000000000000001", "0000000000000004"]
    assert compare(changed, live) == (lost, ())
    assert compare(live, live) == compare(changed, changed)


def test_no_items_no_cycles(lexicon: Lexicon) -> None:
    assert replay([], lexicon).told == ()
