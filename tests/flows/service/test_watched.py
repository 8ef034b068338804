from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.cycle import state
from flows.cycle.home import LockHeldError, hold
from flows.cycle.slots import SlotCovered
from flows.cycle.state import Mark, Service, State
from flows.service import watched
from flows.service.health import BROKEN, DEGRADED, HEALTHY, standing
from flows.service.watched import watch
from tests.publisher import Answer, Publisher
from tests.receivers import HttpReceiver, closed_port
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss
from warehouse.connection import writing
from warehouse.live.migrate import MigrationChanged

TEN, HOUR = timedelta(minutes=10), timedelta(hours=1)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(watched, "self_test_apart", lambda _: "")
    with Publisher({"/en": rss(*noise(2))}) as site:
        made = Stage(tmp_path, site)
        made.feeds({"en": {}})
        yield made


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpReceiver]:
    with HttpReceiver() as made:
        monkeypatch.setenv("KONATO_HEARTBEAT_URL", made.url("/beat"))
        yield made


@pytest.fixture
def hook(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpReceiver]:
    with HttpReceiver() as made:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{made.port}/")
        stage.channels({"name": "hook", "url_env": "HOOK"})
        yield made


def beats(monitor: HttpReceiver) -> list[str]:
    return [one.path for one in monitor.received]


def test_t14_a_publisher_that_is_down_twice_is_told_with_its_home_and_when_it_is_back_a_hiccup_is_not(
    stage: Stage, hook: HttpReceiver
) -> None:
    stage.site.answers["/en"] = Answer(status=500)
    for n in range(3):
        assert not hook.received or n == 2
        watch(stage.config, home=stage.home, now=NOON + n * TEN, everything=True)
    [told] = [one.text for one in hook.received if "The stage poll fails" in one.text]
    assert platform.node() in told
    assert str(stage.home) in told
    stage.site.answers["/en"] = rss(*noise(2))
    watch(stage.config, home=stage.home, now=NOON + 5 * TEN, everything=True)
    assert "Over; it had lasted" in hook.received[-1].text


def test_o6_what_the_self_test_finds_is_told_and_stands_until_it_ran_again(
    stage: Stage, monitor: HttpReceiver, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(("The stage learn fails in the self-test.", ""))
    monkeypatch.setattr(watched, "self_test_apart", lambda _: next(answers))
    watch(stage.config, home=stage.home, now=NOON)
    watch(stage.config, home=stage.home, now=NOON + TEN)
    assert (standing(stage.home).code, set(beats(monitor)[1::2])) == (DEGRADED, {"/beat"})
    assert ["The stage learn fails" in one.text for one in hook.received] == [True]
    state.put(stage.home, tested_at=datetime.now(UTC) - 24 * HOUR)
    watch(stage.config, home=stage.home, now=NOON + 2 * TEN)
    assert beats(monitor)[-1] == "/beat"


@pytest.mark.parametrize(
    ("every", "number", "tested", "due"),
    [("", 1, None, True), ("", 2, HOUR, False), ("", 2, 24 * HOUR, True), ("", 2, -HOUR, True), ("x", 1, HOUR, False),
     ("0", 1, None, False), ("5", 4, None, False), ("5", 5, HOUR, True)],
)  # fmt: skip
def test_o6_when_the_self_test_is_due(
    monkeypatch: pytest.MonkeyPatch, every: str, number: int, tested: timedelta | None, due: bool
) -> None:
    monkeypatch.setenv("KONATO_SELF_TEST_EVERY", every)
    now = datetime.now(UTC)
    known = State(
        cycle=Mark(who="", pid=1, started_at=now, number=number), tested_at=None if tested is None else now - tested
    )
    assert watched._test_due(known) is due


def full(*_: object, **__: object) -> None:
    raise OSError("disk full")


def broken_configuration(stage: Stage, _: pytest.MonkeyPatch) -> None:
    (stage.config / "feeds.toml").write_text("nonsense", encoding="utf-8")


def broken_stage(_: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cycle.cycle.publish", full)


def newer_schema(stage: Stage, _: pytest.MonkeyPatch) -> None:
    with writing(stage.home) as con:
        con.execute("UPDATE migrations SET version = version + 100")


def damaged_beyond_repair(_: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.safety.recover.ensure", full)


def a_disk_nearly_full(_: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.service.health.ROOM", 10**18)


def prefect_down(stage: Stage, _: pytest.MonkeyPatch) -> None:
    down = (("prefect", "Prefect's server has not answered."),)
    usual = {"every": 600.0, "next_slot": NOON, "prefect": "", "up": False, "worker": False}
    service = Service(pid=os.getpid(), since=datetime.now(UTC), problems=down, **usual)  # type: ignore[arg-type]
    state.put(stage.home, service=service)


def publisher_down(stage: Stage, _: pytest.MonkeyPatch) -> None:
    stage.site.answers["/en"] = Answer(status=500)


def receiver_down(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKEN", f"json://127.0.0.1:{closed_port()}/")
    stage.channels({"name": "hook", "url_env": "HOOK"}, {"name": "broken", "url_env": "BROKEN"})
    watch(stage.config, home=stage.home, now=NOON, everything=True)  # a channel hears of later events
    stage.site.answers["/en"] = rss(FOUNDING_EN)


@pytest.mark.parametrize(
    ("breaking", "code", "says"),
    [
        (broken_configuration, BROKEN, "feeds.toml"),
        (broken_stage, BROKEN, "stage publish: OSError: disk full"),
        (newer_schema, BROKEN, "MigrationChanged"),
        (damaged_beyond_repair, BROKEN, "OSError: disk full"),
        (a_disk_nearly_full, DEGRADED, "MB are free"),
        (prefect_down, DEGRADED, "has not answered"),
        (publisher_down, DEGRADED, "The stage poll fails"),
        (receiver_down, DEGRADED, "messages wait for channel broken"),
    ],
)
def test_o1_however_the_watch_suffers_status_heartbeat_and_operators_say_the_same_within_two_slots(
    stage: Stage,
    monitor: HttpReceiver,
    hook: HttpReceiver,
    monkeypatch: pytest.MonkeyPatch,
    breaking: Callable[[Stage, pytest.MonkeyPatch], None],
    code: int,
    says: str,
) -> None:
    watch(stage.config, home=stage.home, now=NOON)
    assert (standing(stage.home).code, beats(monitor)) == (HEALTHY, ["/beat/start", "/beat"])
    with monkeypatch.context() as patched:
        breaking(stage, patched)
        monitor.received.clear()
        for n in (1, 2):
            with pytest.raises((OSError, ConfigError, MigrationChanged)) if code == BROKEN else nullcontext():
                watch(stage.config, home=stage.home, now=NOON + n * TEN, everything=True)
        found = standing(stage.home)
        assert (found.code, any(says in one for one in found.problems)) == (code, True)
        assert beats(monitor) == ["/beat/start", "/beat/fail" if code == BROKEN else "/beat"] * 2
        assert len([one for one in hook.received if says in one.text]) == 1


def test_a_slip_of_the_hand_in_config_is_refused_and_no_failure_of_the_watch(
    stage: Stage, monitor: HttpReceiver, tmp_path: Path
) -> None:
    watch(stage.config, home=stage.home, now=NOON)
    before = state.read(stage.home)
    for typo in (tmp_path / "confg", tmp_path):
        with pytest.raises(ConfigError):
            watch(typo, home=stage.home, now=NOON + TEN)
    assert (standing(stage.home).code, state.read(stage.home)) == (HEALTHY, before)
    assert beats(monitor) == ["/beat/start", "/beat"]


def test_t14_a_first_run_in_which_every_feed_fails_degrades_the_watch_and_pages_nobody(
    stage: Stage, hook: HttpReceiver
) -> None:
    stage.site.answers["/en"] = Answer(status=500)
    watch(stage.config, home=stage.home, now=NOON)
    found = standing(stage.home)
    assert (found.code, hook.received) == (DEGRADED, [])
    assert "the last poll of every feed failed (1 of 1)" in found.problems[0]


def test_x4_an_alertable_event_without_an_alert_or_a_reason_is_a_trouble(stage: Stage, hook: HttpReceiver) -> None:
    stage.site.answers["/en"] = rss(FOUNDING_EN)
    watch(stage.config, home=stage.home, now=NOON)
    assert standing(stage.home).code == HEALTHY
    with writing(stage.home) as con:
        con.execute("DELETE FROM alerts")
    for n in (1, 2):
        watch(stage.config, home=stage.home, now=NOON + n * TEN)
        assert standing(stage.home).code == DEGRADED
    assert ["1 alertable events were told to nobody" in one.text for one in hook.received[1:]] == [True]


def test_a_home_that_somebody_holds_is_no_failed_cycle(
    stage: Stage, monitor: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(stage.config, home=stage.home, now=NOON)
    monkeypatch.setitem(hold.__wrapped__.__kwdefaults__, "wait", timedelta(0))  # type: ignore[attr-defined]
    with hold(stage.home, who="a neighbour"), pytest.raises(LockHeldError, match="a neighbour"):
        watch(stage.config, home=stage.home, now=NOON)
    assert beats(monitor) == ["/beat/start", "/beat", "/beat/start"]
    assert standing(stage.home).code == HEALTHY
    with hold(stage.home, who="a neighbour", takes=-HOUR):
        assert standing(stage.home).code == BROKEN
        with pytest.raises(LockHeldError):
            watch(stage.config, home=stage.home, now=NOON)
    assert beats(monitor)[-1] == "/beat/fail"


def test_a_covered_slot_is_left_alone_and_beats_no_more(stage: Stage, monitor: HttpReceiver) -> None:
    watch(stage.config, home=stage.home, now=NOON)
    with pytest.raises(SlotCovered, match="covered by konato run"):
        watch(stage.config, home=stage.home, now=NOON, slot=LONG_AGO)
    assert beats(monitor) == ["/beat/start", "/beat", "/beat/start"]
    assert len(stage.site.requests) == 1
