from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.configure.packaged import packaged_config
from flows.configure.settings import read_settings
from flows.service import prefect as module
from flows.service.api import Api, Row
from flows.service.health import KEY
from flows.service.prefect import FILE, Engine, free_port, home_name, interval, keep_key, read_deployments

QUIET = (sys.executable, "-c", "import time; time.sleep(60)")
TEN = timedelta(minutes=10)


class Server:
    """Stands for Prefect's server: what it is told, and how it answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.applied: list[Row] = []
        self.up, self.refuses, self.paused = True, False, False

        def apply(_: Api, row: Row, *, flow: str, alone: bool) -> str:
            assert alone
            if self.refuses:
                raise OSError("HTTP Error 503")
            self.applied.append(row)
            return flow

        def paused(_: Api, deployment: str) -> bool:
            if not self.up:
                raise OSError("down")
            assert deployment == "watch"
            return self.paused

        monkeypatch.setattr(Api, "answers", lambda *_, **__: self.up or None)
        monkeypatch.setattr(Api, "ensure_pool", lambda _, name: self.calls.append(name))
        monkeypatch.setattr(Api, "apply", apply)
        monkeypatch.setattr(Api, "bury", lambda *_: self.calls.append("bury"))
        monkeypatch.setattr(Api, "paused", paused)
        monkeypatch.setattr(module, "LOOK", 0.0)
        monkeypatch.delenv("PREFECT_API_URL", raising=False)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    return Server(monkeypatch)


def made(home: Path) -> Engine:
    """An engine whose children sleep."""
    engine = Engine(read_settings(packaged_config(), {}), home=home, every=TEN)
    assert engine.server
    engine.server.command = engine.worker.command = QUIET
    return engine


def look_until(engine: Engine, what: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        engine.look()
        time.sleep(0.01)


def test_o3_deployments_are_applied_from_the_packaged_file_before_the_worker_starts(
    server: Server, tmp_path: Path
) -> None:
    engine = made(tmp_path)
    look_until(engine, lambda: engine.worker.running)
    name = home_name(tmp_path, shared=False)
    assert server.calls == [f"konato-{name}", "bury"]
    assert [one["name"] for one in server.applied] == [f"watch-{name}", f"replay-{name}"]
    watch = server.applied[0]
    assert watch["work_pool_name"] == f"konato-{name}"
    assert watch["tags"] == ["konato", f"home {tmp_path}"]
    assert watch["parameters"] == {"config": str(packaged_config().resolve()), "home": str(tmp_path)}
    assert watch["schedules"][0]["schedule"]["interval"] == 600.0  # type: ignore[index]
    assert (engine.trouble(), engine.paused) == ("", False)
    engine.stop()
    assert not engine.worker.running


def test_x2_our_server_has_a_key_of_its_own_and_no_secret_of_a_channel(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KONATO_HEARTBEAT_URL", "http://secret")
    engine = made(tmp_path)
    assert engine.server
    look_until(engine, lambda: engine.server and engine.server.running)
    given = dict(engine.server.environment)
    assert given["PREFECT_SERVER_API_AUTH_STRING"] == engine.environment["PREFECT_API_AUTH_STRING"]
    assert len(given["PREFECT_SERVER_API_AUTH_STRING"]) > 30
    assert given["PREFECT_SERVER_CSRF_PROTECTION_ENABLED"] == "true"
    assert given["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == engine.url.removesuffix("/api")
    assert given["PREFECT_SERVER_API_HOST"] == "127.0.0.1"
    assert "KONATO_HEARTBEAT_URL" not in given
    assert engine.worker.environment["KONATO_HEARTBEAT_URL"] == "http://secret"
    key = tmp_path / KEY
    assert key.read_text().strip() == given["PREFECT_SERVER_API_AUTH_STRING"]
    assert key.stat().st_mode & 0o777 == 0o600
    engine.server.kill()
    engine.server.restart_at = 0.0
    look_until(engine, lambda: engine.server and engine.server.running)
    assert key.read_text().strip() != given["PREFECT_SERVER_API_AUTH_STRING"]
    engine.stop()
    assert server.calls


def test_a_pause_is_noticed_and_a_server_that_forgot_us_is_told_again(server: Server, tmp_path: Path) -> None:
    engine = made(tmp_path)
    look_until(engine, lambda: engine.worker.running)
    server.paused = True
    look_until(engine, lambda: engine.paused)
    server.up = False
    look_until(engine, lambda: not engine.up)
    assert engine.paused  # as it was when last seen
    server.up, server.paused = True, False
    look_until(engine, lambda: len(server.applied) == 4)
    engine.stop()


def test_deployments_that_are_refused_are_tried_again_and_told(server: Server, tmp_path: Path) -> None:
    server.refuses = True
    engine = made(tmp_path)
    look_until(engine, lambda: server.calls.count(f"konato-{engine.name}") == 2)
    assert "cannot be applied: HTTP Error 503" in engine.trouble()
    assert not engine.worker.running
    server.refuses = False
    look_until(engine, lambda: engine.worker.running)
    assert engine.trouble() == ""
    engine.stop()


def test_a_server_that_lives_and_does_not_answer_is_killed(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.up = False
    engine = made(tmp_path)
    engine.look()
    assert engine.server
    assert engine.server.process
    monkeypatch.setattr(module, "PATIENCE", -1.0)
    engine.look()
    assert not engine.server.running
    assert "has not answered" in engine.trouble()
    engine.worker.ends, engine.well_at = 3, time.monotonic() + 1000
    assert "worker has died 3 times" in engine.trouble()
    engine.stop()


def test_a_server_that_is_named_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example/api/")
    engine = Engine(read_settings(packaged_config(), {}), home=tmp_path, every=TEN)
    assert engine.server is None
    assert engine.url == "http://prefect.example/api"
    assert not {"PREFECT_HOME", "PREFECT_API_AUTH_STRING"} & (engine.environment.keys() - os.environ.keys())


def test_o4_names_carry_the_home(tmp_path: Path) -> None:
    names = [home_name(tmp_path / a / "var", shared=shared) for a in "ab" for shared in (False, True)]
    assert len(set(names)) == 4
    assert all(name.startswith("var-") for name in names)


def test_o4_a_home_has_a_port_of_its_own_that_can_be_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_SERVER_API_PORT", raising=False)
    assert len({free_port(tmp_path / str(n)) for n in range(20)}) > 10
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(module, "PORT", taken.getsockname()[1])
        monkeypatch.setattr(module, "PORTS", 1)
        assert free_port(tmp_path) != taken.getsockname()[1]
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", "4711")
    assert free_port(tmp_path) == 4711


def test_o4_a_stranger_on_our_port_is_left_to_itself(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.up = False
    engine = made(tmp_path)
    engine.look()
    assert engine.server
    before = engine.server.process
    assert before
    monkeypatch.setattr(Api, "answers", lambda *_, **__: False)
    engine.look()
    assert before.returncode is not None
    assert server.applied == []
    engine.stop()


def test_a_key_that_cannot_be_kept_harms_nothing_and_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    keep_key(tmp_path / "file" / "key", "x")
    (tmp_path / "key").symlink_to(tmp_path / "file")
    keep_key(tmp_path / "key", "x")
    assert ((tmp_path / "file").read_text(), (tmp_path / "key").read_text()) == ("mine", "x\n")


def test_the_interval_is_prefect_yamls() -> None:
    assert interval(read_deployments(FILE)) == TEN


@pytest.mark.parametrize("text", ["", "deployments: []", "deployments: [{name: watch, schedules: []}]", "a: ["])
def test_a_prefect_yaml_without_an_interval_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "prefect.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="interval"):
        read_deployments(file)
