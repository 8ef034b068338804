import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.configure.packaged import packaged_config
from flows.configure.settings import examine, read_settings
from flows.configure.tables import CONSOLE, channel_url
from tests.configured import CHANNEL, FEED, URL, Refusal
from tests.table import table, tables


def test_the_shipped_configuration_is_good() -> None:
    settings = read_settings(packaged_config(), {})
    assert len(settings.feeds.all) > 60
    assert settings.channels == (CONSOLE,)
    assert channel_url(CONSOLE) == "console://"
    assert [feed.name for feed in settings.feeds.all if "news.google.com" in feed.url and feed.enabled] == []
    assert all(event.history and event.alertable for event in settings.history)


def test_defaults_and_values(config: Path) -> None:
    (config / "feeds.toml").write_text(FEED + 'every = "30s"\nage_gate = "2d"\n', encoding="utf-8")
    (config / "channels.toml").write_text(CHANNEL + 'tracks = ["nato_projects"]\n', encoding="utf-8")
    (config / "konato.toml").write_text(tables(__file__)["SERVICE"], encoding="utf-8")
    settings = read_settings(config, URL)
    feed, channel = settings.feeds.all[0], settings.channels[0]
    assert (feed.outlet, feed.every, feed.age_gate) == ("a", timedelta(seconds=30), timedelta(days=2))
    assert (channel.tracks, channel_url(channel, URL)) == (("nato_projects",), URL["DESK"])
    assert "desk@a.example" in settings.user_agent
    assert (settings.limits.read_seconds, settings.limits.body_bytes, settings.limits.redirects) == (5.0, 2_000_000, 5)
    assert (settings.deadline, settings.horizon) == (timedelta(minutes=1), timedelta(days=9))
    assert (settings.retention, settings.raw_days, settings.readers) == (timedelta(days=10), 1, "owner")


def test_a_track_without_a_label_is_refused_in_words(config: Path) -> None:
    (config / "lexicon").unlink()
    shutil.copytree(packaged_config() / "lexicon", config / "lexicon")
    file = config / "lexicon" / "concepts.toml"
    words = file.read_text(encoding="utf-8")
    file.write_text(words.replace("[track]\n", '[track]\nspace_talks = ["body"]\n'), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"concepts\.toml, track, space_talks: has no label in en, ko\. Write"):
        read_settings(config, {})


def test_empty_files_are_good_and_missing_ones_are_not(tmp_path: Path, config: Path) -> None:
    for name in ("feeds.toml", "channels.toml", "konato.toml"):
        (config / name).write_text("", encoding="utf-8")
    (config / "history.toml").unlink()
    settings = read_settings(config, {})
    assert ([*settings.feeds.all], settings.history) == ([], ())
    with pytest.raises(ConfigError, match="--config"):
        read_settings(tmp_path / "nowhere", {})
    (config / "feeds.toml").unlink()
    with pytest.raises(ConfigError, match=r"feeds\.toml"):
        read_settings(config, {})


@table("content, key")
def test_a_bad_service_file_is_refused(refusal: Refusal, content: str, key: str) -> None:
    assert refusal("konato.toml", content).key == key


def test_o9_all_faults_of_all_files_are_found_in_one_reading(config: Path) -> None:
    faulty = tables(__file__)["FAULTY"]
    for file, text, _ in faulty:
        (config / file).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_settings(config, {})
    found = [(Path(one.file).name, one.key) for one in (caught.value, *caught.value.others)]
    assert sorted(found) == [(file, key) for file, _, keys in faulty for key in keys]
    assert len(str(caught.value).splitlines()) == len(found)


def test_feeds_that_a_home_found_good_are_read_when_they_are_asked_for(config: Path, tmp_path: Path) -> None:
    home, file = tmp_path / "home", config / "feeds.toml"
    file.write_text(FEED + 'colour = "red"\n', encoding="utf-8")
    for _ in range(2):  # what is faulty is noted by no home
        with pytest.raises(ConfigError, match="colour"):
            read_settings(config, {}, home=home)
    file.write_text(FEED, encoding="utf-8")
    first, second = (read_settings(config, {}, home=home).feeds for _ in range(2))
    assert ("_all" in vars(second), first.seal) == (False, second.seal)
    assert second.all == first.all == read_settings(config, {}).feeds.all
    (config / "feeds").mkdir(exist_ok=True)
    (config / "feeds" / "more.toml").write_text(FEED, encoding="utf-8")
    with pytest.raises(ConfigError, match="duplicate"):
        read_settings(config, {}, home=home)


CONTACT = '[http]\ncontact = "desk@a.example"\n'
SOUND = {"feeds.toml": FEED, "channels.toml": CHANNEL, "konato.toml": CONTACT}


@table("file, text, doubts")
def test_o9_what_is_hardly_meant_is_a_mere_warning(config: Path, file: str, text: str, doubts: list[str]) -> None:
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
