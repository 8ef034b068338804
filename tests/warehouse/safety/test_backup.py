from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.builders import NOW
from tests.warehouse import homes
from warehouse import connection
from warehouse.connection import WarehouseError, writing
from warehouse.live import migrate
from warehouse.published import query
from warehouse.published.publish import publish
from warehouse.safety import backup, recover

LATER = NOW + timedelta(hours=1)


def test_backup_and_restore(tmp_path: Path) -> None:
    home = homes.made(tmp_path / "home", 2)
    copy = tmp_path / "copies" / "b.duckdb"
    connection.backup(home, copy)
    before = homes.tables(home)
    with writing(home) as con:
        homes.cycle(con, 7)
    publish(home, now=LATER, lexicon_version="test")
    backup.restore(home, copy, now=LATER)
    backup.restore(home, copy, now=LATER)
    assert homes.tables(home) == before
    assert len(list((home / "aside").iterdir())) == 2
    assert recover.ensure(home, now=LATER) is None
    with writing(home, now=LATER) as con:
        homes.cycle(con, 8)
    assert publish(home, now=LATER, lexicon_version="test")
    with writing(home, now=LATER) as con:
        homes.cycle(con, 7)  # what the restore took away comes again
    publish(home, now=LATER, lexicon_version="test")
    shown = query.answer(home, "SELECT count(*), count(DISTINCT item_id) FROM archive", {}).rows
    assert shown == ((8, 8),)
    assert len(homes.archived(home)) == 10  # those of the four cycles, the one that the restore took away among them


def foreign(file: Path) -> None:
    with duckdb.connect(str(file)) as con:
        con.execute("CREATE TABLE mark (seq BIGINT, committed_at TIMESTAMPTZ); INSERT INTO mark VALUES (1, now())")


def crafted(file: Path) -> None:
    """The records of our schema, and nothing of its tables."""
    foreign(file)
    with duckdb.connect(str(file)) as con:
        con.execute("CREATE TABLE migrations (version INTEGER, name VARCHAR, sha256 VARCHAR, applied_at TIMESTAMPTZ)")
        con.executemany(
            "INSERT INTO migrations VALUES (?, ?, ?, now())", [[s.version, s.name, s.sha256] for s in migrate.steps()]
        )


def newer(file: Path) -> None:
    """What a later version of ours wrote."""
    crafted(file)
    with duckdb.connect(str(file)) as con:
        con.execute("INSERT INTO migrations VALUES (9999, '9999_next.sql', '', now())")


@pytest.mark.parametrize(
    ("write", "why"),
    [
        (lambda file: file.write_bytes(b"no database" * 1000), "wrong is no backup"),
        (lambda file: file.write_bytes(b""), "wrong is no backup"),
        (foreign, "wrong is no backup"),
        (crafted, "wrong is no backup"),
        (newer, "newer version"),
    ],
    ids=["junk", "empty", "foreign", "crafted", "newer"],
)
def test_x13_what_is_no_backup_is_refused_and_nothing_touched(
    tmp_path: Path, write: Callable[[Path], object], why: str
) -> None:
    home = homes.made(tmp_path / "home", 1)
    write(tmp_path / "wrong")
    before = sorted(home.rglob("*"))
    with pytest.raises(WarehouseError, match=why):
        backup.restore(home, tmp_path / "wrong", now=LATER)
    assert sorted(home.rglob("*")) == before
    assert recover.ensure(home, now=LATER) is None
    assert homes.commits(home) == 1


def test_an_older_versions_backup_is_restored_and_migrated(tmp_path: Path) -> None:
    connection.backup(homes.old(tmp_path / "old"), tmp_path / "backup")
    home = homes.made(tmp_path / "home", 1)
    backup.restore(home, tmp_path / "backup", now=LATER)
    assert migrate.migrate(home, now=LATER).before == 1
    assert homes.commits(home) == 19


def test_x15_a_backup_goes_through_no_planted_link(tmp_path: Path) -> None:
    home, victim = homes.made(tmp_path / "home", 1), tmp_path / "victim"
    victim.write_text("mine")
    for name in ("b.duckdb", "b.duckdb.tmp"):
        (tmp_path / name).symlink_to(victim)
    connection.backup(home, tmp_path / "b.duckdb")
    assert victim.read_text() == "mine"
    assert not (tmp_path / "b.duckdb").is_symlink()
