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
import requests
from requests.auth import HTTPBasicAuth

from flows.cycle import state
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


class Page:
    """A person at Prefect's page: whoever has the key may look and press buttons."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.session = url, requests.Session()
        self.session.auth = HTTPBasicAuth(*key.split(":"))
        token = self.session.get(f"{url}/csrf-token?client=page", timeout=10).json()["token"]
        self.session.headers.update({"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "page"})

    def rows(self, path: str, **wanted: object) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.press(path, **wanted).json()
        return found

    def press(self, path: str, **wanted: object) -> requests.Response:
        answer = self.session.post(f"{self.url}{path}", json=wanted, timeout=10)
        answer.raise_for_status()
        return answer

    def completed(self, name: str) -> list[dict[str, str]]:
        """Prefect's own word on the runs that did a cycle."""
        done = {"state": {"type": {"any_": ["COMPLETED"]}}}
        runs = self.rows("/flow_runs/filter", deployments={"name": {"any_": [f"watch-{name}"]}}, flow_runs=done)
        return [run for run in runs if run["state_name"] == "Completed"]


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
            page = Page(service.prefect, key)
            until(lambda: len(page.completed(name)) >= 2, 8 * SLOT)
            assert requests.get(f"{service.prefect}/admin/version", timeout=10).status_code == 401
            [watch] = page.rows("/deployments/filter", deployments={"name": {"any_": [f"watch-{name}"]}})
            page.press(f"/deployments/{watch['id']}/pause_deployment")
            until(lambda: [one for one in hook.received if "paused" in one.text], 2 * SLOT)
            seen = len(site.requests)
            time.sleep(2 * SLOT)
            assert len(site.requests) <= seen + 1
            page.press(f"/deployments/{watch['id']}/resume_deployment")
            until(lambda: len(site.requests) > seen + 2, 4 * SLOT)
            assert len([one for one in hook.received if "A person has paused" in one.text]) <= 2  # told, and told over
        finally:
            serving.send_signal(signal.SIGTERM)
            serving.wait(90)
