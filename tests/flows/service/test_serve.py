import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.cli.main import main
from flows.cycle import state
from flows.cycle.home import hold
from flows.cycle.state import claimed, slot_of
from flows.service import serve
from flows.service.health import BROKEN, judge, look
from flows.service.serve import Service, run_service
from tests.builders import raising
from tests.receivers import HttpReceiver, closed_port
from tests.stage import Stage
from tests.table import table
from tests.unattended import Serving, news, until

TEN, MINUTE = timedelta(minutes=10), timedelta(minutes=1)


def test_a_service_serves_its_slots_without_prefect(stage: Stage) -> None:
    with HttpReceiver() as hook:
        stage.site.answers = {"/en": news()}
        stage.feeds({"en": {"every": "1s", "age_gate": "9000d"}})
        stage.channels({"name": "hook", "url_env": "HOOK"})
        down = {"PREFECT_API_URL": f"http://127.0.0.1:{closed_port()}/api", "KONATO_SELF_TEST_EVERY": "0"}
        with Serving(stage, {"HOOK": f"json://127.0.0.1:{hook.port}/", **down}, every="3s") as serving:
            until(lambda: len(stage.site.requests) > 1)
            assert len([one for one in hook.received if "consultative body" in one.text]) == 1
            serving.end()


def test_a_second_service_waits_for_the_first_ones_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    over = threading.Event()
    serve._wait(tmp_path, over)
    second = threading.Thread(target=serve._wait, args=(tmp_path, over))
    second.start()
    until(lambda: "another service has this home" in caplog.text)
    assert second.is_alive()
    over.set()
    second.join()


class Here:
    """A child that runs in this process, over as soon as it is started."""

    running = False

    def __init__(self, _name: str, _module: str, *command: str, environment: dict[str, str], once: bool) -> None:
        self.command, self.environment, self.once, self.code, self.said = command, environment, once, 0, ""

    def start(self) -> None:
        with pytest.MonkeyPatch.context() as patched, suppress(SystemExit):
            patched.setattr(sys, "argv", ["konato", *self.command])
            patched.setattr("flows.cli.run.configure", lambda _: None)  # the logs stay the test's
            for name in ("KONATO_HOME", "KONATO_CONFIG"):
                patched.setenv(name, self.environment[name])
            main()

    def look(self) -> None:
        pass

    def stop(self, _: float) -> None:
        pass


@pytest.fixture
def serving(stage: Stage, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A service whose Prefect is named and down, so that nothing of it is started."""
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{closed_port()}/api")
    monkeypatch.setattr(serve, "Child", Here)
    stage.home.mkdir()
    return Service(stage.settings({"HOOK": f"json://127.0.0.1:{hook.port}/"}), home=stage.home, every=TEN)


def now() -> datetime:
    return datetime.now(UTC)


def run(service: Service, who: str = "konato run") -> None:
    with hold(service.home, who=who), claimed(service.home, slot=None, who=who):
        pass


def test_a_slot_that_a_cycle_covers_starts_nothing(serving: Service) -> None:
    run(serving)
    serving._look_at_slot(now())
    assert (serving.cycle, serving.done) == (None, slot_of(now(), TEN))


def test_prefect_down_or_idle_is_a_trouble_and_no_more(serving: Service) -> None:
    run(serving)
    assert serving._problems(now()) == ()
    serving.engine.well_at -= 1000
    assert "has not answered" in serving._problems(now())[0][1]
    serving._note(now())
    assert judge(look(serving.home)).code == 1


@table("idle, ready, came")
def test_o5_prefect_idle_if_it_came_late(serving: Service, ready: int | None, came: int | None, idle: bool) -> None:
    state.put(serving.home, came_at=None if came is None else now() - came * MINUTE)
    serving.ready_at = None if ready is None else now() - ready * MINUTE
    assert bool(serving._problems(now())) is idle


@table("every, needs, patience")
def test_o5_prefect_is_waited_for_as_it_needs(serving: Service, every: int, needs: float, patience: float) -> None:
    serving.every = timedelta(seconds=every)
    state.put(serving.home, needs=needs)
    serving.done, serving.ready_at = now(), now()
    assert not serving._late(timedelta(seconds=patience - 0.1))
    assert serving._late(timedelta(seconds=patience))
    serving.ready_at = None
    assert serving._late(timedelta(0))


def test_o11_a_persons_pause_holds_is_told_and_outlives_the_service(serving: Service, stage: Stage) -> None:
    run(serving)
    serving.engine.paused, serving.done = True, None
    serving._look_at_slot(now() + TEN)
    assert serving.cycle is None
    serving._note(now())
    serving._look_for_troubles(now())
    serving._look_for_troubles(now())
    assert [one.feed for one in state.read(serving.home).untold] == ["paused"]
    assert judge(look(serving.home)).code == 1
    late = judge(look(serving.home, now=now() + 4 * TEN))
    assert (late.code, len(late.found)) == (BROKEN, 1)
    assert Service(stage.settings(), home=serving.home, every=TEN).engine.paused


def test_o1_a_slot_nobody_covers_starts_a_plain_cycle_once(serving: Service, stage: Stage, hook: HttpReceiver) -> None:
    serving._note(now())
    (stage.config / "feeds.toml").write_text("nonsense", encoding="utf-8")
    serving._look_at_slot(now())
    serving._look_at_slot(now())
    assert serving.cycle is None  # it is over, and not tried again
    serving._look_for_troubles(now())
    verdict = judge(look(serving.home))
    assert (verdict.code, "feeds.toml" in verdict.problems[0]) == (BROKEN, True)
    assert [notice.feed for notice in state.read(serving.home).untold] == ["cycle"]
    serving._tell()
    serving._tell()
    assert not serving.untold
    assert ["feeds.toml" in one.text for one in hook.received] == [True]
    serving.stop()


def test_o1_a_home_that_cannot_be_written_is_told_once_straight_away_and_when_it_is_over(
    serving: Service, hook: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for broken in (True, True, False, False):
        with monkeypatch.context() as patched:
            if broken:
                patched.setattr("flows.service.operators.state.update", raising(OSError, "No space left on device"))
            serving._look_for_troubles(now())
        serving._tell()
        serving._tell()
    told = [one.text for one in hook.received]
    assert ["No space left" in one for one in told] == [True, True]
    assert ["Over. It was" in one for one in told] == [False, True]


def test_a_service_that_cannot_read_its_configuration_says_so_in_the_home(stage: Stage) -> None:
    stage.home.mkdir()
    (stage.config / "feeds.toml").write_text("nonsense", encoding="utf-8")
    with pytest.raises(ConfigError):
        run_service(stage.config, home=stage.home, every=TEN)
    assert judge(look(stage.home)).code == BROKEN
