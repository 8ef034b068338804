import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from alerts.model import BundleKind
from alerts.word.labels import TEMPLATES, notice, words
from extractors.learned import ChangeKind
from extractors.mention.policy import ASIDE, RULES
from extractors.story import DatePrecision, Domain, Stage, Track
from tests.table import table

ROOT = Path(__file__).parents[3]
HANGUL = re.compile("[가-힣]")
EN, KO = words("en"), words("ko")


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


FEEDS = [text for table in read(ROOT / "extractors/polling/notices.toml").values() for text in table.values()]


def test_every_name_of_ours_has_its_label_in_both_languages() -> None:
    named = {"track": Track, "stage": Stage, "change": ChangeKind, "domain": Domain, "date": DatePrecision, "why": BundleKind}  # fmt: skip
    assert all(EN.of(kind, name) for kind, names in named.items() for name in names)
    assert all(EN.of("reason", rule.reason) for rule in RULES if not rule.alerts and rule.reason != ASIDE)
    assert all(EN.of("subject", kind) for kind in BundleKind if kind is not BundleKind.BASELINE)
    assert all(EN.of("happened", f"{stage}{dated}") for stage in Stage for dated in ("", "_on"))
    tables = read(TEMPLATES / "labels.toml")
    assert set(tables) == {"en", "ko"}
    assert all(set(table) == set(tables["ko"][kind]) for kind, table in tables["en"].items() if kind != "name")


@table("precision, english, korean, day")
def test_a_date_is_as_exact_as_it_is_known(precision: str, day: date | None, english: str, korean: str) -> None:
    assert (EN.when(day, precision), KO.when(day, precision)) == (english, korean)


@table("concept, english, korean")
def test_concepts_are_named_for_people(concept: str, english: str, korean: str) -> None:
    assert (EN.name(concept), KO.name(concept)) == (english, korean)


def test_numbers_agree() -> None:
    assert [EN.count("reports", n) for n in (0, 1, 2)] == ["0 reports", "1 report", "2 reports"]
    assert KO.count("outlets", 9) == "매체 9곳"


def test_t5_whoever_a_message_may_name_has_a_korean_name_and_a_known_act_a_korean_title() -> None:
    concepts = read(ROOT / "config/lexicon/concepts.toml")
    groups = ("person", "office", "agency", "company", "place")
    named = [f"{group}:{name}" for group in groups for name in concepts[group]]
    assert [name for name in named if not HANGUL.search(KO.name(name))] == []
    acts = read(ROOT / "config/history.toml")["event"]
    assert [act["title"] for act in acts if not HANGUL.search(act.get("title_ko", ""))] == []


@pytest.mark.parametrize("text", FEEDS, ids=lambda text: text[:30])
def test_t5_each_notice_of_a_feed_has_its_korean_words_with_all_that_it_names(text: str) -> None:
    names = re.findall(r"{(\w+)}", text)
    korean = notice(text.format(**{name: f"<{name}>" for name in names}) + " (on vm, home /var)", "ko")
    assert not re.search("[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", korean), korean
    assert HANGUL.search(korean)
    assert all(f"<{name}>" in korean for name in names)
    assert "vm" in korean


@table("english, language, said")
def test_t5_t14_what_the_watch_says_is_in_the_channels_language(english: str, language: str, said: str) -> None:
    assert notice(english, language) == said
