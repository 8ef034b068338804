"""The analysts' copy: small, documented, swapped in whole, never locked.

Nothing is written to the live file here: what the archive lacks is read off the copy that stands. The cost follows
the relevant rows, not the archive.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from warehouse import files
from warehouse.connection import PUBLISHED, Connection, EngineError, opened
from warehouse.published import archive
from warehouse.published import columns as comments

LOG: Final = logging.getLogger("konato.publish")
STORAGE: Final = "v1.2.0"  # what DuckDB 1.2 and later read; the default of 2.0 no 1.x does
BLOCK: Final = 16384  # bytes: thirty small tables in blocks of the default size would make eight megabytes
POLLS: Final = timedelta(days=14)  # longer history stands in published/polls/*.parquet


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was written."""

    file: Path
    months: tuple[Path, ...]  # of the archive, written anew
    seq: int  # the last commit in it


def publish(home: Path, *, now: datetime, lexicon_version: str) -> Published:
    """Write the archive's months that have news, then swap in a fresh copy; readers keep the one they hold.

    Raises WarehouseBusy, WarehouseDamaged, WarehouseUnwritable or OSError; the old copy then stands untouched.
    """
    place = home / PUBLISHED
    beside = place.with_name("konato.tmp")
    place.parent.mkdir(parents=True, exist_ok=True)
    for left in (beside, beside.with_name("konato.tmp.wal")):
        left.unlink(missing_ok=True)
    with opened(home, read_only=True) as con:
        seq = _one(con, "SELECT seq FROM mark")
        held, listed = archived(con, place)
        due = {*archive.months(con, held), *_again(archive.lost(home, listed))}
        written = tuple(archive.write(con, home, month) for month in sorted(due))
        noted = archive.listing(home)
        _copy(con, beside, {"now": now, "lexicon": lexicon_version, "polls": now - POLLS, "archive": noted})
    files.swap_in(beside, place)
    return Published(file=place, months=written, seq=seq)


def _again(names: list[str]) -> list[datetime]:
    """Return the months of archive files that were lost: they are written anew from what the live file still holds."""
    if names:
        LOG.warning("the archive has lost %s; written anew from the live file", ", ".join(names))
    return [datetime.strptime(name[:7], "%Y-%m").replace(tzinfo=UTC) for name in names]


def archived(con: Connection, place: Path) -> tuple[int, list[str]]:
    """Return the last commit that the archive holds, and its files, as the published copy notes them.

    Nothing where that cannot say: then the archive is written anew.
    """
    if not place.exists():
        return 0, []
    try:
        con.execute(f"ATTACH {archive.quoted(place)} AS before (READ_ONLY)")
        [(seq, listed)] = con.execute("SELECT seq, archive FROM before.about").fetchall()
        con.execute("DETACH before")
    except EngineError:
        return 0, []
    return seq, listed


def _copy(con: Connection, beside: Path, parameters: dict[str, object]) -> None:
    con.execute(
        f"ATTACH {archive.quoted(beside)} AS fresh (READ_WRITE, STORAGE_VERSION '{STORAGE}', BLOCK_SIZE {BLOCK})"
    )
    con.execute("BEGIN")
    for (view,) in con.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'publish'").fetchall():
        part = "WHERE polled_at > $polls" if view == "polls" else ""
        wanted = {"polls": parameters["polls"]} if part else {}
        con.execute(f"CREATE TABLE fresh.main.{view} AS FROM publish.{view} {part}", wanted)
    con.execute(
        "CREATE TABLE fresh.main.about AS SELECT $now::TIMESTAMPTZ AS published_at,"
        " (SELECT max(version) FROM main.migrations) AS schema_version, $lexicon AS lexicon_version, seq, committed_at,"
        " $archive::VARCHAR[] AS archive FROM main.mark",
        {name: parameters[name] for name in ("lexicon", "now", "archive")},
    )
    columns = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'fresh' ORDER BY 1, column_index"
    ).fetchall()
    con.execute(";".join(comments.on_column(table, column) for table, column in columns))
    con.execute(";".join(comments.on_table(table) for table in {table for table, _ in columns}))
    con.execute("COMMIT")
    con.execute("CHECKPOINT fresh")
    con.execute("DETACH fresh")


def _one(con: Connection, question: str) -> int:
    row = con.execute(question).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
