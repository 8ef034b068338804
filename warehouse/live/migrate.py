"""The schema: numbered files, each applied once, in order, in one transaction with its record."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Final

from warehouse import files
from warehouse.connection import LIVE, Connection, let_go, opened

_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS migrations"
    " (version INTEGER NOT NULL, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
)


class MigrationChanged(Exception):
    """The home's schema is not one that this version knows: refused before anything is touched."""

    def __init__(self, *, file: str, reason: str, mend: str) -> None:
        self.file, self.reason, self.mend = file, reason, mend
        super().__init__(f"{file}: {reason}. {mend}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One migration file; `version` is the number that its name begins with."""

    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The fingerprint of its text, stored with its record."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What was done: `before` is 0 for a fresh home."""

    before: int
    after: int
    applied: tuple[str, ...]
    backup: Path | None = None  # of the file as it was before, where there was one


def steps() -> tuple[Step, ...]:
    """Return this version's migrations, in order."""
    folder = resources.files("warehouse.live") / "migrations"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple(
        Step(version=int(file.name[:4]), name=file.name, sql=file.read_text(encoding="utf-8")) for file in found
    )


def migrate(home: Path, *, now: datetime, known: tuple[Step, ...] | None = None) -> Migrated:
    """Bring the live file to this version's schema, with a backup before the first change of an older one.

    Raises MigrationChanged, WarehouseBusy, WarehouseDamaged, WarehouseUnwritable; a kill leaves the schema of a step.
    """
    known = steps() if known is None else known
    home.mkdir(parents=True, exist_ok=True)
    before, todo = _standing(home, known)
    if not todo:
        return Migrated(before=before, after=before, applied=())
    kept = None
    if before:
        kept = home / "backup" / f"before-{todo[-1].version:04d}-{now:%Y%m%dT%H%M%SZ}.duckdb"
        with opened(home) as con:
            con.execute("CHECKPOINT")
        let_go(home)
        files.copy(home / LIVE, kept)
    with opened(home) as con:
        apply(con, todo, now=now)
        con.execute("CHECKPOINT")
        _verify(con)
    return Migrated(before=before, after=todo[-1].version, applied=tuple(step.name for step in todo), backup=kept)


def check(home: Path, *, known: tuple[Step, ...] | None = None) -> Migrated:
    """Say what `migrate` would apply, touching nothing. Raises MigrationChanged."""
    before, todo = _standing(home, steps() if known is None else known)
    return Migrated(
        before=before, after=todo[-1].version if todo else before, applied=tuple(step.name for step in todo)
    )


def _standing(home: Path, known: tuple[Step, ...]) -> tuple[int, tuple[Step, ...]]:
    """Return the file's version and the steps that it lacks."""
    if not (home / LIVE).exists():
        return 0, known
    with opened(home, read_only=True) as con:
        return standing(con, known)


def standing(con: Connection, known: tuple[Step, ...]) -> tuple[int, tuple[Step, ...]]:
    """Return a file's version, 0 where it has none of ours, and the steps that it lacks. Raises MigrationChanged."""
    there = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'migrations'").fetchone()
    done = con.execute("SELECT version, name, sha256 FROM migrations ORDER BY 1").fetchall() if there != (0,) else []
    by_version = {step.version: step for step in known}
    for version, name, sha256 in done:
        step = by_version.get(version)
        if step is None:
            raise MigrationChanged(
                file=name,
                reason="the home was written by a newer version of Konato",
                mend="Install that version, or restore a backup made before the upgrade",
            )
        if step.sha256 != sha256:
            raise MigrationChanged(
                file=name,
                reason="the file was edited after it had been applied",
                mend="Put the original back and write a new migration instead",
            )
    at = max((row[0] for row in done), default=0)
    return at, tuple(step for step in known if step.version > at)


def apply(con: Connection, todo: tuple[Step, ...], *, now: datetime) -> None:
    """Apply steps in order, each in one transaction with its record."""
    for step in todo:
        con.execute("BEGIN")
        con.execute(_TABLE)
        con.execute(step.sql)
        con.execute("INSERT INTO migrations VALUES ($1, $2, $3, $4)", [step.version, step.name, step.sha256, now])
        con.execute("COMMIT")


def _verify(con: Connection) -> None:
    """Ask each view for nothing: one that no longer fits its tables fails here, not in a cycle."""
    for schema, view in con.execute(
        "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal AND schema_name IN ('main', 'publish')"
    ).fetchall():
        con.execute(f"SELECT * FROM {schema}.{view} LIMIT 0")
