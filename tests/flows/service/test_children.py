import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cycle.home import hold
from flows.service import children as supervise
from flows.service.children import Child
from tests.unattended import gone, orphan, until

Made = Callable[..., Child]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """A child that runs this program."""
    monkeypatch.setattr(supervise, "FIRST_WAIT", 0.05)

    def make(program: str, *, once: bool = False) -> Child:
        (tmp_path / "program.py").write_text(program, encoding="utf-8")
        return Child("test", "program", environment={**os.environ, "PYTHONPATH": str(tmp_path)}, once=once)

    return make


def test_a_child_that_dies_starts_again_after_a_wait_that_doubles(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    child = made("import sys; sys.exit(3)")
    until(lambda: child.ends == 3, doing=child.look)
    assert child.code == 3
    assert child.restart_at - time.monotonic() > 0.1
    monkeypatch.setattr(supervise, "STEADY", -1.0)
    until(lambda: child.ends == 1, doing=child.look)
    child.stop(1)


def test_a_killed_child_is_back_and_a_stopped_one_stays_away(made: Made) -> None:
    child = made("import time; print('here', flush=True); time.sleep(60)")
    until(lambda: child.said == "here", doing=child.look)
    assert child.process
    before = child.process.pid
    os.kill(before, signal.SIGKILL)
    until(lambda: child.process and child.process.pid != before, doing=child.look)
    child.stop(5)
    child.look()
    assert not child.running
    child.stop(1)


def test_a_deaf_child_is_killed(made: Made) -> None:
    child = made("import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)")
    until(lambda: child.said == "deaf", doing=child.look)
    child.stop(0.2)
    assert child.code == -signal.SIGKILL


PARENT = """
import os, time
from flows.service.children import Child
child = Child("test", "program", environment=os.environ)
while True:
    child.look()
    if child.said:
        print(child.said, flush=True)
    time.sleep(0.05)
"""
DEAF = "import os, signal, time; signal.signal(15, signal.SIG_IGN); print(os.getpid(), flush=True); time.sleep(60)"


@pytest.mark.skipif(sys.platform != "linux", reason="by prctl(2)")
def test_a_deaf_child_dies_with_a_service_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(DEAF, encoding="utf-8")
    until(gone(orphan(PARENT, tmp_path)), 20)


def test_a_child_that_runs_once_says_its_last_line(
    made: Made, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    program = """print('words'); print('an ERROR'); print('{"time": 1, "message": "ours"}'); print("An exception occurred.")"""
    child = made(program, once=True)
    with caplog.at_level(logging.DEBUG, "konato.serve.test"):
        child.start()
        until(lambda: not child.running, doing=child.look)
    child.look()
    assert (child.code, child.said, child.running) == (0, "ours", False)
    assert "words" in caplog.text
    assert "ours" in capsys.readouterr().err


WORKER = """
import os, subprocess, sys
with subprocess.Popen([sys.executable, "-m", "flows.service.children", str(os.getpid())]) as run:
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
