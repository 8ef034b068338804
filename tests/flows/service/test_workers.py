"""Pollers and a learner as Prefect's workers, its server on the PostgreSQL that they share."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from tests.publisher import Publisher
from tests.receivers import HttpReceiver, closed_port
from tests.stage import FOUNDING_EN, Stage, noise, rss
from tests.unattended import Page, news, until

FLOWS = ("poll-shard", "learn")


class Prefect:
    """Prefect's command line as a person types it in the checkout."""

    def __init__(self, folder: Path, **environment: str) -> None:
        usual = {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        self.environment = {**os.environ, **usual, "KONATO_SELF_TEST_EVERY": "0", **environment}
        self.log = folder / "log"

    def started(self, *words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "prefect", *words]
            return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def __call__(self, *words: str) -> int:
        return self.started(*words).wait(120)


@pytest.fixture
def prefect(tmp_path: Path, postgres: Any, database: str) -> Iterator[Prefect]:
    """A server on a database of its own, ended with all that was started."""
    # A shell's background jobs ignore SIGINT, and Prefect's worker, told to end, sends itself that and nothing else.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with psycopg.connect(postgres.get_uri(), autocommit=True) as con:
        con.execute("DROP DATABASE IF EXISTS prefect")
        con.execute("CREATE DATABASE prefect")
    port, store = closed_port(), postgres.get_uri(database="prefect").replace("postgresql://", "postgresql+asyncpg://")
    made = Prefect(
        tmp_path,
        PREFECT_API_URL=f"http://127.0.0.1:{port}/api",
        PREFECT_API_DATABASE_CONNECTION_URL=store,
        KONATO_DATABASE_URL=database,
    )
    server = made.started("server", "start", "--port", str(port))
    try:
        until(lambda: answers(made.environment["PREFECT_API_URL"]), 180)
        yield made
    finally:
        server.terminate()
        server.wait(60)


def answers(url: str) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"{url}/health", timeout=5).ok
    return False


@pytest.mark.long
def test_pollers_and_a_learner_are_deployed(tmp_path: Path, prefect: Prefect, monkeypatch: pytest.MonkeyPatch) -> None:
    """By `prefect deploy` and two workers; what the learner finds arrives at a channel."""
    with Publisher({"/en": rss(*noise(2))}) as site, HttpReceiver() as hook, ExitStack() as ending:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{hook.port}/")
        stage = Stage(tmp_path / "desk", site)
        stage.feeds({"en": {"every": "10s"}})
        stage.channels({"name": "hook", "url_env": "HOOK"})
        (stage.config / "konato.toml").write_text('[cluster]\ndatabase_env = "KONATO_DATABASE_URL"\n', "utf-8")
        prefect.environment |= {"KONATO_CONFIG": str(stage.config), "KONATO_HOME": str(stage.home)}
        prefect.environment["HOOK"] = os.environ["HOOK"]
        for pool in ("konato-pollers", "konato-learner"):
            assert prefect("work-pool", "create", "--type", "process", pool) == 0
        assert prefect("deploy", *(word for flow in FLOWS for word in ("-n", flow)), "--no-prompt") == 0
        page = Page(prefect.environment["PREFECT_API_URL"])
        known = {one["name"]: one["id"] for one in page.rows("/deployments/filter")}
        assert set(known) == set(FLOWS)

        def done(flow: str) -> int:
            ended = {"state": {"name": {"any_": ["Completed"]}}}
            of = {"name": {"any_": [flow]}}
            return len(page.rows("/flow_runs/filter", deployments=of, flow_runs=ended))

        def once(flow: str) -> None:
            """Have it run once more, beside its schedule, to its end."""
            before = done(flow)
            page.press(f"/deployments/{known[flow]}/create_flow_run", state={"type": "SCHEDULED"})
            until(lambda: done(flow) > before, 240)

        for pool in ("konato-pollers", "konato-learner"):
            worker = prefect.started("worker", "start", "--pool", pool)
            ending.callback(worker.wait, 60)
            ending.callback(worker.terminate)
        for polls in (1, 2):  # what a first look finds is known already
            while len(site.requests) < polls:
                once("poll-shard")
            once("learn")
            site.answers["/en"] = news()
        until(lambda: any(FOUNDING_EN[1] in one.text for one in hook.received), 240, doing=lambda: once("learn"))
        assert len(stage.ask("SELECT * FROM alerts WHERE event_id IS NOT NULL")) == 1
        scheduled = {"state": {"type": {"any_": ["SCHEDULED"]}}}
        for flow in FLOWS:
            assert page.rows("/flow_runs/filter", deployments={"name": {"any_": [flow]}}, flow_runs=scheduled)
