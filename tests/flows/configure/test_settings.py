from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.configure.settings import CONSOLE, channel_url, packaged_config, read_settings

FEED = '[[feed]]\nname = "a"\nurl = "https://a.example/rss"\n'
PAST = '[[event]]\ndate = 2025-06-25\ntitle = "t"\ntrack = "cooperation"\nstage = "held"\n'
CHANNEL = '[[channel]]\nname = "desk"\nurl_env = "DESK"\n'
URL = {"DESK": "json://127.0.0.1:9/hook"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(packaged_config(), folder, ignore=shutil.ignore_patterns("lexicon"))
    (folder / "lexicon").symlink_to(packaged_config() / "lexicon", target_is_directory=True)
    return folder


def refusal(config: Path, file: str, content: str) -> ConfigError:
    (config / file).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_settings(config, URL)
    assert str(config / file) in str(caught.value)
    assert caught.value.reason
    assert caught.value.mend
    return caught.value


def test_the_shipped_configuration_is_good() -> None:
    settings = read_settings(packaged_config(), {})
    assert len(settings.feeds) > 60
    assert settings.channels == (CONSOLE,)
    assert channel_url(CONSOLE) == "console://"
    assert [feed.name for feed in settings.feeds if "news.google.com" in feed.url and feed.enabled] == []
    assert all(event.history and event.alertable for event in settings.history)


def test_defaults_and_values(config: Path) -> None:
    (config / "feeds.toml").write_text(FEED + 'every = "30s"\nage_gate = "2d"\n', encoding="utf-8")
    (config / "channels.toml").write_text(
        CHANNEL + 'quiet_from = "22:00"\nquiet_to = "07:00"\ntracks = ["nato_projects"]\n', encoding="utf-8"
    )
    (config / "konato.toml").write_text(
        '[http]\ncontact = "desk@a.example"\ntimeouts = { read = "5s" }\nlimits = { body_bytes = "2MB" }\n'
        '[cycle]\ndeadline = "1m"\n[archive]\nretention = "10d"\nraw_days = 1\n[alerts]\nhorizon = "9d"\n',
        encoding="utf-8",
    )
    settings = read_settings(config, URL)
    feed, channel = settings.feeds[0], settings.channels[0]
    assert (feed.outlet, feed.every, feed.age_gate) == ("a", timedelta(seconds=30), timedelta(days=2))
    assert channel.tracks == ("nato_projects",)
    assert channel_url(channel, URL) == URL["DESK"]
    assert "desk@a.example" in settings.user_agent
    assert (settings.limits.read_seconds, settings.limits.body_bytes) == (5.0, 2_000_000)
    assert (settings.deadline, settings.horizon) == (timedelta(minutes=1), timedelta(days=9))
    assert (settings.retention, settings.raw_days) == (timedelta(days=10), 1)


def test_empty_files_are_good(config: Path) -> None:
    for name in ("feeds.toml", "channels.toml", "konato.toml"):
        (config / name).write_text("", encoding="utf-8")
    (config / "history.toml").unlink()
    settings = read_settings(config, {})
    assert (settings.feeds, settings.history) == ((), ())


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ('[[feed]]\nurl = "https://a.example/"\n', "name"),
        ('[[feed]]\nname = "a"\n', "url"),
        ('[[feed]]\nname = "a"\nurl = "a.example/rss"\n', "url"),
        (FEED + 'colour = "red"\n', "colour"),
        (FEED + 'every = "often"\n', "every"),
        (FEED + 'timezone = "Mars/Olympus"\n', "timezone"),
        (FEED + 'kind = "gopher"\n', "kind"),
        (FEED + 'language = "English"\n', "language"),
        (FEED + 'language = "kr"\n', "language"),
        (FEED + FEED, "name"),
        (FEED + FEED.replace('"a"', '"b"'), "url"),
        (FEED + FEED.replace('"a"', '"b"').replace("https://a.example/rss", "HTTPS://A.example:443/rss#top"), "url"),
        ('[feed]\nname = "a"\n', ""),
        ("feed = [1]\n", ""),
        ("[[feeds]]\n", ""),
        ("[[feed]\n", ""),
    ],
)
def test_bad_feeds_are_refused(config: Path, content: str, key: str) -> None:
    assert refusal(config, "feeds.toml", content).key == key


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
def test_bad_channels_are_refused(config: Path, content: str, key: str) -> None:
    assert refusal(config, "channels.toml", content).key == key


def test_an_unusable_channel_url_is_refused_without_showing_it(config: Path) -> None:
    (config / "channels.toml").write_text(CHANNEL, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_settings(config, {"DESK": "nosuchscheme://sesame-secret@host/"})
    assert "sesame-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("file", "content", "key"),
    [
        ("konato.toml", "[httpd]\n", ""),
        ("konato.toml", "[http]\nspeed = 1\n", "speed"),
        ("konato.toml", '[http]\ntimeouts = { nap = "1s" }\n', "nap"),
        ("konato.toml", '[http]\nlimits = { body_bytes = "much" }\n', "body_bytes"),
        ("konato.toml", "http = 1\n", ""),
        ("konato.toml", "[archive]\nraw_days = -1\n", "raw_days"),
        ("history.toml", '[[event]]\ndate = "2025-06-25"\ntitle = "t"\n', "date"),
        ("history.toml", '[[event]]\ndate = 2025-06-25\ntitle = "t"\ntrack = "x"\n', "track"),
        ("history.toml", PAST + 'place = "atlantis"\n', "place"),
        ("history.toml", PAST + 'actors = ["place:seoul"]\n', "actors"),
        ("history.toml", PAST + PAST, "title"),
    ],
)
def test_bad_service_and_history_files_are_refused(config: Path, file: str, content: str, key: str) -> None:
    assert refusal(config, file, content).key == key


def test_a_missing_directory_or_file_is_refused(tmp_path: Path, config: Path) -> None:
    with pytest.raises(ConfigError, match="--config"):
        read_settings(tmp_path / "nowhere", {})
    (config / "feeds.toml").unlink()
    with pytest.raises(ConfigError, match=r"feeds\.toml"):
        read_settings(config, {})
