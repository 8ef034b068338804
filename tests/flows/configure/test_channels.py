from __future__ import annotations

from pathlib import Path

import pytest

from flows.configure.settings import read_settings
from tests.configured import CHANNEL, URL, Refusal


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ('[[channel]]\nname = "desk"\nurl_env = "json://host/"\n', "url_env"),
        (CHANNEL + 'tracks = ["gossip"]\n', "tracks"),
        (CHANNEL + 'languages = ["Korean"]\n', "languages"),
        (CHANNEL + 'languages = ["ko", "jp"]\n', "languages"),
        (CHANNEL + 'mode = "later"\n', "mode"),
        (CHANNEL + 'digest_at = "sometimes"\n', "digest_at"),
        (CHANNEL + 'quiet_from = "22:00"\n', "quiet_from"),
        (CHANNEL + 'quiet_from = "22:00"\nquiet_to = "22:00"\n', "quiet_to"),
        (CHANNEL + "storm_cap = 0\n", "storm_cap"),
        (CHANNEL + 'language = "fr"\n', "language"),
        (CHANNEL + CHANNEL, "name"),
    ],
)
def test_bad_channels_are_refused(refusal: Refusal, content: str, key: str) -> None:
    assert refusal("channels.toml", content).key == key


@pytest.mark.parametrize(
    ("environment", "why"),
    [({}, "DESK is not set"), ({"DESK": "nosuchscheme://sesame-secret@host/"}, "cannot be used")],
)
def test_o8_a_channel_without_a_usable_url_stands_still_alone(
    config: Path, environment: dict[str, str], why: str
) -> None:
    (config / "channels.toml").write_text(CHANNEL + CHANNEL.replace("desk", "two").replace("DESK", "TWO"), "utf-8")
    stopped, good = read_settings(config, {"TWO": URL["DESK"], **environment}).channels
    assert why in stopped.problem
    assert "sesame-secret" not in stopped.problem
    assert good.problem == ""
