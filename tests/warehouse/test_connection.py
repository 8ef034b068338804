from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.warehouse import homes
from warehouse import mark
from warehouse.connection import (
    PUBLISHED,
    EngineError,
    WarehouseBusy,
    WarehouseUnwritable,
    let_go,
    opened,
    reading,
    rows,
    session,
    writing,
)
from warehouse.live.migrate import migrate
from warehouse.published.publish import publish
from warehouse.safety import recover

HOLDER = """
import sys
from pathlib import Path
from warehouse.connection import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def holder(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, str(home)]
    process = subprocess.Popen(command, cwd=homes.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_who_holds_the_file_is_named(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    with holder(tmp_path) as process:
        with pytest.raises(WarehouseBusy, match=f"process {process.pid}") as busy, writing(tmp_path, wait=0.05):
            pass
        assert "published copy" in busy.value.mend
        with pytest.raises(WarehouseBusy), reading(tmp_path, wait=0):
            pass
        process.communicate("\n")


def test_a_wait_ends_when_the_holder_does(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    with holder(tmp_path) as process:
        timer = threading.Timer(0.1, process.communicate, ["\n"])
        timer.start()
        with writing(tmp_path, wait=30) as con:
            assert rows(con, "SELECT seq FROM mark") == [{"seq": 2}]
        timer.join()


def test_a_file_is_let_go_of_and_a_second_opening_here_keeps_the_lock(tmp_path: Path) -> None:
    homes.made(tmp_path)
    with writing(tmp_path):
        for again in (writing, reading):
            with pytest.raises(WarehouseBusy), again(tmp_path, wait=0):
                pass
        assert homes.run("with connection.reading(home, wait=0): pass", tmp_path) == 1
    with reading(tmp_path) as con:
        con.execute(f"ATTACH '{tmp_path / PUBLISHED}' AS other (READ_ONLY)")
        con.execute("CREATE TEMP TABLE mine AS SELECT 1")
    assert homes.run("with connection.writing(home, wait=0): pass", tmp_path) == 0
    with reading(tmp_path) as con:
        assert rows(con, "SELECT 1 FROM duckdb_databases() WHERE database_name = 'other'") == []
        assert rows(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'mine'") == []


def test_a_session_keeps_one_connection_until_an_error_or_a_move_of_the_file(tmp_path: Path) -> None:
    homes.made(tmp_path)
    outside = "with connection.reading(home, wait=0): pass"
    with session(tmp_path):
        with writing(tmp_path) as con, reading(tmp_path) as other:
            homes.cycle(con, 1)
            assert rows(other, "SELECT count(*) AS n FROM cycles") == [{"n": 1}]
        assert homes.run(outside, tmp_path) == 1
        let_go(tmp_path)
        assert homes.run(outside, tmp_path) == 0
        with pytest.raises(EngineError, match="nonsense"), reading(tmp_path) as con:
            con.execute(f"ATTACH '{tmp_path / PUBLISHED}' AS other (READ_ONLY); FROM nonsense")
        with reading(tmp_path) as con:
            con.execute(f"ATTACH '{tmp_path / PUBLISHED}' AS other (READ_ONLY)")
            assert rows(con, "SELECT count(*) AS n FROM cycles") == [{"n": 2}]
    assert homes.run(outside, tmp_path) == 0


def test_an_error_rolls_back_and_leaves_the_mark(tmp_path: Path) -> None:
    homes.made(tmp_path)
    before = mark.read(tmp_path)
    for error in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(error), writing(tmp_path) as con:  # noqa: PT012  the error comes after the writes
            homes.cycle(con, 5)
            raise error
    with pytest.raises(EngineError, match="nonsense"), writing(tmp_path) as con:
        con.execute("FROM nonsense")
    assert mark.read(tmp_path) == before
    with reading(tmp_path) as con:
        assert rows(con, "SELECT count(*) AS n FROM cycles") == [{"n": 1}]


def test_writers_and_readers_in_turn_lose_nothing(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    loop = "for n in range({0}, {0} + 10):\n with connection.writing(home, wait=60) as con: homes.cycle(con, n, relevant=False)"
    codes: list[int] = []
    threads = [
        threading.Thread(target=lambda start=start: codes.append(homes.run(loop.format(start), tmp_path)))
        for start in (0, 100)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        with reading(tmp_path, wait=60) as con:
            con.execute("SELECT count(*) FROM cycles").fetchall()
        threads[0].join(0.05)
    assert codes == [0, 0]
    with reading(tmp_path) as con:
        assert rows(con, "SELECT count(*) AS n, count(DISTINCT seq) AS seqs FROM cycles") == [{"n": 20, "seqs": 20}]


@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.long)])
def test_a_kill_loses_no_confirmed_commit(tmp_path: Path, kills: int) -> None:
    migrate(tmp_path, now=NOW)
    code = """
import sys
from pathlib import Path
from tests.warehouse import homes
from warehouse import connection
n = int(sys.argv[2])
while True:
    n += 1
    with connection.writing(Path(sys.argv[1]), wait=60) as con:
        homes.cycle(con, n)
    print(n, flush=True)
"""
    last = 0
    for kill in range(kills):
        command = [sys.executable, "-c", code, str(tmp_path), str(last)]
        with subprocess.Popen(command, cwd=homes.ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            for _ in range(kill % 4 + 1):
                last = int(process.stdout.readline())
            process.kill()
            rest = process.stdout.read().split()
        last = int(rest[-1]) if rest else last
        assert recover.ensure(tmp_path, now=NOW) is None
        with reading(tmp_path) as con:
            [row] = rows(con, "SELECT max(facts::JSON ->> 'title') AS title, count(*) AS n FROM alerts")
        assert row["n"] in (last, last + 1)  # the one more was committed and not confirmed: writes are idempotent
        last = int(str(row["n"]))


FULL = """
import resource, signal, sys
from pathlib import Path
from tests.warehouse import homes
from warehouse.connection import WarehouseUnwritable, writing
from warehouse.published.publish import publish
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
home = Path(sys.argv[1])
live = (home / "konato.duckdb").stat().st_size
limit = {limit}
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    {act}
except (WarehouseUnwritable, OSError) as error:
    print(error)
    sys.exit(7)
"""
WRITE = """
    with writing(home) as con:
        for n in range(100, 160):
            homes.cycle(con, n)
"""


@pytest.mark.parametrize(
    ("act", "limit"), [(WRITE.strip(), "100_000"), ("publish(home, now=homes.NOW, lexicon_version='t')", "30_000")]
)
def test_a_full_disk_ends_clearly_and_loses_nothing(tmp_path: Path, act: str, limit: str) -> None:
    homes.made(tmp_path, 2)
    before = (tmp_path / PUBLISHED).read_bytes()
    command = [sys.executable, "-c", FULL.format(act=act, limit=limit), str(tmp_path)]
    done = subprocess.run(command, cwd=homes.ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 7, done.stderr
    assert (tmp_path / PUBLISHED).read_bytes() == before
    assert recover.ensure(tmp_path, now=NOW) is None
    with reading(tmp_path) as con:
        assert rows(con, "SELECT count(*) AS n FROM cycles") == [{"n": 2}]
    publish(tmp_path, now=NOW, lexicon_version="t")


def test_a_commit_that_there_is_no_room_to_checkpoint_stands(tmp_path: Path) -> None:
    homes.made(tmp_path, 2)
    act = WRITE.strip().replace("160", "120")
    done = subprocess.run(
        [sys.executable, "-c", FULL.format(act=act, limit="100_000"), str(tmp_path)], cwd=homes.ROOT, check=False
    )
    assert done.returncode == 0
    assert (tmp_path / "konato.duckdb.wal").exists()
    assert recover.ensure(tmp_path, now=NOW) is None
    with reading(tmp_path) as con:
        assert rows(con, "SELECT count(*) AS n FROM cycles") == [{"n": 22}]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(WarehouseUnwritable, match="Make room") as caught, opened(tmp_path):
        raise EngineError("IO Error: Could not write file: No space left on device")
    assert caught.value.file.parent == tmp_path


def test_a_mark_that_cannot_be_raised_is_told_and_the_commit_stands(tmp_path: Path) -> None:
    homes.made(tmp_path, 1)
    (tmp_path / f"{mark.NAME}.tmp").mkdir()
    with pytest.raises(WarehouseUnwritable, match=mark.NAME), writing(tmp_path) as con:
        homes.cycle(con, 1)
    assert recover.ensure(tmp_path, now=NOW) is None
    with reading(tmp_path) as con:
        assert rows(con, "SELECT count(*) AS n FROM cycles") == [{"n": 2}]
