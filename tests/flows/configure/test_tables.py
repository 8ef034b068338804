from pathlib import Path

import pytest

from flows.configure.settings import read_settings
from tests.configured import CHANNEL, FEED, URL, Refusal
from tests.table import table

TWIN = FEED.replace('"a"', '"b"')


@table("content, key")
def test_bad_feeds_are_refused(refusal: Refusal, content: str, key: str) -> None:
    assert refusal("feeds.toml", content).key == key


@table("line, key")
def test_bad_channels_are_refused(refusal: Refusal, line: str, key: str) -> None:
    assert refusal("channels.toml", f"{CHANNEL}{line}\n").key == key


def test_a_url_in_the_place_of_its_variable_is_refused_and_not_shown(refusal: Refusal) -> None:
    refused = refusal("channels.toml", '[[channel]]\nname = "desk"\nurl_env = "json://host/secret"\n')
    assert (refused.key, "secret" in refused.reason) == ("url_env", False)


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


def test_feeds_stand_in_a_folder_too_and_none_twice(config: Path, refusal: Refusal) -> None:
    (config / "feeds").mkdir()
    (config / "feeds.toml").write_text(FEED, "utf-8")
    (config / "feeds" / "more.toml").write_text(TWIN.replace("a.example", "b.example"), "utf-8")
    assert [feed.name for feed in read_settings(config, URL).feeds] == ["a", "b"]
    assert refusal("feeds/more.toml", TWIN).key == "url"
