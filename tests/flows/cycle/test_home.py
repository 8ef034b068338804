from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from flows.cycle.home import LockHeldError, hold, holder

HOLD = """
import sys
from pathlib import Path
from flows.cycle.home import hold
with hold(Path(sys.argv[1]), who="the test's child"):
    print("held", flush=True)
    sys.stdin.read()
"""


def start(home: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_waiter_names_the_holder_and_a_stopped_one_as_stopped(tmp_path: Path) -> None:
    with start(tmp_path) as child:
        with (
            pytest.raises(LockHeldError, match="the test's child"),
            hold(tmp_path, who="me", wait=timedelta(0)),
        ):
            pass
        os.kill(child.pid, signal.SIGSTOP)
        os.waitpid(child.pid, os.WUNTRACED)
        with (
            pytest.raises(LockHeldError, match="stopped"),
            hold(tmp_path, who="me", wait=timedelta(milliseconds=60)),
        ):
            pass
        child.kill()


def test_a_killed_holder_frees_the_lock_at_once(tmp_path: Path) -> None:
    with start(tmp_path) as child:
        child.kill()
        child.wait()
    with hold(tmp_path, who="me", wait=timedelta(0)):
        assert holder(tmp_path) is not None
    assert holder(tmp_path) is None


def test_a_lock_file_that_tells_nothing_is_an_unknown_holder(tmp_path: Path) -> None:
    (tmp_path / "konato.lock").write_text("{")
    assert holder(tmp_path) is None
    assert "unknown process" in str(LockHeldError(tmp_path / "konato.lock", None))
    assert "stopped" not in str(LockHeldError(tmp_path, None))
