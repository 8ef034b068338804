from __future__ import annotations

from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.configure.settings import read_settings
from tests.configured import CHANNEL, Refusal


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ('[[channel]]\nname = "desk"\nurl_env = "UNSET"\n', "url_env"),
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


def test_an_unusable_channel_url_is_refused_without_showing_it(config: Path) -> None:
    (config / "channels.toml").write_text(CHANNEL, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_settings(config, {"DESK": "nosuchscheme://sesame-secret@host/"})
    assert "sesame-secret" not in str(caught.value)
