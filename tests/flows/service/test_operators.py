import logging
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.model import FeedNotice
from flows.cycle import state
from flows.cycle.home import hold
from flows.cycle.state import Trouble
from flows.service.health import Found, Verdict
from flows.service.operators import VARIABLE, beat, changes, note, say_so, started, tell_anyhow
from tests.publisher import Answer, Publisher
from tests.receivers import HttpReceiver, closed_port
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


def test_what_is_noted_stays_untold_until_it_is_told(tmp_path: Path) -> None:
    found = (Found(name="disk", detail="full"),)
    assert [one.feed for one in note(tmp_path, Verdict(found=found), now=NOW)] == ["disk"]
    assert [one.feed for one in note(tmp_path, Verdict(found=found), now=NOW)] == ["disk"]
    assert [one.kind for one in note(tmp_path, Verdict(found=()), now=NOW)] == ["failing", "recovered"]


@pytest.fixture
def untold(stage: Stage, hook: HttpReceiver) -> Stage:
    """A home with something that the operators have not heard."""
    stage.home.mkdir()
    channels = stage.settings({"HOOK": hook.url("/")}).channels
    notice = FeedNotice(feed="disk", outlet="", kind="failing", since=NOW, detail="It is full.", key="1")
    state.put(stage.home, untold=(notice,), channels=channels)
    return stage


@pytest.mark.parametrize("broken", ["nothing", "home", "configuration", "a home that is held"])
def test_o1_operators_are_told(untold: Stage, hook: HttpReceiver, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cycle.home.WAIT", 0.0)
    if broken == "configuration":
        (untold.config / "channels.toml").write_text("nonsense", encoding="utf-8")
    if broken == "home":
        (untold.home / "konato.duckdb").mkdir()
    with hold(untold.home, who="a cycle that hangs") if "held" in broken else nullcontext():
        assert tell_anyhow(untold.config, untold.home, who="a test")
        assert tell_anyhow(untold.config, untold.home, who="a test")
    assert ["It is full." in one.text for one in hook.received] == [True]
    assert state.read(untold.home).untold == ()


def test_a_channel_that_does_not_hear_is_not_asked_to_tell(
    untold: Stage, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER", f"json://127.0.0.1:{hook.port}/other")
    untold.channels({"name": "hook", "url_env": "HOOK"}, {"name": "other", "url_env": "OTHER"})
    state.put(untold.home, ailing=(("deliver: channel other", "It is down."),))
    assert tell_anyhow(untold.config, untold.home, who="a test")
    assert [one.path for one in hook.received] == ["/"]


@pytest.mark.parametrize(("minutes", "told"), [(5, True), (60, False), (24 * 60 + 5, True)])
def test_o1_what_cannot_even_be_noted_is_told_in_the_first_slots_and_again_each_day(
    stage: Stage, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch, minutes: int, told: bool
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    stage.home.mkdir()
    good = datetime.now(UTC) - timedelta(minutes=minutes)
    mark = state.Mark(
        who="a", pid=1, started_at=good, finished_at=good, good_at=good, problem="OSError", steps=(600.0,)
    )
    state.put(stage.home, cycle=mark)
    monkeypatch.setattr("flows.service.operators.note", full)
    say_so(stage.config, stage.home, who="a test")
    assert ["The last cycle failed: OSError" in one.text for one in hook.received] == [True] * told


def test_operators_who_cannot_be_reached_are_told_later(untold: Stage, hook: HttpReceiver) -> None:
    hook.script.otherwise = "500"
    (untold.config / "channels.toml").write_text("nonsense", encoding="utf-8")
    assert not tell_anyhow(untold.config, untold.home, who="a test")
    assert len(state.read(untold.home).untold) == 1


def test_a_monitor_hears_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = ["/a/start", "/a", "/a/fail"]
    with Publisher(dict.fromkeys(paths, Answer(body=b"OK"))) as monitor:
        monkeypatch.setenv(VARIABLE, monitor.url("/a"))
        started().join()
        beat("")
        beat("/fail")
        assert [asked.path for asked in monitor.requests] == paths


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/secret", "file:///etc/passwd", "nonsense", "http://[::", ""])
def test_a_monitor_that_is_down_misnamed_or_not_named_harms_nothing(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, url.format(port=closed_port()))
    with caplog.at_level(logging.WARNING, "konato"):
        beat("")
    assert ("did not answer" in caplog.text, "secret" in caplog.text) == (bool(url), False)
