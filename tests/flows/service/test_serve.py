from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.service.api import free_port
from flows.service.prefect import ROOT
from flows.service.serve import interval
from tests.publisher import Publisher
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, Stage, noise, rss

EVERY = "6s"
PROGRAM = "import typer; from flows.cli import serve; app = typer.Typer(); serve.register(app); app()"


def until(what: Callable[[], object], seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def state(stage: Stage) -> dict[str, object]:
    try:
        found: dict[str, object] = json.loads((stage.home / "service.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def child(pid: int, name: str) -> int | None:
    """The service's Prefect child of that name."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            words = (folder / "cmdline").read_text(encoding="utf-8").split("\0")
        except OSError:
            continue
        if int(stat[1]) == pid and stat[0] != "Z" and name in words and "prefect" in words:
            return int(folder.name)
    return None


@contextmanager
def service(stage: Stage, *, every: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    given = {**os.environ, **environment, "PREFECT_SERVER_API_PORT": str(free_port())}
    command = [sys.executable, "-c", PROGRAM, "--config", str(stage.config), "--home", str(stage.home)]
    with (stage.folder / "log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen([*command, "--every", every], env=given, stdout=log, stderr=log, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.mark.timeout(300)
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_service_serves_its_slots_whatever_dies(tmp_path: Path) -> None:
    with Publisher() as site, HttpReceiver() as hook, HttpReceiver() as monitor:
        stage = Stage(tmp_path / "s", site)
        site.answers = {"/en": rss(*noise(2))}
        stage.feeds({"en": {"every": "2s", "age_gate": "9000d"}})
        stage.channels({"name": "hook", "url_env": "HOOK"})
        environment = {
            "HOOK": f"json://127.0.0.1:{hook.port}/",
            "KONATO_HEARTBEAT_URL": f"http://127.0.0.1:{monitor.port}/beat",
            "KONATO_SELF_TEST_EVERY": "5",
        }
        began = time.monotonic()
        with service(stage, every=EVERY, environment=environment) as first:
            until(lambda: "/beat" in [one.path for one in monitor.received])
            assert child(first.pid, "worker") is None  # Prefect is not waited for
            with service(stage, every=EVERY, environment=environment) as second:
                link, title, _, text = FOUNDING_EN
                site.answers["/en"] = rss((link, title, format_datetime(datetime.now(UTC)), text), *noise(2))
                until(lambda: [one for one in hook.received if "consultative body" in one.text])
                log = stage.folder / "log"
                until(lambda: "another service has this home" in log.read_text(encoding="utf-8"))
                second.send_signal(signal.SIGTERM)
                assert second.wait(60) == 0
            until(lambda: child(first.pid, "worker"))
            for name in ("worker", "server"):
                pid = child(first.pid, name)
                assert pid
                os.kill(pid, signal.SIGKILL)
            seen = len(site.requests)
            until(lambda: len(site.requests) > seen)
            first.kill()
        with service(stage, every=EVERY, environment=environment) as third:
            seen = len(site.requests)
            until(lambda: len(site.requests) > seen)
            until(lambda: state(stage).get("pid") == third.pid)
            third.send_signal(signal.SIGTERM)
            assert third.wait(60) == 0
        elapsed = time.monotonic() - began
        assert len(site.requests) <= elapsed / 6 + 2  # one poll a slot
        assert stage.ask("SELECT count(*) FROM alerts WHERE event_id IS NOT NULL") == [(1,)]
        assert len([one for one in hook.received if "consultative body" in one.text]) == 1
        prefect = state(stage)["prefect"]
        assert isinstance(prefect, dict)
        assert str(prefect["url"]).endswith("/api")


def test_the_interval_is_prefect_yamls() -> None:
    assert interval(ROOT / "flows" / "prefect.yaml") == timedelta(minutes=10)


@pytest.mark.parametrize("text", ["", "deployments: []", "deployments: [{name: watch, schedules: []}]", "a: ["])
def test_a_prefect_yaml_without_an_interval_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "prefect.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="interval"):
        interval(file)
