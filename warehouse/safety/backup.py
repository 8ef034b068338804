"""A backup put back into the place of the live file."""

from datetime import datetime
from pathlib import Path

from warehouse import files, mark
from warehouse.connection import LIVE, Connection, EngineError, WarehouseDamaged, WarehouseError, opened, quoted
from warehouse.live import migrate
from warehouse.mark import Mark
from warehouse.published import archive
from warehouse.safety import recover
from warehouse.sql import rows


class NoBackupError(WarehouseError):
    """A file to restore from is none that `backup` wrote."""

    says = (
        "{file} is no backup of Konato, or a damaged one ({reason}). Name a file that `konato backup` wrote. Nothing"
        " was changed."
    )


def restore(home: Path, file: Path, *, now: datetime) -> None:
    """Put what a backup holds in the place of the live file, which is set aside. The caller holds the home's lock.

    Commits go on from the highest number ever given, so that the archive and the high-water mark stay comparable.
    Raises NoBackupError for another file, or one that cannot be read, MigrationChanged for one that a newer version
    wrote, FileNotFoundError for none; nothing was touched then.
    """
    high = recover.high_water(home)
    with files.replacing(home / LIVE) as written:
        try:
            with opened(home, file=file, read_only=True) as con:
                version = migrate.standing(con)
            with opened(home, file=written) as con:
                migrate.apply(con, migrate.steps()[:version], now=now)
                _take_over(con, file)
                raised = "UPDATE mark SET seq = greatest(seq, $1), committed_at = $2 RETURNING seq"
                [(seq,)] = con.execute(raised, [high.seq if high else 0, now]).fetchall()
                recover.check(con)
                con.execute("CHECKPOINT")
        except (EngineError, WarehouseDamaged, ValueError) as error:
            raise NoBackupError(file=file, reason=str(error)) from error
        archive.forgot(home, seq)
        recover.set_aside(home, now)
    mark.write(home, Mark(seq=seq, committed_at=now))


def _take_over(con: Connection, file: Path) -> None:
    """Copy the rows of our tables, and nothing else that the file may hold. Raises EngineError, ValueError."""
    con.execute(f"ATTACH {quoted(file)} AS old (READ_ONLY)")
    tables = "SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = 'main' AND database_name = $of"
    ours, theirs = ({str(row["name"]) for row in rows(con, tables, {"of": of})} for of in ("konato", "old"))
    if not ours or ours - theirs:
        raise ValueError("its tables are not ours")
    for table in ours:
        con.execute(f"DELETE FROM main.{table}")
        con.execute(f"INSERT INTO main.{table} BY NAME FROM old.main.{table}")
