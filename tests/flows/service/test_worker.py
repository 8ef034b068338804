import asyncio
import os
import shlex
import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from types import SimpleNamespace as Row
from uuid import UUID, uuid4

import httpx
import pytest

from flows.cycle.home import hold
from flows.service.prefect import SAID
from tests.table import table

NAME = "var-1"
SCHEDULE = {"interval": 600.0, "anchor_date": "2025-01-01T00:00:00+00:00", "timezone": "UTC"}


class Server:
    """Stands for Prefect's client: what the server has, and what it is told."""

    def __init__(self, *deployments: dict[str, object], runs: int = 0) -> None:
        self.deployments, self.runs = [{"id": str(uuid4()), **one} for one in deployments], runs
        self.told: list[str] = []
        self.applied: list[dict[str, object]] = []
        self.pauses: list[bool | Exception] = []
        self.automations: list[Row] = []

    async def create_work_pool(self, pool: Row) -> None:
        self.told.append(pool.name)

    async def create_flow_from_name(self, name: str) -> UUID:
        return UUID(bytes=name.ljust(16).encode()[:16])

    async def delete_deployment(self, _: UUID) -> None:
        self.told.append("delete")

    async def set_flow_run_state(self, run: str, state: Row, *, force: bool) -> None:
        self.told.append(f"{run} {state.type.value} {force}")

    async def read_deployment(self, _: object) -> Row:
        if not self.pauses:
            raise asyncio.CancelledError
        paused = self.pauses.pop(0)
        if isinstance(paused, Exception):
            raise paused
        return Row(paused=False, schedules=[Row(active=not paused)])

    async def read_automations_by_name(self, name: str) -> list[Row]:
        return [one for one in self.automations if one.name == name]

    async def create_automation(self, whole: Row) -> None:
        self.automations.append(Row(**{**dict(whole), "id": len(self.automations)}))

    async def update_automation(self, number: int, whole: Row) -> None:
        self.automations[number] = Row(**{**dict(whole), "id": number})

    async def request(self, _: str, path: str, *, json: dict[str, object]) -> httpx.Response:
        found: object = {"id": "watch"}
        if path == "/deployments/":
            self.applied.append(json)
        elif path == "/deployments/filter":
            found = self.deployments
        else:
            found = [{"id": f"run{n}"} for n in range(self.runs)]
        return httpx.Response(200, json=found)


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, imported where it is needed: Prefect's start is too long for each of the tests' workers."""
    monkeypatch.setenv("KONATO_HOME", str(tmp_path))
    monkeypatch.setenv("KONATO_CONFIG", "/etc/konato")
    return import_module("flows.service.worker")


def apply(worker: ModuleType, server: Server, *, ours: bool = True) -> dict[str, object]:
    """Apply to this server; returns the watch as it was applied."""
    assert asyncio.run(worker.apply(server, NAME, timedelta(minutes=10), ours=ours)) == "watch"
    return server.applied[0]


def test_o3_the_packaged_deployments_are_applied_under_the_home_s_name(worker: ModuleType, tmp_path: Path) -> None:
    server = Server()
    watch = apply(worker, server)
    assert server.told == ["konato-var-1"]
    assert [one["name"] for one in server.applied] == ["watch-var-1", "replay-var-1"]
    assert (watch["work_pool_name"], watch["tags"]) == ("konato-var-1", ["konato", f"home {tmp_path}"])
    assert watch["parameters"] == {"config": "/etc/konato", "home": str(tmp_path)}
    assert (watch["paused"], watch["schedules"]) == (False, [{"schedule": SCHEDULE, "active": True}])
    command = shlex.join((sys.executable, "-m", "flows.service.children", str(os.getpid())))  # test_children says why
    assert [one["job_variables"] for one in server.applied] == [{"command": command}] * 2


@table("name, paused, active, stays")
def test_o11_pauses_stay(worker: ModuleType, name: str, paused: bool, active: bool, stays: tuple[bool, bool]) -> None:
    before = {"name": name, "paused": paused, "schedules": [{"active": active}]}
    watch = apply(worker, Server(before), ours=False)
    assert isinstance(watch["schedules"], list)
    assert (watch["paused"], watch["schedules"][0]["active"]) == stays


@pytest.mark.parametrize(("ours", "goes"), [(True, 2), (False, 0)])
def test_on_our_own_server_an_older_home_s_deployments_go(worker: ModuleType, ours: bool, goes: int) -> None:
    server = Server({"name": "watch", "paused": False, "schedules": []})
    apply(worker, server, ours=ours)
    assert server.told.count("delete") == goes


def test_runs_that_died_are_ended_when_nothing_holds_the_home(worker: ModuleType, tmp_path: Path) -> None:
    server = Server(runs=1)
    with hold(tmp_path, who="a cycle"):
        apply(worker, server)
        assert server.told == ["konato-var-1"]
    apply(worker, server)
    assert server.told[-1] == "run0 CRASHED True"


def test_automations_are_applied_once_to_this_watch_and_one_switched_off_stays_so(worker: ModuleType) -> None:
    server, watch = Server(), str(uuid4())
    asyncio.run(worker.automate(server, NAME, watch))
    server.automations[0].enabled = False
    asyncio.run(worker.automate(server, NAME, watch))
    assert [one.name for one in server.automations] == ["konato var-1 late runs", "konato var-1 dead runs"]
    assert [one.enabled for one in server.automations] == [False, True]
    for one in server.automations:
        assert one.trigger.match_related["prefect.resource.id"] == [f"prefect.deployment.{watch}"]
        assert one.trigger.within >= timedelta(seconds=90)


def test_a_pause_is_said_at_each_change(
    worker: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(worker, "LOOK", 0.0)
    server = Server()
    server.pauses = [False, False, True, httpx.ConnectError("down"), True, False]
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(worker.say(server, "watch"))
    assert capsys.readouterr().out.splitlines() == [SAID[False], SAID[True], SAID[False]]
