"""A backup put back into the place of the live file, and a damaged one out of the way."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from warehouse import files, mark
from warehouse.connection import (
    LIVE,
    PUBLISHED,
    Connection,
    EngineError,
    WarehouseDamaged,
    WarehouseError,
    let_go,
    opened,
    published,
)
from warehouse.live import migrate
from warehouse.mark import Mark
from warehouse.published import archive


class NoBackupError(WarehouseError):
    """A file to restore from is none that `backup` wrote."""

    says = (
        "{file} is no backup of Konato, or a damaged one ({reason}). Name a file that `konato backup` wrote. Nothing"
        " was changed."
    )


def restore(home: Path, file: Path, *, now: datetime) -> None:
    """Put a backup in the place of the live file, which is set aside. The caller holds the home's lock.

    Commits go on from the highest number ever given, so that the archive and the high-water mark stay comparable.

    Raises:
        NoBackupError: the file cannot be read, or is something else; nothing was touched.
        MigrationChanged: a newer version wrote it; nothing was touched.
        FileNotFoundError: there is no such file.
    """
    high = high_water(home)
    with files.replacing(home / LIVE) as written:
        shutil.copyfile(file, written)
        try:
            with opened(home, file=written) as con:
                _check(con, now)
                raised = "UPDATE mark SET seq = greatest(seq, $1), committed_at = $2 RETURNING seq"
                [(seq,)] = con.execute(raised, [high.seq if high else 0, now]).fetchall()
                con.execute("CHECKPOINT")
        except (EngineError, WarehouseDamaged) as error:
            raise NoBackupError(file=file, reason=str(error)) from error
        archive.forgot(home, seq)
        set_aside(home, now)
    mark.write(home, Mark(seq=seq, committed_at=now))


def _check(con: Connection, now: datetime) -> None:
    """Hold a file's tables and views against those of a fresh file of its version. Raises EngineError."""
    version = migrate.standing(con)
    con.execute("ATTACH ':memory:' AS fresh; USE fresh")
    migrate.apply(con, migrate.steps()[:version], now=now)
    con.execute("USE konato")
    question = """
        SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = $1
        ORDER BY ALL
    """
    found, wanted = (con.execute(question, [name]).fetchall() for name in ("konato", "fresh"))
    if not version or found != wanted:
        raise EngineError("its tables are not ours")


def set_aside(home: Path, now: datetime) -> Path | None:
    """Move the live file and its write-ahead log out of the way; returns the folder, None where there was nothing."""
    let_go(home)
    there = [file for file in (home / LIVE, home / f"{LIVE}.wal") if file.exists()]
    if not there:
        return None
    names = (home / "aside" / f"{now:%Y%m%dT%H%M%SZ}{f'-{n}' if n else ''}" for n in count())
    folder = next(name for name in names if not name.exists())
    folder.mkdir(parents=True)
    for file in there:
        file.rename(folder / file.name)
    files.sync(folder)
    files.sync(home)
    return folder


def high_water(home: Path) -> Mark | None:
    """Return the highest commit that anything in the home knows of, the live file apart; None in a fresh home."""
    known = [mark.read(home)]
    if (home / PUBLISHED).exists():
        with suppress(EngineError, WarehouseDamaged), published(home) as con:
            [(seq, committed_at)] = con.execute("SELECT seq, committed_at FROM about").fetchall()
            known.append(Mark(seq=seq, committed_at=committed_at))
    return max(filter(None, known), default=None)
