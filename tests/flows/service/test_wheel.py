"""The wheel as an operator installs it: Prefect runs its cycles from an empty folder, whoever else is on the host."""

import os
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
import zipfile
from pathlib import Path

import pytest
import requests

from tests.publisher import Publisher
from tests.receivers import HttpReceiver
from tests.stage import Stage, noise, rss
from tests.unattended import Serving, news, stranger, until

ROOT = Path(__file__).parents[3]
SLOT = int(os.environ.get("KONATO_SLOT", "20"))  # seconds; a busy machine needs longer ones


def installed(folder: Path) -> str:
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
    return str(folder / "env" / "bin" / "python")


@pytest.mark.long
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="builds the last commit's")
def test_the_wheel_is_the_same_bytes_whoever_builds_it(tmp_path: Path) -> None:
    made = [tmp_path / name for name in "ab"]
    for folder, mask in zip(made, (0o002, 0o077), strict=True):
        words = ["sh", "scripts/wheel.sh", sys.executable, str(folder)]
        subprocess.run(words, check=True, capture_output=True, cwd=ROOT, umask=mask)
    one, other = (next(folder.glob("*.whl")).read_bytes() for folder in made)
    assert one == other


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_o3_o4_o11_two_services_beside_a_stranger_s_prefect_run_each_its_own_and_a_pause_holds(tmp_path: Path) -> None:
    python, empty = installed(tmp_path), tmp_path / "empty"
    empty.mkdir()
    with stranger(tmp_path / "stranger") as other, Publisher({"/en": rss(*noise(2))}) as site, HttpReceiver() as hook:
        stages = [Stage(tmp_path / name / "s", site) for name in "ab"]
        for stage in stages:
            stage.feeds({"en": {"every": "5s", "age_gate": "9000d"}})
        stages[0].channels({"name": "hook", "url_env": "HOOK"})
        environment = {"HOOK": f"json://127.0.0.1:{hook.port}/", "PYTHONPATH": "", "KONATO_SELF_TEST_EVERY": "0"}
        started = {"every": f"{SLOT}s", "python": python, "folder": str(empty)}
        with Serving(stages[0], environment, **started) as a, Serving(stages[1], environment, **started) as b:
            page, beside = a.page(), b.page()
            until(lambda: len(a.completed(page)) > 1 and b.completed(beside), 12 * SLOT)
            assert requests.get(f"{page.url}/admin/version", timeout=10).status_code == 401
            for one, its in ((a, page), (b, beside)):
                names = {row["name"] for row in its.rows("/deployments/filter")}
                assert names == {f"watch-{one.name}", f"replay-{one.name}"}
            assert other.rows("/deployments/filter") == other.rows("/work_pools/filter") == []
            site.answers["/en"] = news()
            until(lambda: [one for one in hook.received if "consultative body" in one.text], 4 * SLOT)
            [watch] = page.rows("/deployments/filter", deployments={"name": {"any_": [f"watch-{a.name}"]}})
            page.press(f"/deployments/{watch['id']}/pause_deployment")
            until(lambda: [one for one in hook.received if "A person has paused" in one.text], 3 * SLOT)
            seen = stages[0].ask("SELECT count(*) FROM polls")
            time.sleep(2 * SLOT)
            assert stages[0].ask("SELECT count(*) FROM polls") == seen
            page.press(f"/deployments/{watch['id']}/resume_deployment")
            until(lambda: stages[0].ask("SELECT count(*) FROM polls") > seen, 4 * SLOT)
            ran = len(a.completed(page))
            assert a.kill("server")
            again = a.page()
            until(lambda: len(a.completed(again)) > ran, 12 * SLOT)
            for one in (a, b):
                one.end()
        assert len([one for one in hook.received if "consultative body" in one.text]) == 1
