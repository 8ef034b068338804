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


@pytest.mark.parametrize(
    ("precision", "day", "english", "korean"),
    [
        ("day", date(2025, 6, 25), "25 June 2025", "2025년 6월 25일"),
        ("", date(2025, 6, 25), "25 June 2025", "2025년 6월 25일"),
        ("week", date(2025, 9, 22), "the week of 22 September 2025", "2025년 9월 22일이 든 주"),
        ("part_of_month", date(2025, 9, 1), "early September 2025", "2025년 9월 초"),
        ("part_of_month", date(2025, 9, 11), "mid-September 2025", "2025년 9월 중순"),
        ("part_of_month", date(2025, 8, 31), "late August 2025", "2025년 8월 말"),
        ("month", date(2025, 9, 1), "September 2025", "2025년 9월"),
        ("quarter", date(2025, 10, 1), "the fourth quarter of 2025", "2025년 4분기"),
        ("year", date(2025, 1, 1), "2025", "2025년"),
        ("day", None, "no date given", "날짜 미상"),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(precision: str, day: date | None, english: str, korean: str) -> None:
    assert (EN.when(day, precision), KO.when(day, precision)) == (english, korean)


def test_concepts_are_named_for_people_and_numbers_agree() -> None:
    named = {
        "person:mark_rutte": ("Mark Rutte", "마르크 뤼터"),
        "office:dapa": ("DAPA", "방위사업청"),
        "agency:cnad": ("CNAD", "나토 국가군비국장회의(CNAD)"),
        "nato": ("NATO", "나토"),
        "somebody_new": ("Somebody New", "Somebody New"),
    }
    assert {concept: (EN.name(concept), KO.name(concept)) for concept in named} == named
    assert [EN.count("reports", n) for n in (0, 1, 2)] == ["0 reports", "1 report", "2 reports"]
    assert KO.count("outlets", 9) == "매체 9곳"


def test_t5_whoever_a_message_may_name_has_a_korean_name_and_a_known_act_a_korean_title() -> None:
    concepts = read(ROOT / "config/lexicon/concepts.toml")
    named = [
        f"{group}:{name}" for group in ("person", "office", "agency", "company", "place") for name in concepts[group]
    ]
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


@pytest.mark.parametrize(
    ("english", "language", "said"),
    [
        ("Still, since 2026-11-02 10:00 UTC: Only 12 MB are free in /var.", "ko", "2026-11-02 10:00 UTC부터 계속됩니다. /var에 남은 공간이 12MB뿐입니다."),
        ("Over. It was: The home cannot be written: the disk is full. Nothing is stored until it can.", "ko",
         "해결되었습니다. 있던 문제: 홈에 쓸 수 없습니다: 디스크가 가득 참. 쓸 수 있을 때까지 아무것도 저장되지 않습니다."),
        ("The last cycle failed: it was cut off: cron, process 7, is gone", "ko", "마지막 회차가 실패했습니다: 도중에 끊겼습니다(cron, 프로세스 7)"),
        ("Channel desk stands still, and what is due to it waits: DESK is not set: export it with the channel's Apprise URL, or remove the channel.", "ko",
         "채널 desk이(가) 멈춰 있고, 보낼 것이 기다립니다: 환경 변수 DESK에 값이 없습니다. 채널의 Apprise URL을 넣거나 채널을 지우십시오."),
        ("deliver: channel desk", "ko", "채널 desk의 전송"),
        ("deliver: channel desk", "en", "messages to channel desk"),  # t14: an English title is no cipher
        ("Shard 2: 1,204 feeds are not polled in time, no poller has been at the shard for 45 min. Start `konato poll --shard 2 --every 30s` on some machine.", "ko",
         "샤드 2: 피드 1,204개가 제때 수집되지 않습니다. 이 샤드의 수집기가 45분 동안 실행되지 않았습니다. 아무 컴퓨터에서나 `konato poll --shard 2 --every 30s` 명령을 실행하십시오."),
        ("something that nobody has foreseen", "ko", "something that nobody has foreseen"),
    ],
)  # fmt: skip
def test_t5_t14_what_the_watch_says_of_itself_is_said_in_the_channels_language_part_by_part(
    english: str, language: str, said: str
) -> None:
    assert notice(english, language) == said
