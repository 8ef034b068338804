"""What leaves the live file, and when the file is copied smaller. Nothing leaves that is not archived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from warehouse import files
from warehouse.connection import LIVE, Connection, let_go, opened, writing
from warehouse.published import archive
from warehouse.published.publish import POLLS

ONCE_A: Final = timedelta(days=1)  # what is due waits for a day's worth: no file is rewritten each cycle
FRESH: Final = "konato.fresh"  # how many bytes the file had when it was last copied

_POLLS: Final = """
    SELECT feed, polled_at, outcome, status, bytes, items, new_items, reason, milliseconds, seq FROM polls
    WHERE polled_at < $before AND date_trunc('month', polled_at) = $month
    {older} ORDER BY polled_at, feed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """What was done; mostly nothing."""

    polls: int = 0  # moved to published/polls
    items: int = 0  # irrelevant ones that left the live file, their identities kept
    compacted: bool = False


def upkeep(home: Path, *, now: datetime, retention: timedelta = timedelta(days=400)) -> Upkeep:
    """Move old polls to Parquet, let old irrelevant items go, compact a file that is half empty. After `publish`.

    `retention` is the age at which an irrelevant item leaves. Raises what `writing` raises; nothing is then lost.
    """
    with opened(home, read_only=True) as con:
        oldest_poll, oldest_item = con.execute(
            "SELECT (SELECT min(polled_at) FROM polls), (SELECT min(seen_at) FROM items_other)"
        ).fetchall()[0]
        wasted = _wasted(con, home)
        safe, _ = archive.noted(con, home)
    polls = items = 0
    if oldest_poll and oldest_poll < now - POLLS - ONCE_A:
        polls = _move_polls(home, before=now - POLLS, now=now)
    if oldest_item and oldest_item < now - retention - ONCE_A:
        items = _drop_items(home, before=now - retention, upto=safe, now=now)
    if wasted:
        compact(home)
    return Upkeep(polls=polls, items=items, compacted=wasted)


def compact(home: Path) -> None:
    """Copy the live file into a fresh one and swap it in. The caller holds the home's lock."""
    with files.replacing(home / LIVE) as written:
        with opened(home) as con:
            con.execute("CHECKPOINT")
            con.execute(f"ATTACH {archive.quoted(written)} AS fresh")
            con.execute("COPY FROM DATABASE konato TO fresh")
            con.execute("CHECKPOINT fresh")
            con.execute("DETACH fresh")
        let_go(home)
    (home / FRESH).write_text(str((home / LIVE).stat().st_size), encoding="ascii")


def _wasted(con: Connection, home: Path) -> bool:
    """Whether the file is more than twice its fresh copy, which is at least what the last one was.

    A file that grew by what it holds has few free blocks, and is left alone.
    """
    block, used, free = con.execute(
        "SELECT block_size, used_blocks, free_blocks FROM pragma_database_size() WHERE database_name = 'konato'"
    ).fetchall()[0]
    try:
        fresh = int((home / FRESH).read_text(encoding="ascii"))
    except (OSError, ValueError):
        fresh = 0
    return bool(2 * free > used and (used + free) * block > 2 * fresh)


def _move_polls(home: Path, *, before: datetime, now: datetime) -> int:
    with writing(home, now=now) as con:
        months = con.execute(
            "SELECT DISTINCT date_trunc('month', polled_at) FROM polls WHERE polled_at < $1 ORDER BY 1", [before]
        ).fetchall()
        for (month,) in months:
            place = home / "published" / "polls" / f"{month.astimezone(UTC):%Y-%m}.parquet"
            older = f"UNION BY NAME FROM read_parquet({archive.quoted(place)})" if place.exists() else ""
            archive.copy(con, _POLLS.format(older=older), {"before": before, "month": month}, place)
        return len(con.execute("DELETE FROM polls WHERE polled_at < $1 RETURNING seq", [before]).fetchall())


def _drop_items(home: Path, *, before: datetime, upto: int, now: datetime) -> int:
    with writing(home, now=now) as con:
        dropped = con.execute("DELETE FROM items_other WHERE seen_at < $1 AND seq <= $2", [before, upto]).fetchall()
        return int(dropped[0][0])
