"""A damaged live file: noticed, set aside, rebuilt from what was published, the loss named, every feed polled in full.

There is one way back, whatever the damage: the published copy's tables, and the archive's files for the rest.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from alerts.model import Delivery, Facts
from extractors.model import FeedState
from extractors.story import Event, Mention
from warehouse import connection, files, mark
from warehouse.connection import DAMAGED, LIVE, PUBLISHED, Connection, EngineError, WarehouseDamaged, opened, quoted
from warehouse.live import feeds, migrate
from warehouse.live.bulk import append, whole
from warehouse.live.cycles import CycleRecord
from warehouse.mark import Mark
from warehouse.published import archive
from warehouse.sql import tables

ALL_BELOW: Final = 64 << 20  # bytes; of a larger file the two tables that grow are not read in full at each start
HIGHEST: Final = 1 << 40  # of a commit's number: the archive's view counts versions beyond it
GROWING: Final = ("seen", "items_other")
STATES: Final = "SELECT facts FROM feed_states"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What was wrong, what was done, and what may be missing."""

    recovered_at: datetime
    reason: str
    source: str  # what the live file was put back from
    lost_from: datetime | None  # commits after this time …
    lost_to: datetime | None  # … up to this one may be missing; both None where nothing is lost
    commits: int  # how many are missing; 0: nothing is lost
    aside: str  # the folder of the damaged files, "" where there were none
    detail: str  # all of it in words


NOUNS: Final[dict[str, type]] = {
    "feed_states": FeedState, "events": Event, "mentions": Mention, "transitions": Delivery, "alerts": Facts,
    "cycles": CycleRecord, "recoveries": Recovery,
}  # fmt: skip
"""What the tables hold as `facts`."""


def ensure(home: Path, *, now: datetime) -> Recovery | None:
    """Check the live file and mend what is damaged; None where all is well. The caller holds the home's lock.

    To be called before `migrate`. The recovery is recorded too (`recoveries`): a crash right after loses no telling.
    Raises WarehouseBusy, WarehouseUnwritable.
    """
    high = high_water(home)
    if not (reason := _wrong(home, high)):
        return None
    aside = set_aside(home, now)
    with files.replacing(home / LIVE) as written, opened(home, file=written) as con:
        migrate.apply(con, migrate.steps(), now=now)
        con.execute(tables("safety")["before"]["key_of"])
        found, missing = _from_copy(con, home)
        damaged = [file for file in archive.parts(home) if not archive.sound(con, file)]
        missing = sorted({*missing, *(str(file.relative_to(home / archive.FOLDER)) for file in damaged)})
        for table, question in tables("safety")["archive"].items() if archive.parts(home) else ():
            con.execute(f"INSERT INTO {table} BY NAME {question.format(archive=archive.versions(home))}")
        end = high.committed_at if high and mark.read(home) else None
        lost = max(0, high.seq - (found.seq if found else 0)) if high else 0
        recovery = _named(reason, found, missing, aside, lost=lost, end=end, now=now)
        seq = max(high.seq if high else 0, found.seq if found else 0) + 1
        con.execute("UPDATE mark SET seq = $1, committed_at = $2", [seq, now])
        fresh = {"etag": None, "last_modified": None, "body_hash": None, "next_due_at": None, "last_full_at": None}
        known = [replace(state, **fresh) for state in whole(con, FeedState, STATES)]  # type: ignore[arg-type]  # its fields
        feeds.save_states(con, known)  # every feed is polled in full
        append(con, "recoveries", [recovery])
        con.execute("CHECKPOINT")
        archive.forgot(home, seq)
    mark.write(home, Mark(seq=seq, committed_at=now))
    (home / DAMAGED).unlink(missing_ok=True)
    return recovery


def recoveries(con: Connection, *, since: datetime) -> list[Recovery]:
    """Return the recoveries recorded since then, for alerts that are queued once by their id."""
    recorded = "SELECT facts FROM recoveries WHERE recovered_at >= $since ORDER BY seq"
    return whole(con, Recovery, recorded, {"since": since})


def set_aside(home: Path, now: datetime) -> str:
    """Move the live file and its write-ahead log out of the way; returns the folder in the home, "" for nothing."""
    connection.let_go(home)
    there = [file for file in (home / LIVE, home / f"{LIVE}.wal") if file.exists()]
    if not there:
        return ""
    names = (f"aside/{now:%Y%m%dT%H%M%SZ}{f'-{n}' if n else ''}" for n in count())
    name = next(name for name in names if not (home / name).exists())
    (home / name).mkdir(parents=True)
    for file in there:
        file.rename(home / name / file.name)
    files.sync(home / name)
    files.sync(home)
    return name


def high_water(home: Path) -> Mark | None:
    """Return the highest commit that anything in the home knows of, the live file apart; None in a fresh home."""
    known = [mark.read(home)]
    if (home / PUBLISHED).exists():
        with suppress(EngineError, WarehouseDamaged), connection.published(home) as con:
            [(seq, committed_at)] = con.execute("SELECT seq, committed_at FROM about").fetchall()
            known.append(Mark(seq=seq, committed_at=committed_at))
    for part in archive.parts(home):  # of a home of 0.1.0 the names tell no commit
        name, when = archive.NAME.fullmatch(part.name), datetime.fromtimestamp(part.stat().st_mtime, UTC)
        known.append(Mark(seq=int(name[2]) if name else 0, committed_at=when))
    return max(filter(None, known), default=None)


def check(con: Connection) -> None:
    """Read the last commit's number and every noun that cycles will read. Raises ValueError for what is none."""
    [(seq,)] = con.execute("SELECT seq FROM mark").fetchall()
    if not 0 <= seq < HIGHEST:
        raise ValueError(f"{seq} is no commit")
    for table, kind in NOUNS.items():
        whole(con, kind, f"SELECT facts FROM {table}")


def _wrong(home: Path, high: Mark | None) -> str:
    """Return what is wrong with the live file, "" for nothing."""
    if (home / DAMAGED).exists():
        return (home / DAMAGED).read_text(encoding="utf-8", errors="replace")
    if not (home / LIVE).exists():
        return "the live file is gone" if high else ""
    skipped = GROWING if (home / LIVE).stat().st_size > ALL_BELOW else ()
    try:
        with opened(home) as con:
            found = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()
            read = [f"SELECT max(hash(t)) FROM {name} AS t" for (name,) in found if name not in skipped]
            con.execute(" UNION ALL ".join(read or ["SELECT 0"])).fetchall()  # a third of what they cost one by one
            commits = con.execute("SELECT seq FROM mark").fetchall() if ("mark",) in found else []
    except (EngineError, WarehouseDamaged) as error:
        return str(error).splitlines()[0]
    seq = max(commits, default=(None,))[0]
    if high is None or (seq is not None and seq >= high.seq):
        return ""
    ends = f"ends at commit {seq}, but commit {high.seq} had been confirmed"
    return f"the live file {'holds nothing' if seq is None else ends}"


def _from_copy(con: Connection, home: Path) -> tuple[Mark | None, list[str]]:
    """Take over what the published copy holds; returns its last commit, and what the archive lacks of what it names.

    None where there is no copy, or one that cannot be read through: then nothing of it is taken.
    """
    if not (home / PUBLISHED).exists():
        return None, []
    con.execute("BEGIN")
    try:
        con.execute(f"ATTACH {quoted(home / PUBLISHED)} AS old (READ_ONLY)")
        names = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'old'").fetchall()
        for table, question in tables("safety")["copy"].items():
            if (question.rpartition("old.")[2].split()[0],) in names:
                con.execute(f"INSERT INTO {table} BY NAME {question}")
        [(seq, committed_at)] = con.execute("SELECT seq, committed_at FROM old.about").fetchall()
        check(con)
    except (EngineError, ValueError):
        con.execute("ROLLBACK")
        return None, []
    con.execute("COMMIT")
    return Mark(seq=seq, committed_at=committed_at), archive.lost(home, archive.noted(con, home)[1])


def _named(
    reason: str, found: Mark | None, missing: list[str], aside: str, *, lost: int, end: datetime | None, now: datetime
) -> Recovery:
    """Put the recovery into words; `end` is the last commit's time, None where nobody knows of the last."""
    source = "the published copy and the archive" if found else "the archive alone"
    source += f", without its damaged or missing files {', '.join(missing)}" if missing else ""
    begin, until, words = found.committed_at if found and not missing else None, end or now, tables("safety")["words"]
    sound = lost == 0 and end is not None and begin is not None
    span = f"between {begin:%F %T%z} and {until:%F %T%z}" if begin else f"up to {until:%F %T%z}"
    loss = words["sound" if sound else "loss"].format(span=span, lost=lost)
    return Recovery(
        recovered_at=now, reason=reason, source=source, lost_from=None if sound else begin,
        lost_to=None if sound else until, commits=lost, aside=aside,
        detail=words["detail"].format(reason=reason, source=source, loss=loss),
    )  # fmt: skip
