from pathlib import Path

import pytest

from flows.configure.settings import examine
from tests.configured import CHANNEL, FEED, URL

CONTACT = '[http]\ncontact = "desk@a.example"\n'
URGENT = 'urgent_tracks = ["nato_projects"]\n'
SOUND = {"feeds.toml": FEED, "channels.toml": CHANNEL, "konato.toml": CONTACT}
PRIVATE = (
    "127.0.0.1:8000", "localhost", "a.localhost.", "[::1]", "127.1", "[::ffff:127.0.0.1]", "10.0.0.8", "[fd00::1]",
)  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text", "doubts"),
    [
        ("konato.toml", CONTACT, []),
        ("feeds.toml", "", ["no feed is enabled"]),
        ("feeds.toml", FEED + "enabled = false\n", ["no feed is enabled"]),
        *[("feeds.toml", FEED.replace("a.example", host), ["always refused without allow"]) for host in PRIVATE],
        ("feeds.toml", FEED + 'language = "ar"\n', ["no words in 'ar'"]),
        ("channels.toml", CHANNEL + 'tracks = ["cooperation"]\n' + URGENT, ["leave out", "no effect"]),
        ("channels.toml", CHANNEL + URGENT, ["no effect without quiet_from"]),
        ("channels.toml", CHANNEL + 'languages = ["vi"]\n', ["no enabled feed is in vi"]),
        ("channels.toml", CHANNEL + CHANNEL.replace("desk", "two"), ["2 channels send to the URL in DESK"]),
        ("konato.toml", "", ["contact is not set"]),
        ("konato.toml", CONTACT + '[cycle]\ndeadline = "30s"\n', ["deadline is 30 s"]),
        ("konato.toml", CONTACT + '[cluster]\ndatabase_env = "NOWHERE"\n', ["names NOWHERE, which is not set"]),
        ("konato.toml", CONTACT + '[cluster]\ndatabase_env = "DESK"\n', []),
    ],
)
def test_o9_what_is_hardly_meant_is_a_warning_and_no_fault(
    config: Path, file: str, text: str, doubts: list[str]
) -> None:
    for name, content in {**SOUND, file: text}.items():
        (config / name).write_text(content, encoding="utf-8")
    found = examine(config, URL)
    assert found.settings is not None
    assert [doubt in one for doubt, one in zip(doubts, found.doubts, strict=True)] == [True] * len(doubts)


def test_o9_a_faulty_configuration_raises_doubts_too(config: Path) -> None:
    (config / "feeds.toml").write_text(FEED + 'every = "often"\nenabled = false\n', encoding="utf-8")
    (config / "konato.toml").write_text(CONTACT, encoding="utf-8")
    found = examine(config, URL)
    assert (found.settings, len(found.faults), len([*found.doubts])) == (None, 1, 1)
