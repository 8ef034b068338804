from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from flows.service import api as prefect_api
from flows.service import prefect as module
from flows.service.prefect import Engine

QUIET = (sys.executable, "-c", "import time; time.sleep(60)")


def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, healthy: bool = True) -> tuple[Engine, list[str]]:
    """An engine whose children sleep, whose server answers as told, and the calls that it makes."""
    calls: list[str] = []
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr(module, "LOOK", 0.0)
    monkeypatch.setattr(prefect_api, "healthy", lambda _: healthy)
    monkeypatch.setattr(prefect_api, "ensure_pool", lambda _: calls.append("pool"))
    monkeypatch.setattr(prefect_api, "ensure_schedule", lambda *_: calls.append("schedule"))

    def prune(*_: object, **__: object) -> int:
        calls.append("prune")
        return 1

    monkeypatch.setattr(prefect_api, "prune", prune)
    engine = Engine(config=tmp_path, home=tmp_path, every=timedelta(minutes=10), deadline=timedelta(minutes=9))
    assert engine.server
    engine.server.command = engine.worker.command = QUIET
    engine.deploy.command = (sys.executable, "-c", "print('applied')")
    return engine, calls


def look_until_deployed(engine: Engine) -> None:
    end = time.monotonic() + 20
    while not engine.worker.running and time.monotonic() < end:
        engine.look()
        time.sleep(0.01)


def test_deployments_are_applied_before_the_worker_starts_and_kept_tidy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, calls = made(tmp_path, monkeypatch)
    look_until_deployed(engine)
    assert calls == ["pool", "schedule", "prune"]
    assert engine.trouble() == ""
    engine._tidy_at = 0.0
    engine.look()
    assert calls[3:] == ["schedule", "prune"]
    assert engine.environment["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert engine.environment["PREFECT_SERVER_API_PORT"] in engine.url
    engine.stop()
    assert not engine.worker.running


def test_deployments_that_cannot_be_applied_are_tried_again_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _ = made(tmp_path, monkeypatch)
    monkeypatch.setattr(module, "AGAIN", 0.0)
    engine.deploy.command = (sys.executable, "-c", "print('no such pool'); raise SystemExit(1)")
    end = time.monotonic() + 20
    while engine.deploy.ends < 3 and time.monotonic() < end:
        engine.look()
        time.sleep(0.01)
    assert "no such pool" in engine.trouble()
    engine.stop()


def test_a_server_that_lives_and_does_not_answer_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, _ = made(tmp_path, monkeypatch, healthy=False)
    engine.look()
    assert engine.server
    assert engine.server.process
    monkeypatch.setattr(module, "PATIENCE", -1.0)
    engine.look()
    assert not engine.server.running
    assert "has not answered" in engine.trouble()
    engine.stop()


def test_a_server_that_refuses_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, _ = made(tmp_path, monkeypatch)

    def refuse(_: str) -> None:
        raise OSError("HTTP Error 503")

    monkeypatch.setattr(prefect_api, "ensure_pool", refuse)
    engine.look()
    assert not engine.deployed
    engine.stop()


def test_a_server_that_is_named_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example/api/")
    engine = Engine(config=tmp_path, home=tmp_path, every=timedelta(minutes=10), deadline=timedelta(minutes=9))
    assert engine.server is None
    assert engine.url == "http://prefect.example/api"
    assert "PREFECT_HOME" not in engine.environment.keys() - os.environ.keys()
