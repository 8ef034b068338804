"""The wheel as an operator installs it: Prefect runs its cycles from an empty folder, and a person's pause holds."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import venv
import zipfile
from pathlib import Path

import pytest

from flows.cycle import state
from flows.service.api import Api, Row
from flows.service.health import KEY
from flows.service.prefect import home_name
from tests.flows.service.test_serve import until
from tests.publisher import Publisher
from tests.receivers import HttpReceiver
from tests.stage import Stage, noise, rss

ROOT = Path(__file__).parents[3]
SLOT = 20


def installed(folder: Path) -> Path:
    """Build the wheel and unpack it into an environment of its own that borrows our libraries; returns its Python."""
    source = folder / "source"
    kept = shutil.ignore_patterns(".*", "var", "build", "*.egg-info", "__pycache__", "tests")
    shutil.copytree(ROOT, source, ignore=kept)
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    venv.create(folder / "env", symlinks=True)
    [site] = (folder / "env" / "lib").glob("python3*/site-packages")
    [wheel] = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder / "env" / "bin" / "python"


def completed(api: Api, name: str) -> list[Row]:
    """Prefect's own word on the runs that did a cycle."""
    wanted: Row = {
        "deployments": {"name": {"any_": [f"watch-{name}"]}},
        "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
    }
    return [run for run in api.rows("/flow_runs/filter", wanted) if run["state_name"] == "Completed"]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_o3_from_an_installed_wheel_prefect_runs_the_cycles_and_a_pause_holds(tmp_path: Path) -> None:
    python = installed(tmp_path)
    with Publisher({"/en": rss(*noise(2))}) as site, HttpReceiver() as hook:
        stage = Stage(tmp_path / "s", site)
        stage.feeds({"en": {"every": "5s"}})
        stage.channels({"name": "hook", "url_env": "HOOK"})
        empty = tmp_path / "empty"
        empty.mkdir()
        taken = {"PREFECT_SERVER_API_PORT": "", "HOOK": f"json://127.0.0.1:{hook.port}/", "PYTHONPATH": ""}
        command = [str(python), "-m", "flows.cli.main", "serve", "--every", f"{SLOT}s"]
        where = ["--config", str(stage.config), "--home", str(stage.home)]
        with (tmp_path / "log").open("w", encoding="utf-8") as log:
            serving = subprocess.Popen(
                [*command, *where], cwd=empty, env={**os.environ, **taken}, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            until(lambda: (found := state.read(stage.home).service) and found.worker, 120)
            service = state.read(stage.home).service
            assert service
            key = (stage.home / KEY).read_text(encoding="utf-8").strip()
            name = home_name(stage.home, shared=False)
            api = Api(url=service.prefect, environment={"PREFECT_API_AUTH_STRING": key})
            until(lambda: len(completed(api, name)) >= 2, 8 * SLOT)
            refused = Api(url=service.prefect, environment={})
            with pytest.raises(OSError, match="401"):
                refused.ask("GET", "/admin/version")
            [watch] = api.rows("/deployments/filter", {"deployments": {"name": {"any_": [f"watch-{name}"]}}})
            api.ask("POST", f"/deployments/{watch['id']}/pause_deployment")
            until(lambda: [one for one in hook.received if "paused" in one.text], 2 * SLOT)
            seen = len(site.requests)
            time.sleep(2 * SLOT)
            assert len(site.requests) <= seen + 1
            api.ask("POST", f"/deployments/{watch['id']}/resume_deployment")
            until(lambda: len(site.requests) > seen + 2, 4 * SLOT)
            assert len([one for one in hook.received if "A person has paused" in one.text]) <= 2  # told, and told over
        finally:
            serving.send_signal(signal.SIGTERM)
            serving.wait(90)
