from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.model import FeedNotice
from flows.cycle import state
from flows.cycle.home import hold
from flows.cycle.state import Trouble
from flows.service.health import Found, Verdict
from flows.service.operators import changes, note, tell_anyhow
from tests.publisher import Publisher
from tests.receivers import HttpReceiver
from tests.stage import Stage

NOW = datetime(2025, 6, 26, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_trouble_is_told_once_reminded_daily_and_told_when_over() -> None:
    told: list[str] = []
    still: tuple[Trouble, ...] = ()
    for hours in range(72):
        found = {"disk": "full"} if hours < 60 else {}
        still, notices = changes(still, found, now=NOW + hours * HOUR)
        told += [f"{hours}:{notice.kind}" for notice in notices]
    assert told == ["0:failing", "24:reminder", "48:reminder", "60:recovered"]
    assert still == ()


def test_each_telling_has_its_own_key_and_says_since_when() -> None:
    still, (first,) = changes((), {"disk": "full"}, now=NOW)
    later, (second,) = changes(still, {"disk": "fuller"}, now=NOW + 25 * HOUR)
    _, (third,) = changes(later, {}, now=NOW + 26 * HOUR)
    assert first.detail == "full"
    assert second.detail == "Still, since 2025-06-26 03:00 UTC: fuller"
    assert third.detail.startswith("Over; it had lasted since 2025-06-26 03:00 UTC")
    assert len({(one.kind, one.key) for one in (first, second, third)}) == 3


def test_a_clock_that_went_back_reminds_no_later_than_a_day_from_then() -> None:
    still, _ = changes((), {"disk": "full"}, now=NOW)
    still, none = changes(still, {"disk": "full"}, now=NOW - 100 * HOUR)
    _, (notice,) = changes(still, {"disk": "full"}, now=NOW - 75 * HOUR)
    assert (none, notice.kind) == ((), "reminder")


def test_only_what_no_other_notice_tells_is_noted_and_stays_untold_until_told(tmp_path: Path) -> None:
    found = (Found(name="disk", detail="full"), Found(name="feed en", detail="unhealthy", told=False))
    assert [one.feed for one in note(tmp_path, Verdict(found=found), now=NOW)] == ["disk"]
    assert [one.feed for one in note(tmp_path, Verdict(found=found), now=NOW)] == ["disk"]
    assert [one.kind for one in note(tmp_path, Verdict(found=()), now=NOW)] == ["failing", "recovered"]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Publisher() as site:
        yield Stage(tmp_path, site)


@pytest.fixture
def hook(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpReceiver]:
    with HttpReceiver() as made:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{made.port}/")
        stage.channels({"name": "hook", "url_env": "HOOK"})
        stage.home.mkdir()
        channels = stage.settings({"HOOK": "json://127.0.0.1/"}).channels
        notice = FeedNotice(feed="disk", outlet="", kind="failing", since=NOW, detail="It is full.", key="1")
        state.put(stage.home, untold=(notice,), channels=channels)
        yield made


@pytest.mark.parametrize("broken", ["nothing", "home", "configuration"])
def test_operators_are_told_once_whatever_is_broken(stage: Stage, hook: HttpReceiver, broken: str) -> None:
    if broken == "configuration":
        (stage.config / "channels.toml").write_text("nonsense", encoding="utf-8")
    if broken == "home":
        (stage.home / "konato.duckdb").mkdir()
    assert tell_anyhow(stage.config, stage.home, who="a test")
    assert tell_anyhow(stage.config, stage.home, who="a test")
    assert ["It is full." in one.text for one in hook.received] == [True]
    assert state.read(stage.home).untold == ()


def test_operators_who_cannot_be_reached_are_told_later(
    stage: Stage, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.cycle.home.WAIT", timedelta(0))
    hook.script.otherwise = "500"
    (stage.config / "channels.toml").write_text("nonsense", encoding="utf-8")
    assert not tell_anyhow(stage.config, stage.home, who="a test")
    assert len(state.read(stage.home).untold) == 1


def test_a_home_that_is_held_is_not_waited_for_for_ever(
    stage: Stage, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hold.__wrapped__.__kwdefaults__, "wait", timedelta(0))  # type: ignore[attr-defined]
    with hold(stage.home, who="a cycle that hangs"):
        assert tell_anyhow(stage.config, stage.home, who="a test")
    assert len(hook.received) == 1
