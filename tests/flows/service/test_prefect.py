import os
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.configure.packaged import packaged_config
from flows.configure.settings import Settings, read_settings
from flows.service import prefect as module
from flows.service.children import direct
from flows.service.health import KEY
from flows.service.prefect import FILE, SAID, Engine, free_port, home_name, read_deployments
from tests.publisher import Answer, Publisher
from tests.receivers import closed_port
from tests.unattended import until
from warehouse import files

TEN = timedelta(minutes=10)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return read_settings(packaged_config(), {})


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the server answers, looked at each time."""
    up = [True]
    monkeypatch.setattr(module, "_answers", lambda _: up[0])
    monkeypatch.setattr(module, "LOOK", 0.0)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("KONATO_HEARTBEAT_URL", "http://secret")
    return up


@pytest.fixture
def engine(settings: Settings, tmp_path: Path, answers: list[bool]) -> Iterator[Engine]:
    """An engine whose children are little programs: the server sleeps, the worker says that the watch goes on."""
    assert answers
    (tmp_path / "lazy.py").write_text(f"import time\nprint({SAID[False]!r}, flush=True)\ntime.sleep(60)\n")
    files.private(tmp_path)
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "prefect").mkdir()
    (tmp_path / KEY).symlink_to(tmp_path / "mine")
    made = Engine(settings, home=tmp_path, every=TEN)
    assert made.server
    made.environment["PYTHONPATH"] = str(tmp_path)
    made.server.command = made.worker.command = ("lazy",)
    yield made
    made.stop()
    assert not made.worker.running


def test_x2_our_server_has_a_key_of_its_own_and_no_secret_of_a_channel(engine: Engine) -> None:
    until(lambda: engine.ready, doing=engine.look)
    assert engine.server
    given = dict(engine.server.environment)
    key = engine.home / KEY
    assert key.read_text().strip() == given["PREFECT_SERVER_API_AUTH_STRING"] == given["PREFECT_API_AUTH_STRING"]
    assert len(given["PREFECT_SERVER_API_AUTH_STRING"]) > 30
    assert (key.is_symlink(), key.stat().st_mode & 0o777) == (False, 0o600)
    assert (engine.home / "mine").read_text() == "mine"  # a planted link is not followed
    assert given["PREFECT_SERVER_CSRF_PROTECTION_ENABLED"] == "true"
    assert given["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == engine.url.removesuffix("/api")
    assert given["PREFECT_SERVER_API_HOST"] == "127.0.0.1"
    for name in ("PREFECT_HOME", "PREFECT_UI_STATIC_DIRECTORY"):  # a container's and systemd's code is read-only
        assert given[name].startswith(f"{engine.home}/prefect")
    assert "KONATO_HEARTBEAT_URL" not in given
    assert engine.worker.environment["KONATO_HEARTBEAT_URL"] == "http://secret"
    engine.server.kill()
    engine.server.restart_at = 0.0
    until(lambda: engine.server and engine.server.running, doing=engine.look)
    assert key.read_text().strip() != given["PREFECT_SERVER_API_AUTH_STRING"]
    assert not engine.ready  # the worker knew the old one


def test_a_pause_is_heard_and_outlives_a_server_that_is_down(engine: Engine, answers: list[bool]) -> None:
    until(lambda: engine.ready, doing=engine.look)
    assert (engine.trouble(), engine.paused) == ("", False)
    engine._hear(SAID[True])
    answers[0] = False
    until(lambda: not engine.up, doing=engine.look)
    assert (engine.paused, engine.ready) == (True, False)
    engine.worker.kill()
    engine.worker.restart_at, answers[0] = 0.0, True
    until(lambda: engine.ready, doing=engine.look)
    assert not engine.paused


def test_a_silent_server_is_killed(engine: Engine, answers: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    answers[0] = False
    engine.look()
    assert engine.server
    assert engine.server.process
    assert not engine.worker.running
    monkeypatch.setattr(module, "PATIENCE", -1.0)
    engine.look()
    assert not engine.server.running
    engine.server.said = "no module"
    assert "has not answered for 0 min. Its last line: no module" in engine.trouble()
    engine.worker.ends, engine.worker.said, engine.well_at = 3, "refused", time.monotonic() + 1000
    assert engine.trouble() == "Prefect's worker has died 3 times in a row: refused"


def test_a_named_server_is_not_started(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example/api/")
    engine = Engine(settings, home=tmp_path, every=TEN)
    assert (engine.server, engine.url) == (None, "http://prefect.example/api")
    assert "ours" not in engine.worker.command
    assert not {"PREFECT_HOME", "PREFECT_API_AUTH_STRING"} & (engine.environment.keys() - os.environ.keys())


def test_a_server_answers_also_by_asking_for_a_key_and_past_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("no_proxy", "intranet")
    assert direct(os.environ)["NO_PROXY"] == "intranet,127.0.0.1"
    with Publisher({"/a/health": Answer(body=b"true"), "/b/health": Answer(status=401)}) as site:
        assert module._answers(site.url("/a"))
        assert module._answers(site.url("/b"))
    assert not module._answers(f"http://127.0.0.1:{closed_port()}/api")


def test_o4_names_and_ports_carry_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_SERVER_API_PORT", raising=False)
    names = [home_name(tmp_path / a / "var", shared=shared) for a in "ab" for shared in (False, True)]
    assert len(set(names)) == 4
    assert all(name.startswith("var-") for name in names)
    assert len({free_port(tmp_path / str(n)) for n in range(20)}) > 10
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(module, "PORTS", range(port, port + 1))
        assert free_port(tmp_path) != port
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", "4711")
    assert free_port(tmp_path) == 4711


def test_the_interval_is_prefect_yamls_and_one_without_is_refused(tmp_path: Path) -> None:
    assert read_deployments(FILE)[1] == TEN
    file = tmp_path / "prefect.yaml"
    for text in ("", "deployments: []", "deployments: [{name: watch, schedules: []}]", "a: ["):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError, match="interval"):
            read_deployments(file)
