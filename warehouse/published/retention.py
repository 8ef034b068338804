"""What leaves the live file, and when the file is copied smaller. Nothing leaves that is not archived."""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from warehouse.connection import LIVE, SPILL, Connection, backup, quoted, reading, writing
from warehouse.published import archive
from warehouse.published.publish import POLLS
from warehouse.sql import tables

DAY: Final = 86_400.0  # real seconds
FRESH: Final = "konato.fresh"  # how many bytes the file had when it was last copied
_ASK: Final = tables("published")["retention"]


def upkeep(home: Path, *, now: datetime, retention: timedelta = timedelta(days=400)) -> None:
    """Move old polls to Parquet, let old irrelevant items go, compact a file that is half empty. After `publish`.

    An irrelevant item leaves at the age of `retention`; its identity stays. Raises what `writing` raises, nothing lost.
    """
    for left in (home / SPILL).glob("*"):  # by a process that was killed
        if left.stat().st_mtime < time.time() - DAY:
            left.unlink()
    due = {"polls": now - POLLS, "items": now - retention}
    with reading(home) as con:
        [(polls, items)] = con.execute(_ASK["due"], due).fetchall()
        wasted = _wasted(con, home)
        for file in (home / "published" / "polls").glob("*.parquet") if polls else ():
            archive.sound(con, file)
        safe, _ = archive.noted(con, home)
    if polls or (items and safe):
        with writing(home, now=now) as con:
            _move_polls(con, home, due["polls"])
            con.execute("DELETE FROM items_other WHERE seen_at < $1 AND seq <= $2", [due["items"], safe])
    if wasted:
        backup(home, home / LIVE)
        (home / FRESH).write_text(str((home / LIVE).stat().st_size), encoding="ascii")


def _wasted(con: Connection, home: Path) -> bool:
    """Whether the file is more than twice its fresh copy, which is at least what the last one was.

    A file that grew by what it holds has few free blocks, and is left alone.
    """
    size = "SELECT block_size, used_blocks, free_blocks FROM pragma_database_size() WHERE database_name = 'konato'"
    [(block, used, free)] = con.execute(size).fetchall()
    fresh = 0
    with suppress(OSError, ValueError):
        fresh = int((home / FRESH).read_text(encoding="ascii"))
    return bool(2 * free > used and (used + free) * block > 2 * fresh)


def _move_polls(con: Connection, home: Path, before: datetime) -> None:
    months = "SELECT DISTINCT date_trunc('month', polled_at) FROM polls WHERE polled_at < $1 ORDER BY 1"
    for (month,) in con.execute(months, [before]).fetchall():
        place = home / "published" / "polls" / f"{month.astimezone(UTC):%Y-%m}.parquet"
        older = f"UNION BY NAME FROM read_parquet({quoted(place)})" if place.exists() else ""
        archive.copy(con, _ASK["polls"].format(older=older), {"before": before, "month": month}, place)
    con.execute("DELETE FROM polls WHERE polled_at < $1", [before])
