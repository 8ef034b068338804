from __future__ import annotations

from pathlib import Path

import pytest

from flows.configure.settings import examine
from tests.configured import CHANNEL, FEED, URL

QUIET = 'quiet_from = "22:00"\nquiet_to = "07:00"\n'
CONTACT = '[http]\ncontact = "desk@a.example"\n'


@pytest.mark.parametrize(
    ("file", "text", "doubt"),
    [
        ("feeds.toml", "", "no feed is enabled"),
        ("feeds.toml", FEED + "enabled = false\n", "no feed is enabled"),
        *[
            ("feeds.toml", FEED.replace("a.example", host), "always refused without allow_private")
            for host in (
                "127.0.0.1:8000",
                "localhost",
                "a.localhost.",
                "[::1]",
                "127.1",
                "[::ffff:127.0.0.1]",
                "10.0.0.8",
                "192.168.1.1",
                "[fd00::1]",
            )
        ],
        ("feeds.toml", FEED + 'language = "ar"\n', "no words in 'ar'"),
        (
            "channels.toml",
            CHANNEL + QUIET + 'tracks = ["cooperation"]\nurgent_tracks = ["nato_projects"]\n',
            "leave out",
        ),
        ("channels.toml", CHANNEL + 'urgent_tracks = ["nato_projects"]\n', "no effect without quiet_from"),
        ("channels.toml", CHANNEL + 'languages = ["vi"]\n', "no enabled feed is in vi"),
        ("channels.toml", CHANNEL + CHANNEL.replace("desk", "two"), "2 channels send to the URL in DESK"),
        ("konato.toml", "", "contact is not set"),
        ("konato.toml", CONTACT + '[cycle]\ndeadline = "30s"\n', "deadline is 30 s"),
    ],
)
def test_o9_what_is_hardly_meant_is_a_warning_and_no_fault(config: Path, file: str, text: str, doubt: str) -> None:
    good = {"feeds.toml": FEED, "channels.toml": CHANNEL, "konato.toml": CONTACT}
    for name, content in {**good, file: text}.items():
        (config / name).write_text(content, encoding="utf-8")
    found = examine(config, URL)
    assert found.settings is not None
    assert [doubt in one for one in found.doubts] == [True]


def test_o9_a_sound_configuration_raises_no_doubt_and_a_faulty_one_still_does(config: Path) -> None:
    for name, content in {"feeds.toml": FEED, "channels.toml": CHANNEL, "konato.toml": CONTACT}.items():
        (config / name).write_text(content, encoding="utf-8")
    assert examine(config, URL).doubts == ()
    (config / "feeds.toml").write_text(FEED + 'every = "often"\nenabled = false\n', encoding="utf-8")
    found = examine(config, URL)
    assert (found.settings, len(found.faults), len(found.doubts)) == (None, 1, 1)
