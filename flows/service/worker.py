"""Prefect's worker for a home, in a process of its own: it applies the deployments and starts the runs that fall due.

Started by `flows.service.prefect` alone, which hears by a line when a person pauses the watch. Whatever goes wrong with
the server ends this process with the reason in its last line; the service then starts it again.
"""

import asyncio
import os
import shlex
import sys
from contextlib import suppress
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from typing import Final, cast
from uuid import UUID

import httpx
import yaml  # type: ignore[import-untyped]
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import State
from prefect.events.schemas.automations import AutomationCore
from prefect.exceptions import ObjectAlreadyExists, PrefectHTTPStatusError
from prefect.states import Crashed
from prefect.utilities.processutils import setup_signal_handlers_worker
from prefect.workers.process import ProcessWorker

from flows.cycle.home import held
from flows.service.children import ROOT
from flows.service.prefect import FILE, LOOK, SAID, Row, read_deployments

AUTOMATIONS: Final = Path(__file__).with_name("automations.yaml")
AT_WORK: Final = {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}}


async def work(name: str, every: timedelta, *, ours: bool) -> None:
    """Apply the deployments of the home that goes by `name`, then work for ever.

    `ours`: the server is to be our own, so one that lets in whoever comes is a stranger's.
    """
    async with get_client() as client, httpx.AsyncClient() as nobody:
        if ours and (await nobody.get(f"{client.api_url}admin/version")).is_success:
            sys.exit("a stranger's server has our port")
        watch = await apply(client, name, every, ours=ours)
        with suppress(PrefectHTTPStatusError):  # a server may have none; the watch needs none
            await automate(client, name, watch)
        await asyncio.gather(ProcessWorker(work_pool_name=f"konato-{name}").start(), say(client, watch))


async def apply(client: PrefectClient, name: str, every: timedelta, *, ours: bool) -> str:
    """Apply prefect.yaml's deployments under the home's name, and end runs that cannot be; returns the watch's id."""
    with suppress(ObjectAlreadyExists):
        await client.create_work_pool(WorkPoolCreate(name=f"konato-{name}", type="process"))
    watch, *_ = [await _deploy(client, one, name, every, ours=ours) for one in read_deployments(FILE)[0]]
    if not held(Path(os.environ["KONATO_HOME"])):  # then none of its runs is at work
        of_watch = {"deployments": {"id": {"any_": [watch]}}, "flow_runs": AT_WORK}
        for run in _rows(await client.request("POST", "/flow_runs/filter", json=of_watch)):
            dead: State[None] = Crashed(message="its process is dead")
            await client.set_flow_run_state(str(run["id"]), dead, force=True)
    return watch


async def _deploy(client: PrefectClient, one: Row, name: str, every: timedelta, *, ours: bool) -> str:
    """Create or update a deployment; a person's pause stays.

    On a server of our own, other deployments of the flow are a moved home's, or an older version's: they go.
    """
    flow, home = str(one["entrypoint"]).rpartition(":")[2], os.environ["KONATO_HOME"]
    flow_id = await client.create_flow_from_name(flow)
    of_flow = {"flows": {"name": {"any_": [flow]}}}
    found = _rows(await client.request("POST", "/deployments/filter", json=of_flow))
    known = {str(each["name"]): each for each in found}
    before = known.pop(f"{one['name']}-{name}", None)
    for other in known.values() if ours else ():
        await client.delete_deployment(UUID(str(other["id"])))
    schedules = cast("list[Row]", before["schedules"]) if before else []
    active = not schedules or any(each["active"] for each in schedules)
    row = {
        "flow_id": str(flow_id),
        "name": f"{one['name']}-{name}",
        "description": one["description"],
        "entrypoint": one["entrypoint"],
        "path": ".",
        "pull_steps": [{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}],
        "parameters": {"config": os.environ["KONATO_CONFIG"], "home": home},
        "enforce_parameter_schema": False,
        "work_pool_name": f"konato-{name}",
        "job_variables": {"command": shlex.join((sys.executable, "-m", "flows.service.children", str(os.getpid())))},
        "tags": ["konato", f"home {home}"],
        "version": metadata.version("konato"),
        "paused": bool(before and before["paused"]),
        "schedules": [
            {"schedule": schedule | {"interval": every.total_seconds()}, "active": active}
            for schedule in cast("list[Row]", one["schedules"])
        ],
    }
    return str((await client.request("POST", "/deployments/", json=row)).json()["id"])


async def automate(client: PrefectClient, name: str, watch: str) -> None:
    """Apply automations.yaml to the watch's runs, under the home's name; what a person has switched off stays so."""
    text = AUTOMATIONS.read_text(encoding="utf-8").replace("HOME", name).replace("WATCH", watch)
    for row in yaml.safe_load(text):
        known = await client.read_automations_by_name(row["name"])
        whole = AutomationCore.model_validate({**row, "enabled": all(one.enabled for one in known)})
        if known:
            await client.update_automation(known[0].id, whole)
        else:
            await client.create_automation(whole)


async def say(client: PrefectClient, watch: str) -> None:
    """Say, now and at each change, whether a person has paused the watch or its schedule."""
    said = ""
    while True:
        with suppress(httpx.HTTPError):  # the server is down, which the service sees, or busy
            found = await client.read_deployment(watch)
            line = SAID[found.paused or not any(each.active for each in found.schedules)]
            if line != said:
                print(line, flush=True)  # noqa: T201  to the service
            said = line
        await asyncio.sleep(LOOK)


def _rows(answer: httpx.Response) -> list[Row]:
    return cast("list[Row]", answer.json())


if __name__ == "__main__":
    setup_signal_handlers_worker(os.getpid(), "the worker", print)
    with suppress(KeyboardInterrupt):
        asyncio.run(work(sys.argv[1], timedelta(seconds=float(sys.argv[2])), ours=sys.argv[3:] == ["ours"]))
