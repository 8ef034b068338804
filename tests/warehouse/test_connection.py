import resource
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import Connection as Line
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.builders import NOW
from tests.warehouse import homes
from warehouse import connection, mark
from warehouse.published.publish import publish
from warehouse.safety import recover
from warehouse.sql import rows


@pytest.fixture(autouse=True)
def _own_engine(own_engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "connect", own_engine)


def cycles(con: connection.Connection) -> int:
    return int(str(rows(con, "SELECT count(*) AS n FROM cycles")[0]["n"]))


def holds(home: Path, line: Line) -> None:
    with connection.writing(home):
        line.send("held")
        line.recv()


def looks(home: Path) -> None:
    with connection.reading(home, wait=0):
        pass


def test_who_holds_the_file_is_named_and_a_wait_ends_when_the_holder_does(tmp_path: Path) -> None:
    homes.made(tmp_path, 0)
    holder, line = homes.started(holds, tmp_path)
    for again, wait in ((connection.writing, 0.05), (connection.reading, 0)):
        with (
            pytest.raises(connection.WarehouseBusy, match=f"process {holder.pid}.*published copy"),
            again(tmp_path, wait=wait),
        ):
            pass
    threading.Timer(0.1, line.send, ["end"]).start()
    with connection.writing(tmp_path, wait=30) as con:
        assert rows(con, "SELECT seq FROM mark") == [{"seq": 2}]
    holder.join()


def test_a_file_is_let_go_of_and_a_second_opening_here_keeps_the_lock(tmp_path: Path) -> None:
    homes.made(tmp_path)
    with connection.writing(tmp_path):
        for again in (connection.writing, connection.reading):
            with pytest.raises(connection.WarehouseBusy), again(tmp_path, wait=0):
                pass
        assert homes.run(looks, tmp_path) == 1
    with connection.reading(tmp_path) as con:
        con.execute(f"ATTACH '{tmp_path / connection.PUBLISHED}' AS other (READ_ONLY)")
        con.execute("CREATE TEMP TABLE mine AS SELECT 1")
    assert homes.run(looks, tmp_path) == 0
    with connection.reading(tmp_path) as con:
        left = "SELECT 1 FROM duckdb_databases(), duckdb_tables() WHERE 'other' = database_name OR table_name = 'mine'"
        assert rows(con, left.replace("database_name", "duckdb_databases.database_name")) == []


def test_a_session_keeps_one_connection_until_an_error_or_a_move_of_the_file(tmp_path: Path) -> None:
    homes.made(tmp_path)
    with connection.session(tmp_path):
        with connection.writing(tmp_path) as con, connection.reading(tmp_path) as other:
            homes.cycle(con, 1)
            assert cycles(other) == 1
        assert homes.run(looks, tmp_path) == 1
        connection.let_go(tmp_path)
        assert homes.run(looks, tmp_path) == 0
        attach = f"ATTACH '{tmp_path / connection.PUBLISHED}' AS other (READ_ONLY)"
        with pytest.raises(connection.EngineError, match="nonsense"), connection.reading(tmp_path) as con:
            con.execute(f"{attach}; FROM nonsense")
        with connection.reading(tmp_path) as con:
            con.execute(attach)
            assert cycles(con) == 2
    assert homes.run(looks, tmp_path) == 0


def test_an_error_rolls_back_and_leaves_the_mark(tmp_path: Path) -> None:
    homes.made(tmp_path)
    before = mark.read(tmp_path)
    for error in (RuntimeError, KeyboardInterrupt, connection.EngineError):
        with pytest.raises(error), connection.writing(tmp_path) as con:  # noqa: PT012  the error comes after the writes
            homes.cycle(con, 5)
            raise error
    assert mark.read(tmp_path) == before
    with connection.reading(tmp_path) as con:
        assert cycles(con) == 1


def writes(home: Path, line: Line, start: int) -> None:
    for n in count(start):
        with connection.writing(home, wait=60) as con:
            homes.cycle(con, n)
        line.send(n)


@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.long)])
def test_a_kill_loses_no_confirmed_commit(tmp_path: Path, kills: int) -> None:
    homes.made(tmp_path, 0)
    last = 0
    for kill in range(kills):
        ours, theirs = Pipe()
        process = homes.process(writes, tmp_path, theirs, last + 1)
        process.start()
        theirs.close()
        for _ in range(kill % 4 + 1):
            last = ours.recv()
        process.kill()
        process.join()
        with suppress(EOFError):
            while True:
                last = ours.recv()
        assert recover.ensure(tmp_path, now=NOW) is None
        with connection.reading(tmp_path) as con:
            there = cycles(con)
        assert there in (last, last + 1)  # the one more was committed and not confirmed: writes are idempotent
        last = there


def fills(home: Path, number: int) -> None:
    with connection.writing(home) as con:
        homes.cycle(con, 2)
        con.execute("CREATE TABLE filler AS SELECT hash(x) AS x FROM range($1) AS t(x)", [number])


def on_a_full_disk(home: Path, act: Callable[..., object], *arguments: object) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        act(home, *arguments)
    except (connection.WarehouseUnwritable, OSError):
        sys.exit(7)


def publishes(home: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 100_000))
    publish(home, now=NOW, lexicon_version="t")


@pytest.mark.parametrize(
    ("act", "arguments", "code", "there"),
    [(fills, (100_000,), 7, 2), (publishes, (), 7, 2), (fills, (100,), 0, 3)],
    ids=["writing", "publishing", "no room to checkpoint what stands in the log"],
)
def test_a_full_disk_ends_clearly_and_loses_nothing(
    tmp_path: Path, act: Callable[..., object], arguments: tuple[int, ...], code: int, there: int
) -> None:
    homes.made(tmp_path, 2)
    before = (tmp_path / connection.PUBLISHED).read_bytes()
    assert homes.run(on_a_full_disk, tmp_path, act, *arguments) == code
    assert code or (tmp_path / f"{connection.LIVE}.wal").exists()
    assert (tmp_path / connection.PUBLISHED).read_bytes() == before
    assert recover.ensure(tmp_path, now=NOW) is None
    with connection.reading(tmp_path) as con:
        assert cycles(con) == there
    publish(tmp_path, now=NOW, lexicon_version="t")


def test_a_mark_that_cannot_be_raised_is_told_and_the_commit_stands(tmp_path: Path) -> None:
    homes.made(tmp_path, 1)
    (tmp_path / mark.NAME).unlink()
    (tmp_path / mark.NAME).mkdir()
    with pytest.raises(connection.WarehouseUnwritable, match=mark.NAME), connection.writing(tmp_path) as con:
        homes.cycle(con, 1)
    assert recover.ensure(tmp_path, now=NOW) is None
    with connection.reading(tmp_path) as con:
        assert cycles(con) == 2


@pytest.mark.parametrize("said", ["Out of Memory Error: could not allocate block", "IO Error: Too many open files"])
def test_x13_a_machine_that_is_short_of_memory_or_files_has_no_damaged_file(tmp_path: Path, said: str) -> None:
    homes.made(tmp_path, 1)
    publish(tmp_path, now=NOW, lexicon_version="t")
    with pytest.raises(connection.WarehouseUnwritable, match="Make room"), connection.published(tmp_path):
        raise connection.EngineError(said)
