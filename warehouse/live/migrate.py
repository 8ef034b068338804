"""The schema: numbered files, each applied once, in order, in one transaction with its record."""

import hashlib
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Final

from warehouse.connection import LIVE, Connection, WarehouseError, backup, opened
from warehouse.sql import tables

NEWER: Final = (
    "the home was written by a newer version of Konato. Install that version, or restore a backup made before the"
    " upgrade"
)
DONE: Final = "SELECT version, name, sha256 FROM migrations ORDER BY 1"
EDITED: Final = "the file was edited after it had been applied. Put the original back and write a new migration instead"


class MigrationChanged(WarehouseError):
    """The home's schema is not one that this version knows: refused before anything is touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One migration file; `version` is the number that its name begins with, counted from 1."""

    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The fingerprint of its text, stored with its record."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What was done, or is to do: `before` is 0 for a fresh home."""

    before: int
    after: int
    applied: tuple[str, ...]
    backup: Path | None = None  # of the file as it was before, where there was one


def steps(room: str = "warehouse.live") -> tuple[Step, ...]:
    """Return a room's migrations of this version, in order."""
    folder = resources.files(room) / "migrations"
    texts = sorted((file.name, file.read_text(encoding="utf-8")) for file in folder.iterdir())
    return tuple(Step(version=int(name[:4]), name=name, sql=sql) for name, sql in texts)


def migrate(home: Path, *, now: datetime) -> Migrated:
    """Bring the live file to this version's schema, with a backup before the first change of an older one.

    Raises MigrationChanged, WarehouseBusy, WarehouseDamaged, WarehouseUnwritable; a kill leaves the schema of a step.
    """
    home.mkdir(parents=True, exist_ok=True)
    done = check(home)
    if not done.applied:
        return done
    if done.before:
        kept = home / "backup" / f"before-{done.after:04d}-{now:%Y%m%dT%H%M%SZ}.duckdb"
        backup(home, kept)
        done = replace(done, backup=kept)
    with opened(home) as con:
        apply(con, steps()[done.before :], now=now)
        con.execute("CHECKPOINT")
    return done


def check(home: Path) -> Migrated:
    """Say what `migrate` would apply, touching nothing. Raises MigrationChanged."""
    with opened(home, read_only=True) if (home / LIVE).exists() else nullcontext() as con:
        before = standing(con) if con else 0
    todo = tuple(step.name for step in steps()[before:])
    return Migrated(before=before, after=before + len(todo), applied=todo)


def standing(con: Connection) -> int:
    """Return a file's version, 0 where it has none of ours. Raises MigrationChanged."""
    if con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'migrations'").fetchone() is None:
        return 0
    return had(con.execute(DONE).fetchall(), steps())


def had(done: Sequence[tuple[object, ...]], known: Sequence[Step]) -> int:
    """Return how many of a room's steps a database had, by what `DONE` answers there. Raises MigrationChanged."""
    prints: dict[object, str] = {step.version: step.sha256 for step in known}
    for version, name, sha256 in done:
        if prints.get(version) != sha256:
            raise MigrationChanged(file=str(name), reason=EDITED if version in prints else NEWER)
    return len(done)


def apply(con: Connection, todo: tuple[Step, ...], *, now: datetime) -> None:
    """Apply steps in order, each in one transaction with its record."""
    for step in todo:
        con.execute("BEGIN")
        con.execute(tables("live")["migrate"]["records"])
        con.execute(step.sql)
        con.execute("INSERT INTO migrations VALUES ($1, $2, $3, $4)", [step.version, step.name, step.sha256, now])
        con.execute("COMMIT")
