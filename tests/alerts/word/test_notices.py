from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from alerts.word.notices import said

HANGUL = re.compile("[가-힣]")
SOURCES = Path(__file__).parents[3] / "extractors" / "polling" / "notices.toml"
FEEDS = [text for table in tomllib.loads(SOURCES.read_text(encoding="utf-8")).values() for text in table.values()]


@pytest.mark.parametrize("text", FEEDS, ids=lambda text: text[:30])
def test_t5_each_notice_of_a_feed_has_its_korean_words_with_all_that_it_names(text: str) -> None:
    names = re.findall(r"{(\w+)}", text)
    english = text.format(**{name: f"<{name}>" for name in names}) + " (on vm, home /var)"
    korean = said(english, "ko")
    assert not re.search("[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", korean), korean
    assert HANGUL.search(korean)
    assert all(f"<{name}>" in korean for name in (*names,))
    assert "vm" in korean


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("Still, since 2026-11-02 10:00 UTC: Only 12 MB are free in /var.", "2026-11-02 10:00 UTC부터 계속됩니다. /var에 남은 공간이 12MB뿐입니다."),
        ("Over. It was: The home cannot be written: the disk is full. Nothing is stored until it can.",
         "해결되었습니다. 있던 문제: 홈에 쓸 수 없습니다: 디스크가 가득 참. 쓸 수 있을 때까지 아무것도 저장되지 않습니다."),
        ("The last cycle failed: it was cut off: cron, process 7, is gone", "마지막 회차가 실패했습니다: 도중에 끊겼습니다(cron, 프로세스 7)"),
        ("Channel desk stands still, and what is due to it waits: DESK is not set: export it with the channel's Apprise URL, or remove the channel.",
         "채널 desk이(가) 멈춰 있고, 보낼 것이 기다립니다: 환경 변수 DESK에 값이 없습니다. 채널의 Apprise URL을 넣거나 채널을 지우십시오."),
        ("deliver: channel desk", "채널 desk의 전송"),
        ("something that nobody has foreseen", "something that nobody has foreseen"),
    ],
)  # fmt: skip
def test_t5_what_the_watch_says_of_itself_is_said_in_korean_part_by_part(english: str, korean: str) -> None:
    assert said(english, "ko") == korean


def test_t14_an_english_title_is_no_cipher() -> None:
    assert said("deliver: channel desk", "en") == "messages to channel desk"
