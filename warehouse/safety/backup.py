"""Whole copies of the live file: out of it, and back into its place."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from warehouse import files, mark
from warehouse.connection import LIVE, PUBLISHED, Connection, EngineError, WarehouseDamaged, let_go, opened, published
from warehouse.live import migrate
from warehouse.mark import Mark
from warehouse.published import archive


class NoBackupError(ValueError):
    """A file to restore from is none that `backup` wrote."""


def backup(home: Path, file: Path) -> None:
    """Write the whole live database to `file`, whole or not at all. The caller holds the home's lock.

    Everything is first checkpointed into the main file and closed: only then is it safe for this process to read it.
    """
    with opened(home) as con:
        con.execute("CHECKPOINT")
    let_go(home)
    files.copy(home / LIVE, file)


def restore(home: Path, file: Path, *, now: datetime) -> None:
    """Put a backup in the place of the live file, which is set aside. The caller holds the home's lock.

    Commits go on from the highest number ever given, so that the archive and the high-water mark stay comparable.

    Raises:
        NoBackupError: the file cannot be read, or is something else; nothing was touched.
        MigrationChanged: a newer version wrote it; nothing was touched.
        FileNotFoundError: there is no such file.
    """
    beside, high = home / "konato.restored", high_water(home)
    with files.scratch(beside):
        shutil.copyfile(file, beside)
        try:
            with opened(home, file=beside) as con:
                _check(con, home)
                raised = "UPDATE mark SET seq = greatest(seq, $1), committed_at = $2 RETURNING seq"
                row = con.execute(raised, [high.seq if high else 0, now]).fetchall()[0]
                con.execute("CHECKPOINT")
        except (EngineError, WarehouseDamaged) as error:
            mend = "Name a file that `konato backup` wrote. Nothing was changed."
            raise NoBackupError(f"{file} is no backup of Konato, or a damaged one ({error}). {mend}") from error
        archive.forgot(home, int(row[0]))
        set_aside(home, now)
        files.swap_in(beside, home / LIVE)
    mark.write(home, Mark(seq=int(row[0]), committed_at=now))


def _check(con: Connection, home: Path) -> None:
    """Hold a file's tables and views against those of a fresh file of its version. Raises EngineError."""
    version, _ = migrate.standing(con, migrate.steps())
    fresh = home / "konato.shape"
    with files.scratch(fresh), opened(home, file=fresh) as other:
        migrate.apply(other, migrate.steps()[:version], now=datetime.now(UTC))
        if not version or _shape(con) != _shape(other):
            raise EngineError("its tables are not ours")


def _shape(con: Connection) -> list[tuple[object, ...]]:
    question = "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = $1"
    return con.execute(f"{question} ORDER BY ALL", ["konato"]).fetchall()


def set_aside(home: Path, now: datetime) -> Path | None:
    """Move the live file and its write-ahead log out of the way; returns the folder, None where there was nothing."""
    let_go(home)
    there = [file for file in (home / LIVE, home / f"{LIVE}.wal") if file.exists()]
    if not there:
        return None
    folder = home / "aside" / f"{now:%Y%m%dT%H%M%SZ}"
    number = 0
    while folder.exists():
        number += 1
        folder = folder.with_name(f"{now:%Y%m%dT%H%M%SZ}-{number}")
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
    return max((one for one in known if one), key=lambda one: one.seq, default=None)
