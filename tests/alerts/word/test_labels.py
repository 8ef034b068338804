from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from alerts.model import BundleKind
from alerts.word.labels import TEMPLATES, words
from extractors.learned import ChangeKind
from extractors.mention.policy import ASIDE, RULES
from extractors.story import DatePrecision, Domain, Stage, Track

_HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_name_of_ours_has_its_label(language: str) -> None:
    say = words(language)
    named = {"track": Track, "stage": Stage, "change": ChangeKind, "domain": Domain, "date": DatePrecision, "why": BundleKind}  # fmt: skip
    assert all(say.of(kind, name) for kind, names in named.items() for name in names)
    assert all(say.of("reason", rule.reason) for rule in RULES if not rule.alerts and rule.reason != ASIDE)
    assert all(say.of("subject", kind) for kind in BundleKind if kind is not BundleKind.BASELINE)
    assert all(say.of("happened", f"{stage}{dated}") for stage in Stage for dated in ("", "_on"))


def test_both_languages_say_the_same_things() -> None:
    tables = tomllib.loads((TEMPLATES / "labels.toml").read_text(encoding="utf-8"))
    assert set(tables) == {"en", "ko"}
    assert all(set(table) == set(tables["ko"][kind]) for kind, table in tables["en"].items() if kind != "name")


@pytest.mark.parametrize(
    ("precision", "day", "english", "korean"),
    [
        ("day", date(2025, 6, 25), "25 June 2025", "2025년 6월 25일"),
        ("", date(2025, 6, 25), "25 June 2025", "2025년 6월 25일"),
        ("week", date(2025, 9, 22), "the week of 22 September 2025", "2025년 9월 22일이 든 주"),
        ("part_of_month", date(2025, 9, 1), "early September 2025", "2025년 9월 초"),
        ("part_of_month", date(2025, 9, 11), "mid-September 2025", "2025년 9월 중순"),
        ("part_of_month", date(2025, 9, 21), "late September 2025", "2025년 9월 말"),
        ("part_of_month", date(2025, 8, 31), "late August 2025", "2025년 8월 말"),
        ("month", date(2025, 9, 1), "September 2025", "2025년 9월"),
        ("quarter", date(2025, 10, 1), "the fourth quarter of 2025", "2025년 4분기"),
        ("year", date(2025, 1, 1), "2025", "2025년"),
        ("day", None, "no date given", "날짜 미상"),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(precision: str, day: date | None, english: str, korean: str) -> None:
    assert words("en").when(day, precision) == english
    assert words("ko").when(day, precision) == korean


def test_concepts_are_named_for_people_and_numbers_agree() -> None:
    named = {
        "person:mark_rutte": ("Mark Rutte", "마르크 뤼터"),
        "office:dapa": ("DAPA", "방위사업청"),
        "agency:cnad": ("CNAD", "나토 국가군비국장회의(CNAD)"),
        "place:the_hague": ("The Hague", "헤이그"),
        "company:hanwha": ("Hanwha", "한화"),
        "nato": ("NATO", "나토"),
        "somebody_new": ("Somebody New", "Somebody New"),
    }
    assert {concept: (words("en").name(concept), words("ko").name(concept)) for concept in named} == named
    assert [words("en").count("reports", n) for n in (0, 1, 2)] == ["0 reports", "1 report", "2 reports"]
    assert words("ko").count("outlets", 9) == "매체 9곳"


def test_t5_whoever_a_message_may_name_has_a_korean_name_and_a_known_act_a_korean_title() -> None:
    config = Path(__file__).parents[3] / "config"
    concepts = tomllib.loads((config / "lexicon" / "concepts.toml").read_text(encoding="utf-8"))
    groups = ("person", "office", "agency", "company", "place")
    named = [f"{group}:{name}" for group in groups for name in concepts[group]]
    assert [name for name in named if not _HANGUL.search(words("ko").name(name))] == []
    acts = tomllib.loads((config / "history.toml").read_text(encoding="utf-8"))["event"]
    assert [act["title"] for act in acts if not _HANGUL.search(act.get("title_ko", ""))] == []
