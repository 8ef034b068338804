from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.model import FeedNotice
from extractors.story import Rejection
from flows.cycle import learn as learning
from flows.cycle.slots import SlotCovered
from flows.service import errands
from flows.service.attended import attend
from flows.service.health import standing
from flows.service.troubles import Errand
from tests.publisher import Answer, Publisher
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss
from warehouse.live.codec import encode

TEN = timedelta(minutes=10)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with Publisher({"/en": rss(*noise(2))}) as site:
        made = Stage(tmp_path, site)
        made.feeds({"en": {}})
        monkeypatch.setenv("KONATO_CONFIG", str(made.config))
        monkeypatch.setenv("KONATO_HOME", str(made.home))
        yield made


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpReceiver]:
    with HttpReceiver() as made:
        monkeypatch.setenv("KONATO_HEARTBEAT_URL", f"{made.url}/beat")
        yield made


@pytest.fixture
def hook(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpReceiver]:
    with HttpReceiver() as made:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{made.port}/")
        stage.channels({"name": "hook", "url_env": "HOOK"})
        yield made


def environment(hook: HttpReceiver) -> dict[str, str]:
    return {"HOOK": f"json://127.0.0.1:{hook.port}/"}


def beats(monitor: HttpReceiver) -> list[str]:
    return [one.path for one in monitor.received]


def test_a_complete_cycle_beats(stage: Stage, monitor: HttpReceiver) -> None:
    attend(stage.settings(), home=stage.home, now=NOON)
    assert beats(monitor) == ["/beat/start", "/beat"]


def test_a_publisher_that_is_down_is_told_at_once_and_when_it_is_back(
    stage: Stage, monitor: HttpReceiver, hook: HttpReceiver
) -> None:
    settings = stage.settings(environment(hook))
    stage.site.answers["/en"] = Answer(status=500)
    for n in range(3):
        attend(settings, home=stage.home, now=NOON + n * TEN, everything=True)
    assert beats(monitor)[1::2] == ["/beat/fail"] * 3
    assert len([one for one in hook.received if "The stage poll fails" in one.text]) == 1
    stage.site.answers["/en"] = rss(*noise(2))
    attend(settings, home=stage.home, now=NOON + 5 * TEN, everything=True)
    assert beats(monitor)[-1] == "/beat"
    assert "Over; it had lasted" in hook.received[-1].text


def test_a_receiver_that_refuses_is_told_on_the_other_channel(
    stage: Stage, monitor: HttpReceiver, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HttpReceiver(otherwise="500") as broken:
        monkeypatch.setenv("BROKEN", f"json://127.0.0.1:{broken.port}/")
        stage.channels({"name": "hook", "url_env": "HOOK"}, {"name": "broken", "url_env": "BROKEN"})
        stage.site.answers["/en"] = rss(FOUNDING_EN)
        both = {**environment(hook), "BROKEN": f"json://127.0.0.1:{broken.port}/"}
        attend(stage.settings(both), home=stage.home, now=NOON)
        assert beats(monitor)[-1] == "/beat/fail"
        assert any("The stage deliver fails: 1 messages wait for channel broken" in one.text for one in hook.received)
        assert len(broken.received) == 1
        found = standing(stage.home)
        assert (found.code, [one for one in found.problems if "channel broken" in one][:1]) == (1, [found.problems[-1]])


def test_a_detector_that_finds_nothing_is_named_by_the_self_test(
    stage: Stage, monitor: HttpReceiver, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "describe", lambda item, *_, **__: Rejection(item_id=item.item_id, reason="none"))
    attend(stage.settings(environment(hook)), home=stage.home, now=NOON)
    assert beats(monitor)[-1] == "/beat/fail"
    assert "The stage learn fails in the self-test" in hook.received[-1].text
    assert stage.ask("SELECT count(*) FROM feeds WHERE feed = 'self-test'") == [(0,)]


def test_a_cycle_that_fails_says_fail_and_names_its_stage(
    stage: Stage, monitor: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("flows.cycle.cycle.publish", full)
    with pytest.raises(OSError, match="disk full") as caught:
        attend(stage.settings(), home=stage.home, now=NOON)
    assert caught.value.__notes__ == ["stage publish"]
    assert beats(monitor) == ["/beat/start", "/beat/fail"]


def test_a_covered_slot_is_left_alone_and_beats_no_more(stage: Stage, monitor: HttpReceiver) -> None:
    attend(stage.settings(), home=stage.home, now=NOON)
    with pytest.raises(SlotCovered, match="covered by konato run"):
        attend(stage.settings(), home=stage.home, now=NOON, slot=LONG_AGO)
    assert beats(monitor) == ["/beat/start", "/beat", "/beat/start"]
    assert len(stage.site.requests) == 1


def test_the_service_errands_cover_a_slot_and_say_why_not(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    slot = datetime.now(UTC).isoformat()
    assert errands.main(["cycle", slot]) == 0
    assert errands.main(["cycle", slot]) == 0
    assert len(stage.site.requests) == 1
    (stage.config / "feeds.toml").write_text("nonsense", encoding="utf-8")
    assert errands.main(["cycle", (datetime.now(UTC) + TEN).isoformat()]) == 1
    assert errands.main(["nonsense"]) == 2
    del monkeypatch


@pytest.mark.parametrize("how", ["outbox", "directly", "broken home", "broken configuration"])
def test_operators_are_told_whatever_is_broken(
    stage: Stage, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    channels = stage.settings(environment(hook)).channels
    notice = FeedNotice(feed="disk", outlet="", kind="failing", since=NOON, detail="It is full.", key="1")
    if how == "broken configuration":
        (stage.config / "channels.toml").write_text("nonsense", encoding="utf-8")
    if how == "broken home":
        stage.home.write_text("a file", encoding="utf-8")
    errand = Errand(notices=(notice,), channels=channels, directly=how == "directly")
    monkeypatch.setattr("sys.stdin", io.StringIO(encode(errand)))
    assert errands.main(["tell"]) == 0
    assert len(hook.received) == 1
    assert "It is full." in hook.received[0].text


def test_operators_who_cannot_be_reached_are_not_told(
    stage: Stage, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = stage.settings(environment(hook)).channels
    hook.script.otherwise = "500"
    notice = FeedNotice(feed="disk", outlet="", kind="failing", since=NOON, detail="It is full.", key="1")
    errand = Errand(notices=(notice,), channels=channels, directly=True)
    monkeypatch.setattr("sys.stdin", io.StringIO(encode(errand)))
    assert errands.main(["tell"]) == 1
