import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cycle.home import LockHeldError, held, hold, holder, working
from warehouse import mark
from warehouse.connection import LIVE, reading, writing
from warehouse.safety import recover

HOLD = """
import sys
from pathlib import Path
from flows.cycle.home import hold
with hold(Path(sys.argv[1]), who="the test's child") as (at, _):
    at("read", "가" * 200)  # more than a holder's words are padded to
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_waiter_names_the_holder_and_a_killed_one_frees_the_lock_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.cycle.home.WAIT", 0.0)
    assert not held(tmp_path)
    words = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        assert held(tmp_path)
        with pytest.raises(LockHeldError, match="the test's child"), hold(tmp_path, who="me"):
            pass
        child.kill()
        child.wait()
    assert not held(tmp_path)
    with hold(tmp_path, who="me") as (_, dead):
        assert dead
        assert dead.who == "the test's child"
        assert holder(tmp_path) is not None
    assert holder(tmp_path) is None
    (tmp_path / "konato.lock").write_text("{")
    assert holder(tmp_path) is None


def test_o2_whoever_writes_recovers_first_and_the_mark_never_falls(tmp_path: Path) -> None:
    def commit() -> bytes:
        with working(tmp_path, who="a command"), writing(tmp_path):
            pass
        return (tmp_path / LIVE).read_bytes()

    older = commit()
    commit()
    commit()
    before = mark.read(tmp_path)
    (tmp_path / LIVE).write_bytes(older)  # two commits are lost
    commit()
    after = mark.read(tmp_path)
    assert before
    assert after
    assert after.seq > before.seq
    with reading(tmp_path) as con:
        assert len(recover.recoveries(con, since=datetime.min.replace(tzinfo=UTC))) == 1
