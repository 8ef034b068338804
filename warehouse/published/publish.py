"""The analysts' copy: small, documented, swapped in whole, never locked.

Nothing is written to the live file here: what the archive lacks is read off the copy that stands. The cost follows
the relevant rows, not the archive.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from warehouse import files
from warehouse.connection import PUBLISHED, Connection, EngineError, opened
from warehouse.published import archive
from warehouse.sql import tables

STORAGE: Final = "v1.2.0"  # what DuckDB 1.2 and later read; the default of 2.0 no 1.x does
BLOCK: Final = 16384  # bytes: thirty small tables in blocks of the default size would make eight megabytes
CREATE: Final = "CREATE TABLE fresh.main.{} AS {}"
INSERT: Final = "INSERT INTO fresh.main.{} BY NAME {}"
POLLS: Final = timedelta(days=14)  # longer history stands in published/polls/*.parquet


def publish(
    home: Path, *, now: datetime, lexicon_version: str, concepts: Sequence[Mapping[str, str]] = ()
) -> tuple[Path, ...]:
    """Write the archive's new parts, then swap in a fresh copy; returns the parts. Readers keep what they hold.

    Raises WarehouseBusy, WarehouseDamaged, WarehouseUnwritable or OSError; the old copy then stands untouched.
    """
    with files.replacing(home / PUBLISHED) as written, opened(home, read_only=True) as con:
        [(seq,)] = con.execute("SELECT seq FROM mark").fetchall()
        parts = archive.write(con, home, upto=seq, now=now)
        about = {"now": now, "lexicon": lexicon_version, "archive": archive.listing(home), "shape": _shape()}
        con.execute(f"ATTACH {archive.quoted(written)} AS fresh (STORAGE_VERSION '{STORAGE}', BLOCK_SIZE {BLOCK})")
        into = INSERT if _as_before(con, home) else CREATE
        con.execute("BEGIN")
        _fill(con, into, about, concepts, polls=now - POLLS)
        if into is CREATE:
            con.execute(";".join(_comments(con)))
        con.execute("COMMIT")
        con.execute("CHECKPOINT fresh")
        con.execute("DETACH fresh")
    archive.sweep(home)
    return parts


def _as_before(con: Connection, home: Path) -> bool:
    """Take the tables' shapes with all comments from the copy that stands; two hundred statements cost 40 ms."""
    with suppress(EngineError):
        con.execute(f"ATTACH {archive.quoted(home / PUBLISHED)} AS before (READ_ONLY)")
        try:
            same = "SELECT shape = $1 AND schema_version = (SELECT max(version) FROM main.migrations) FROM before.about"
            if con.execute(same, [_shape()]).fetchall() == [(True,)]:
                con.execute("COPY FROM DATABASE before TO fresh (SCHEMA)")
                return True
        finally:
            con.execute("DETACH before")
    return False


@cache
def _shape() -> str:
    """Name what gives the tables their shape, beside the live file's views: a copy of another name is made anew."""
    ours = [Path(__file__), Path(__file__).with_name("columns.toml")]
    return blake2b(b"".join(file.read_bytes() for file in ours), digest_size=8).hexdigest()


def _fill(
    con: Connection,
    into: str,
    about: Mapping[str, object],
    concepts: Sequence[Mapping[str, str]],
    *,
    polls: datetime,
) -> None:
    for (view,) in con.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'publish'").fetchall():
        which, wanted = ("WHERE polled_at > $polls", {"polls": polls}) if view == "polls" else ("", {})
        con.execute(into.format(view, f"FROM publish.{view} {which}"), wanted)
    con.execute(into.format("about", tables("published")["publish"]["about"]), about)
    named = {name: [row[name] for row in concepts] for name in ("concept", "kind", "label_en", "label_ko")}
    values = ", ".join(f"unnest(${name}::VARCHAR[]) AS {name}" for name in named)
    con.execute(into.format("concepts", f"SELECT {values}"), named)


def _comments(con: Connection) -> Iterator[str]:
    """Yield what documents the fresh tables. Raises KeyError for what columns.toml gives no meaning."""
    meanings, columns = tables("published", "columns").values()
    made = "SELECT table_name, list(column_name) FROM duckdb_columns() WHERE database_name = 'fresh' GROUP BY 1"
    for table, names in con.execute(made).fetchall():
        yield f"COMMENT ON TABLE fresh.main.{table} IS {archive.quoted(meanings[table])}"
        for name in names:
            meaning = columns.get(f"{table}.{name}") or columns[name]
            yield f"COMMENT ON COLUMN fresh.main.{table}.{name} IS {archive.quoted(meaning)}"
