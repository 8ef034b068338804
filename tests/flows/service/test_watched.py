import os
import platform
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.configure.settings import read_settings
from flows.cycle import state
from flows.cycle.home import Cycle, LockHeldError, hold
from flows.cycle.state import Service, SlotCovered, State
from flows.service import watched
from flows.service.health import BROKEN, DEGRADED, HEALTHY, standing
from flows.service.watched import watch
from tests.builders import raising
from tests.publisher import Answer
from tests.receivers import HttpReceiver, closed_port
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss
from tests.table import table
from warehouse.connection import writing
from warehouse.live.migrate import MigrationChanged

TEN, HOUR = timedelta(minutes=10), timedelta(hours=1)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpReceiver]:
    monkeypatch.setattr(watched, "self_test_apart", lambda _: "")
    with HttpReceiver() as made:
        monkeypatch.setenv("KONATO_HEARTBEAT_URL", made.url("/beat"))
        yield made


def beats(monitor: HttpReceiver) -> list[str]:
    return [one.path for one in monitor.received]


def test_t14_a_publisher_down_twice_is_told_with_its_home_and_a_hiccup_is_not(stage: Stage, hook: HttpReceiver) -> None:
    stage.site.answers["/en"] = Answer(status=500)
    watch(stage.config, home=stage.home, now=NOON)
    found = standing(stage.home)
    assert (found.code, hook.received) == (DEGRADED, [])
    assert "the last poll of every feed failed (1 of 1)" in found.problems[0]
    watch(stage.config, home=stage.home, now=NOON + TEN, everything=True)
    [told] = [one.text for one in hook.received]
    for words in ("The stage poll fails", platform.node(), str(stage.home)):
        assert words in told
    assert standing(stage.home).code == DEGRADED
    stage.site.answers["/en"] = rss(*noise(2))
    watch(stage.config, home=stage.home, now=NOON + 5 * TEN, everything=True)
    assert "Over; it had lasted" in hook.received[-1].text


def test_o6_what_it_finds_stands_until_then(well: Stage, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(("The stage learn fails in the self-test.", ""))
    monkeypatch.setattr(watched, "self_test_apart", lambda _: next(answers))

    def conclude() -> int:
        assert watched._conclude(Cycle(settings=read_settings(well.config), home=well.home, now=NOON), test=True)
        return standing(well.home).code

    assert [conclude(), conclude()] == [DEGRADED, DEGRADED]
    assert ["The stage learn fails" in one.text for one in hook.received] == [True]
    state.put(well.home, tested_at=datetime.now(UTC) - 24 * HOUR)
    assert conclude() == HEALTHY


@table("every, due, tested")
def test_o6_when_one_is_due(monkeypatch: pytest.MonkeyPatch, every: str, tested: timedelta | None, due: bool) -> None:
    monkeypatch.setenv("KONATO_SELF_TEST_EVERY", every)
    tested_at = None if tested is None else datetime.now(UTC) - tested
    assert watched._test_due(State(tested_at=tested_at)) is due


FULL = raising(OSError, "disk full")


def newer_schema(stage: Stage, _: pytest.MonkeyPatch) -> None:
    with writing(stage.home) as con:
        con.execute("UPDATE migrations SET version = version + 100")


def little_room_and_prefect_down(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.service.health.ROOM", 10**18)
    down = (("prefect", "Prefect's server has not answered."),)
    usual = {"every": 600.0, "next_slot": NOON, "prefect": "", "up": False, "worker": False}
    service = Service(pid=os.getpid(), since=datetime.now(UTC), problems=down, **usual)  # type: ignore[arg-type]
    state.put(stage.home, service=service)


def receiver_down(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKEN", f"json://127.0.0.1:{closed_port()}/")
    stage.channels({"name": "hook", "url_env": "HOOK"}, {"name": "broken", "url_env": "BROKEN"})
    stage.site.answers["/en"] = rss(FOUNDING_EN)


@pytest.mark.parametrize(
    ("breaking", "code", "says"),
    [
        (lambda stage, _: (stage.config / "feeds.toml").write_text("nonsense", "utf-8"), BROKEN, ("feeds.toml",)),
        (
            lambda _, patch: patch.setattr("flows.cycle.cycle.publish", FULL),
            BROKEN,
            ("stage publish: OSError: disk full",),
        ),
        (newer_schema, BROKEN, ("MigrationChanged",)),
        (lambda _, patch: patch.setattr("warehouse.safety.recover.ensure", FULL), BROKEN, ("OSError: disk full",)),
        (little_room_and_prefect_down, DEGRADED, ("MB are free", "has not answered")),
        (receiver_down, DEGRADED, ("messages wait for channel broken",)),
    ],
)
def test_o1_however_the_watch_suffers_status_heartbeat_and_operators_say_the_same_within_two_slots(
    well: Stage,
    monitor: HttpReceiver,
    hook: HttpReceiver,
    monkeypatch: pytest.MonkeyPatch,
    breaking: Callable[[Stage, pytest.MonkeyPatch], object],
    code: int,
    says: tuple[str, ...],
) -> None:
    breaking(well, monkeypatch)
    for n in (1, 2):
        with pytest.raises((OSError, ConfigError, MigrationChanged)) if code == BROKEN else nullcontext():
            watch(well.config, home=well.home, now=NOON + n * TEN, everything=True)
    found = standing(well.home)
    assert found.code == code
    assert beats(monitor) == ["/beat/start", "/beat/fail" if code == BROKEN else "/beat"] * 2
    for words in says:
        assert words in " ".join(found.problems)
        assert len([one for one in hook.received if words in one.text]) == 1


def test_a_slip_of_the_hand_is_refused_and_no_failure(well: Stage, monitor: HttpReceiver, tmp_path: Path) -> None:
    before = state.read(well.home)
    for typo in (tmp_path / "confg", tmp_path):
        with pytest.raises(ConfigError):
            watch(typo, home=well.home, now=NOON + TEN)
    assert (standing(well.home).code, state.read(well.home), beats(monitor)) == (HEALTHY, before, [])


def test_x4_an_alertable_event_without_an_alert_or_a_reason_is_a_trouble(stage: Stage, hook: HttpReceiver) -> None:
    stage.site.answers["/en"] = rss(FOUNDING_EN)
    watch(stage.config, home=stage.home, now=NOON)
    assert standing(stage.home).code == HEALTHY
    with writing(stage.home) as con:
        con.execute("DELETE FROM alerts")
    for n in (1, 2):
        watch(stage.config, home=stage.home, now=NOON + n * TEN)
        assert standing(stage.home).code == DEGRADED
    assert ["1 alertable events were not told on a channel" in one.text for one in hook.received[1:]] == [True]


def test_o1_a_home_that_somebody_holds_is_no_failed_cycle_until_its_holder_is_late(
    well: Stage, monitor: HttpReceiver, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.cycle.home.WAIT", 0.0)
    for takes, code, said in ((HOUR, HEALTHY, []), (-HOUR, BROKEN, ["/beat/fail"])):
        with hold(well.home, who="a neighbour", takes=takes):
            assert standing(well.home).code == code
            with pytest.raises(LockHeldError, match="a neighbour"):
                watch(well.config, home=well.home, now=NOON)
        assert beats(monitor) == ["/beat/start", *said]
        assert ["no other can run" in one.text for one in hook.received] == [True] * len(said)
        monitor.received.clear()


def test_a_covered_slot_is_left_alone_and_beats_no_more(well: Stage, monitor: HttpReceiver) -> None:
    with pytest.raises(SlotCovered, match="covered by konato run"):
        watch(well.config, home=well.home, now=NOON, slot=LONG_AGO)
    assert (beats(monitor), well.site.requests) == (["/beat/start"], [])
