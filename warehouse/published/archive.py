"""The archive beside the published copy: every item as Parquet, a file a month, written when the month has news."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from warehouse import files
from warehouse.connection import Connection, EngineError

FOLDER: Final = "published/archive"
LOG: Final = logging.getLogger("konato.archive")

# One row an item and month: its latest revision of that month, `first_seen_at` its first sighting in it. What the file
# held already and the live file no longer does (retention, an older backup restored) stays.
_ROWS: Final = """
    SELECT * REPLACE (
        min(first_seen_at) OVER item AS first_seen_at,
        list_sort(list_distinct(flatten(list(contents) OVER item))) AS contents
    ) FROM (
        SELECT item_id(key) AS item_id, url, outlet, feed, language, title, summary, published_at,
            seen_at AS first_seen_at, relevant, coalesce(nullif(origin, ''), item_id(key)) AS origin, reason, text,
            published_raw, date_flag, content, revision, baseline, utc_offset, [content] AS contents, seq
        FROM items WHERE seen_at >= $begin AND seen_at < $begin + INTERVAL 1 MONTH
        {before}
    )
    WINDOW item AS (PARTITION BY item_id)
    QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY revision DESC, seq DESC) = 1
    ORDER BY first_seen_at, item_id
"""


def months(con: Connection, after: int) -> list[datetime]:
    """Return the first instants of the months (UTC) in which commits later than `after` saw items."""
    found = con.execute(
        "SELECT DISTINCT date_trunc('month', seen_at) FROM items WHERE seq > $1 ORDER BY 1", [after]
    ).fetchall()
    return [month.astimezone(UTC) for (month,) in found]


def parts(home: Path) -> list[Path]:
    """Return the archive's files."""
    return sorted((home / FOLDER).glob("*.parquet"))


def listing(home: Path) -> list[str]:
    """Return the archive's files with their sizes in bytes, as the published copy notes them."""
    return [f"{file.name} {file.stat().st_size}" for file in parts(home)]


def lost(home: Path, listed: Sequence[str]) -> list[str]:
    """Return the names of noted files that are gone, or are no longer what was written."""
    there = set(listing(home))
    return [one.split()[0] for one in listed if one not in there]


def write(con: Connection, home: Path, month: datetime) -> Path:
    """Write one month's file anew, with what it held before, and swap it in; returns its path."""
    place = home / FOLDER / f"{month:%Y-%m}.parquet"
    before = f"UNION ALL BY NAME FROM read_parquet({quoted(place)})" if place.exists() else ""
    try:
        copy(con, _ROWS.format(before=before), {"begin": month}, place)
    except EngineError:
        if sound(con, place):
            raise
        copy(con, _ROWS.format(before=""), {"begin": month}, place)
    return place


def sound(con: Connection, file: Path) -> bool:
    """Whether a month's file is there and can be read through; one that cannot is set aside beside its place."""
    if not file.exists():
        return False
    try:
        con.execute(f"SELECT max(hash(m)) FROM read_parquet({quoted(file)}) AS m").fetchall()
    except EngineError as error:
        aside = file.with_suffix(".damaged")
        LOG.warning("%s is damaged and set aside as %s; what the live file lacks of it is lost: %s", file, aside, error)
        file.replace(aside)
        return False
    return True


def copy(con: Connection, question: str, parameters: dict[str, object], place: Path) -> None:
    """Write the answer to a question as a Parquet file, whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_suffix(".tmp")
    con.execute(f"COPY ({question}) TO {quoted(beside)} (FORMAT parquet, COMPRESSION zstd)", parameters)
    files.swap_in(beside, place)


def quoted(path: Path) -> str:
    """Return a path as an SQL string: where a statement takes no parameter."""
    return "'" + str(path).replace("'", "''") + "'"
