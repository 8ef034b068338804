"""A damaged live file: noticed, set aside, put back from the best copy there is, and the loss named.

The best is the one with the latest commit: the live file as it opens, its main part without the write-ahead log, or
the published copy with the archive (`rebuild`). Where commits are lost, every feed is polled again in full.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from warehouse import files, mark
from warehouse.connection import (
    DAMAGED,
    LIVE,
    Connection,
    EngineError,
    WarehouseDamaged,
    opened,
    published,
)
from warehouse.live import feeds
from warehouse.live.bulk import append
from warehouse.live.codec import decode, encode
from warehouse.mark import Mark
from warehouse.safety import backup, rebuild

ALL_BELOW: Final = 64 << 20  # bytes; of a larger file the two tables that grow are not read in full at each start
ALONE: Final = "the archive alone"
WITHOUT: Final = ", without its damaged or missing files"
GROWING: Final = ("seen", "items_other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What was wrong, what was done, and what may be missing."""

    recovered_at: datetime
    reason: str
    source: str  # what the live file was put back from
    lost_from: datetime | None  # commits after this time …
    lost_to: datetime | None  # … up to this one may be missing; both None where nothing is lost
    commits: int  # how many are missing; 0: nothing is lost
    aside: str  # the folder of the damaged files, "" where they stayed in place
    detail: str  # all of it in words


def ensure(home: Path, *, now: datetime) -> Recovery | None:
    """Check the live file and mend what is damaged; None where all is well. The caller holds the home's lock.

    To be called before `migrate`. The recovery is recorded too (`recoveries`): a crash right after loses no telling.

    Raises WarehouseBusy, WarehouseUnwritable.
    """
    high = mark.read(home)
    reason, found = _look(home, high)
    if not reason:
        return None
    aside = None
    source = "the live file itself, without the lost end of its log"
    copy = _published(home)
    if found is None or (copy and copy.seq > found.seq):
        aside = backup.set_aside(home, now)
        source, found = _put_back(home, aside, copy, now=now)
    recovery = _named(reason, source, found, high, aside, now)
    _record(home, recovery, max(backup.highest_seq(home), found.seq) + 1)
    (home / DAMAGED).unlink(missing_ok=True)
    return recovery


def recoveries(con: Connection, *, since: datetime) -> tuple[Recovery, ...]:
    """Return the recoveries recorded since then, for alerts that are queued once by their id."""
    found = con.execute("SELECT facts FROM recoveries WHERE recovered_at >= $1 ORDER BY seq", [since]).fetchall()
    return tuple(decode(Recovery, facts) for (facts,) in found)


def _look(home: Path, high: Mark | None) -> tuple[str, Mark | None]:
    """Return what is wrong ("" for nothing), and the last commit where the file can be read."""
    if not (home / LIVE).exists():
        return ("the live file is gone" if high else ""), None
    if (home / DAMAGED).exists():
        return (home / DAMAGED).read_text(encoding="utf-8", errors="replace"), None
    try:
        found = _last_commit(home, home / LIVE)
    except (EngineError, WarehouseDamaged) as error:
        return str(error).splitlines()[0], None
    if found is None:
        return ("the live file holds nothing" if high else ""), None
    if high and found.seq < high.seq:
        return f"the live file ends at commit {found.seq}, but commit {high.seq} had been confirmed", found
    return "", found


def _last_commit(home: Path, file: Path) -> Mark | None:
    """Read a live file or a copy of one through, and return its last commit; None where it has no schema yet."""
    large = file.stat().st_size > ALL_BELOW
    with opened(home, file=file) as con:
        tables = [
            name
            for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()
        ]
        if "mark" not in tables:
            return None
        for table in tables:
            if not (large and table in GROWING):
                con.execute(f"SELECT max(hash(t)) FROM {table} AS t").fetchall()
        row = con.execute("SELECT seq, committed_at FROM mark").fetchall()[0]
    return Mark(seq=row[0], committed_at=row[1])


def _published(home: Path) -> Mark | None:
    """Return the last commit of the published copy, None where it is missing or damaged itself."""
    try:
        with published(home) as con:
            for (table,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                con.execute(f"SELECT max(hash(t)) FROM {table} AS t").fetchall()
            row = con.execute("SELECT seq, committed_at FROM about").fetchall()[0]
    except (FileNotFoundError, EngineError, WarehouseDamaged):
        return None
    return Mark(seq=row[0], committed_at=row[1])


def _put_back(home: Path, aside: Path | None, copy: Mark | None, *, now: datetime) -> tuple[str, Mark]:
    """Build a live file from the best copy and swap it in; returns what that was, and its last commit."""
    with _beside(home) as file:
        main = _main_part(home, aside, file)
        if main and (copy is None or main.seq >= copy.seq):
            source, found = "the live file's main part, without its write-ahead log", main
        else:
            file.unlink(missing_ok=True)
            left_out = rebuild.rebuild(home, file, from_copy=copy is not None, now=now)
            source = "the published copy and the archive" if copy else ALONE
            source += f"{WITHOUT} {', '.join(left_out)}" if left_out else ""
            found = copy or Mark(seq=0, committed_at=now)
        files.swap_in(file, home / LIVE)
    return source, found


def _main_part(home: Path, aside: Path | None, file: Path) -> Mark | None:
    if aside is None or not (aside / LIVE).exists():
        return None
    shutil.copyfile(aside / LIVE, file)
    try:
        return _last_commit(home, file)
    except (EngineError, WarehouseDamaged):
        return None


@contextmanager
def _beside(home: Path) -> Iterator[Path]:
    file = home / "konato.rebuilt"
    log = home / "konato.rebuilt.wal"
    file.unlink(missing_ok=True)
    log.unlink(missing_ok=True)
    yield file
    log.unlink(missing_ok=True)


def _named(reason: str, source: str, found: Mark, high: Mark | None, aside: Path | None, now: datetime) -> Recovery:
    lost = max(0, high.seq - found.seq) if high else 0
    whole = ALONE not in source and WITHOUT not in source
    unsure = high is None or not whole
    begin = found.committed_at if whole else None
    end = high.committed_at if high else now
    if lost or unsure:
        span = f"between {begin:%F %T%z} and {end:%F %T%z}" if begin else f"up to {end:%F %T%z}"
        loss = f"What was recorded {span} may be missing ({lost} commits): polls, items, events, alerts and deliveries."
        loss += " All feeds are polled again in full; what they still hold is told, perhaps again, under its old id."
    else:
        loss = "Nothing is lost."
    return Recovery(
        recovered_at=now,
        reason=reason,
        source=source,
        lost_from=begin if lost or unsure else None,
        lost_to=end if lost or unsure else None,
        commits=lost,
        aside=str(aside.relative_to(aside.parent.parent)) if aside else "",
        detail=f"The live database was damaged: {reason}. It was put back from {source}. {loss}",
    )


def _record(home: Path, recovery: Recovery, seq: int) -> None:
    """Write the recovery into the mended file, let every feed be polled in full, and raise the mark."""
    with opened(home) as con:
        con.execute("BEGIN")
        con.execute("UPDATE mark SET seq = $1, committed_at = $2", [seq, recovery.recovered_at])
        if recovery.lost_to:
            feeds.save_states(
                con,
                [
                    replace(state, etag=None, last_modified=None, body_hash=None, next_due_at=None, last_full_at=None)
                    for state in feeds.load_states(con).values()
                ],
            )
        row = {name: getattr(recovery, name) for name in ("recovered_at", "reason", "lost_from", "lost_to")}
        append(con, "recoveries", [{**row, "facts": encode(recovery)}])
        con.execute("COMMIT")
        con.execute("CHECKPOINT")
    mark.write(home, Mark(seq=seq, committed_at=recovery.recovered_at))
