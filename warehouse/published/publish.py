"""The analysts' copy: small, documented, swapped in whole, never locked.

Nothing is written to the live file here: what the archive lacks is read off the copy that stands. The cost follows
the relevant rows, not the archive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from warehouse import files
from warehouse.connection import PUBLISHED, Connection, opened
from warehouse.published import archive
from warehouse.published import columns as comments

STORAGE: Final = "v1.2.0"  # what DuckDB 1.2 and later read; the default of 2.0 no 1.x does
BLOCK: Final = 16384  # bytes: thirty small tables in blocks of the default size would make eight megabytes
POLLS: Final = timedelta(days=14)  # longer history stands in published/polls/*.parquet


def publish(
    home: Path, *, now: datetime, lexicon_version: str, concepts: Sequence[Mapping[str, str]] = ()
) -> tuple[Path, ...]:
    """Write the archive's new parts, then swap in a fresh copy; returns the parts.

    Readers keep the copy that they hold.

    Raises WarehouseBusy, WarehouseDamaged, WarehouseUnwritable or OSError; the old copy then stands untouched.
    """
    place = home / PUBLISHED
    place.parent.mkdir(parents=True, exist_ok=True)
    with files.scratch(place.with_name("konato.tmp")) as beside:
        with opened(home, read_only=True) as con:
            [(seq,)] = con.execute("SELECT seq FROM mark").fetchall()
            written = archive.write(con, home, upto=seq, now=now)
            about = {"now": now, "lexicon": lexicon_version, "archive": archive.listing(home)}
            _copy(con, beside, about, polls=now - POLLS, concepts=concepts)
        files.swap_in(beside, place)
    archive.sweep(home)
    return written


def _copy(
    con: Connection,
    beside: Path,
    about: dict[str, object],
    *,
    polls: datetime,
    concepts: Sequence[Mapping[str, str]],
) -> None:
    con.execute(
        f"ATTACH {archive.quoted(beside)} AS fresh (READ_WRITE, STORAGE_VERSION '{STORAGE}', BLOCK_SIZE {BLOCK})"
    )
    con.execute("BEGIN")
    for (view,) in con.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'publish'").fetchall():
        part = "WHERE polled_at > $polls" if view == "polls" else ""
        wanted = {"polls": polls} if part else {}
        con.execute(f"CREATE TABLE fresh.main.{view} AS FROM publish.{view} {part}", wanted)
    con.execute(
        "CREATE TABLE fresh.main.about AS SELECT $now::TIMESTAMPTZ AS published_at,"
        " (SELECT max(version) FROM main.migrations) AS schema_version, $lexicon AS lexicon_version, seq, committed_at,"
        " $archive::VARCHAR[] AS archive FROM main.mark",
        about,
    )
    named = {name: [row[name] for row in concepts] for name in ("concept", "kind", "label_en", "label_ko")}
    values = ", ".join(f"unnest(${name}::VARCHAR[]) AS {name}" for name in named)
    con.execute(f"CREATE TABLE fresh.main.concepts AS SELECT {values}", named)
    made = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'fresh' ORDER BY 1, column_index"
    ).fetchall()
    con.execute(";".join(comments.on_column(table, column) for table, column in made))
    con.execute(";".join(comments.on_table(table) for table in {table for table, _ in made}))
    con.execute("COMMIT")
    con.execute("CHECKPOINT fresh")
    con.execute("DETACH fresh")
