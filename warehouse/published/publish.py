"""The analysts' copy: small, documented, swapped in whole, never locked.

Nothing is written to the live file here: what the archive lacks is read off the copy that stands. The cost follows
the relevant rows, not the archive.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeAlias

from warehouse import files
from warehouse.connection import PUBLISHED, Connection, EngineError, opened, quoted
from warehouse.published import archive
from warehouse.sql import tables

STORAGE: Final = "v1.2.0"  # what DuckDB 1.2 and later read; the default of 2.0 no 1.x does
BLOCK: Final = 16384  # bytes: thirty small tables in blocks of the default size would make eight megabytes
CREATE: Final = "CREATE TABLE fresh.main.{} AS {}"
INSERT: Final = "INSERT INTO fresh.main.{} BY NAME {}"
MANY: Final = 50_000  # feeds and polls: a copy with more is added to, in place of being made anew each time
POLLS: Final = timedelta(days=14)  # longer history stands in published/polls/*.parquet

_Made: TypeAlias = Mapping[str, Mapping[str, object]]
"""The values of the tables that are no view of the live file."""
_ASKED: Final = tables("published")


def publish(
    home: Path, *, now: datetime, lexicon_version: str, concepts: Sequence[Mapping[str, str]] = ()
) -> tuple[Path, ...]:
    """Write the archive's new parts, then swap in a fresh copy; returns the parts. Readers keep what they hold.

    Raises WarehouseBusy, WarehouseDamaged, WarehouseUnwritable or OSError; the old copy then stands untouched.
    """
    with files.replacing(home / PUBLISHED) as written, opened(home, read_only=True) as con:
        [(seq,)] = con.execute("SELECT seq FROM mark").fetchall()
        parts = archive.write(con, home, upto=seq, now=now)
        about: dict[str, object] = {
            "now": now,
            "lexicon": lexicon_version,
            "archive": archive.listing(home),
            "shape": _shape(),
        }
        made: dict[str, dict[str, object]] = {"about": about, "concepts": {"concepts": [*concepts]}}
        try:
            if grown := _asked(con, home, "grown", now=now, many=MANY):
                shutil.copyfile(home / PUBLISHED, written)
            _write(con, home, written, made, now - POLLS, grown)
        except EngineError:  # in the copy that stands: it is left alone
            if not grown:
                raise
            con.execute("ROLLBACK; DETACH fresh")
            written.unlink()
            _write(con, home, written, made, now - POLLS)
    archive.sweep(home)
    return parts


def _write(con: Connection, home: Path, file: Path, made: _Made, oldest: datetime, since: int = 0) -> None:
    """Write a copy anew, or add what came after the commit `since` to the one that stands in the file."""
    con.execute(f"ATTACH {quoted(file)} AS fresh (STORAGE_VERSION '{STORAGE}', BLOCK_SIZE {BLOCK})")
    into = INSERT if since or _asked(con, home, "alike") else CREATE
    bounds = {"since": since, "oldest": f"TIMESTAMPTZ '{oldest.isoformat()}'"}
    come, gone = ({table: how.format(**bounds) for table, how in _ASKED[name].items()} for name in ("come", "gone"))
    con.execute("BEGIN")
    there = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'fresh'").fetchall()
    for (table,) in there if since else ():
        con.execute(f"DELETE FROM fresh.main.{table} WHERE {gone.get(table, 'true')}")
    for (view,) in con.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'publish'").fetchall():
        con.execute(into.format(view, f"FROM publish.{view} WHERE {come.get(view, 'true')}"))
    for table, values in made.items():
        con.execute(into.format(table, _ASKED["publish"][table]), values)
    if into is CREATE:
        con.execute(";".join(_comments(con)))
    con.execute("COMMIT")
    con.execute("CHECKPOINT fresh")
    con.execute("DETACH fresh")


def _asked(con: Connection, home: Path, question: str, **wanted: object) -> int:
    """Ask the copy that stands; 0 where there is none, or no good one.

    "grown": the commit that a large copy of this hour holds. It is added to, which costs what changed; made anew once
    an hour, it never holds more that went than what stands. "alike": whether its tables have today's shape, which the
    fresh copy takes over with all comments: two hundred statements cost 40 ms.
    """
    with suppress(EngineError), archive.standing(con, home):
        (found,) = con.execute(_ASKED["publish"][question], {**wanted, "shape": _shape()}).fetchone() or (0,)
        if found and question == "alike":
            con.execute("COPY FROM DATABASE before TO fresh (SCHEMA)")
        return int(found or 0)
    return 0


@cache
def _shape() -> str:
    """Name what gives the tables their shape, beside the live file's views: a copy of another name is made anew."""
    ours = [Path(__file__).with_name(name) for name in ("publish.py", "columns.toml", "questions.toml")]
    return blake2b(b"".join(file.read_bytes() for file in ours), digest_size=8).hexdigest()


def _comments(con: Connection) -> Iterator[str]:
    """Yield what documents the fresh tables. Raises KeyError for what columns.toml gives no meaning."""
    meanings, columns = tables("published", "columns").values()
    made = "SELECT table_name, list(column_name) FROM duckdb_columns() WHERE database_name = 'fresh' GROUP BY 1"
    for table, names in con.execute(made).fetchall():
        yield f"COMMENT ON TABLE fresh.main.{table} IS {quoted(meanings[table])}"
        for name in names:
            meaning = columns.get(f"{table}.{name}") or columns[name]
            yield f"COMMENT ON COLUMN fresh.main.{table}.{name} IS {quoted(meaning)}"
