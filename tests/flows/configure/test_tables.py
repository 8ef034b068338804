from pathlib import Path

import pytest

from flows.configure.settings import read_settings
from tests.configured import CHANNEL, FEED, PAST, URL, Refusal
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
def test_o8_a_channel_without_a_url_stands_still_alone(config: Path, environment: dict[str, str], why: str) -> None:
    (config / "channels.toml").write_text(CHANNEL + CHANNEL.replace("desk", "two").replace("DESK", "TWO"), "utf-8")
    stopped, good = read_settings(config, {"TWO": URL["DESK"], **environment}).channels
    assert why in stopped.problem
    assert "sesame-secret" not in stopped.problem
    assert good.problem == ""


def test_feeds_stand_in_a_folder_too_and_none_twice(config: Path, refusal: Refusal) -> None:
    (config / "feeds").mkdir()
    (config / "feeds.toml").write_text(FEED, "utf-8")
    (config / "feeds" / "more.toml").write_text(TWIN.replace("a.example", "b.example"), "utf-8")
    assert [feed.name for feed in read_settings(config, URL).feeds.all] == ["a", "b"]
    assert refusal("feeds/more.toml", TWIN).key == "url"


@table("content, key")
def test_a_bad_history_is_refused(refusal: Refusal, content: str, key: str) -> None:
    assert refusal("history.toml", content).key == key


def test_the_known_chain_is_in_order_and_each_act_keeps_its_identity(config: Path) -> None:
    (config / "history.toml").write_text(PAST.replace("06-25", "07-01") + PAST + 'title_ko = "티"\n', encoding="utf-8")
    first, second = read_settings(config, {}).history
    assert [str(event.event_date) for event in (first, second)] == ["2025-06-25", "2025-07-01"]
    assert first.event_id == "hbbaac3579a54e4f" != second.event_id
    assert (first.titles, first.tracks, first.stage.name) == ((("ko", "티"),), ("cooperation",), "HELD")
    assert all(event.history and event.alertable for event in (first, second))
