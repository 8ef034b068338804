import time
from pathlib import Path

from flows.cycle.home import hold
from tests.unattended import gone, orphan, until

WORKER = """
import os, subprocess, sys
with subprocess.Popen([sys.executable, "-m", "flows.service.run", str(os.getpid())]) as run:
    run.wait()
"""
ENGINE = """
import os, time
print(os.getpid(), flush=True)
time.sleep(60)  # as between two tries of a server that is gone
"""


def test_o12_a_run_ends_with_its_worker_however_that_dies_and_a_cycle_in_hand_comes_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect" / "__init__.py").touch()
    (tmp_path / "prefect" / "engine.py").write_text(ENGINE, encoding="utf-8")  # Prefect's own takes two seconds
    with hold(tmp_path, who="a cycle"):
        run_is_gone = gone(orphan(WORKER, tmp_path))
        time.sleep(1.5)
        assert not run_is_gone()
    until(run_is_gone, 20)
