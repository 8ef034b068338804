"""The archive beside the published copy: every version of every item as Parquet, in parts that are written once.

A part's name says which commits it holds: `archive/2025-06/000000000101-000000000164.parquet` (the month, UTC, in which
its items were first seen). Small parts are merged as they age; one whose commits another part of the month holds too is
superseded, and removed an hour later: no reader misses a file that it was about to open.
"""

import logging
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from warehouse import files
from warehouse.connection import PUBLISHED, SUSPECT, Connection, EngineError, quoted
from warehouse.sql import tables

FOLDER: Final = "published/archive"
FRESH: Final = 16  # parts of level 0 that are merged; LEVEL of the others: at most some forty files a running month
LEVEL: Final = 8
OVER: Final = 8  # parts of a month that is over
GRACE: Final = 3_600.0  # real seconds between a merge and the removal of what it merged
LOG: Final = logging.getLogger("konato.archive")
NAME: Final = re.compile(r"(\d{12,})-(\d{12,})\.parquet")
_ASK: Final = tables("published")["archive"]
_ROWS: Final = _ASK["rows"]


class Part(NamedTuple):
    """The first and last commit of which a file of the archive may hold items."""

    first: int
    last: int
    file: Path


def parts(home: Path) -> list[Path]:
    """Return the files that hold every version once, those of a home of 0.1.0 (a file a month) among them."""
    current = [part.file for folder in _months(home) for part in _parts(folder)[0]]
    return [*sorted((home / FOLDER).glob("*.parquet")), *current]


def view(home: Path) -> str:
    """Return the question for each item's latest version, "" where there is no archive."""
    there = parts(home)
    again = [int(marker.name.partition("-")[2]) for marker in (home / FOLDER).glob("again-*")]
    return _ASK["latest"].format(source=_read(there), again=min(again, default=1 << 62)) if there else ""


def forgot(home: Path, seq: int) -> None:
    """Leave a marker: items of the archive may come again as new ones in later commits, after a restore or recovery."""
    (home / FOLDER).mkdir(parents=True, exist_ok=True)
    (home / FOLDER / f"again-{seq:012d}").touch()


def versions(home: Path) -> str:
    """Return a source of every version of every item, as the table `items` has them; "" where there is no archive."""
    there = parts(home)
    lacking = "NULL::TIMESTAMPTZ AS seen_at, NULL::SMALLINT AS utc_offset, NULL::BIGINT AS seq"  # in files of 0.1.0
    whole = f"(FROM {_read(there)} UNION ALL BY NAME SELECT {lacking} WHERE false)"
    key = "('0x' || item_id)::UBIGINT AS key, coalesce(seen_at, first_seen_at) AS seen_at"
    return f"(SELECT * EXCLUDE (seen_at), {key} FROM {whole})" if there else ""


@contextmanager
def standing(con: Connection, home: Path) -> Iterator[None]:
    """Attach the published copy that stands, as `before`. Raises EngineError where there is none, or no good one."""
    con.execute(f"ATTACH {quoted(home / PUBLISHED)} AS before (READ_ONLY)")
    try:
        yield
    finally:
        con.execute("DETACH before")


def noted(con: Connection, home: Path) -> tuple[int, list[str]]:
    """Return the last commit that the archive holds, and its files with their sizes, as the published copy notes them.

    (0, []) where that cannot say: then the archive is written anew. A file a month, as 0.1.0 wrote, finds its folder.
    """
    seq, listed = 0, []
    with suppress(EngineError), standing(con, home):
        [(seq, listed)] = con.execute("SELECT seq, archive FROM before.about").fetchall()
    for file in (home / FOLDER).glob("[0-9]*-[0-9]*.parquet"):
        place = home / FOLDER / file.stem / _name(0, seq)
        place.parent.mkdir(exist_ok=True)
        file.rename(place)
    return seq, [line if "/" in line else line.replace(".parquet", f"/{_name(0, seq)}") for line in listed]


def listing(home: Path) -> list[str]:
    """Return the archive's files with their sizes in bytes, as the published copy notes them."""
    return [f"{file.relative_to(home / FOLDER)} {file.stat().st_size}" for file in parts(home)]


def lost(home: Path, listed: Sequence[str]) -> list[str]:
    """Return the names of noted files that are gone, or are no longer what was written."""
    there = {*listing(home)}
    return [line.split()[0] for line in listed if line not in there]


def write(con: Connection, home: Path, *, upto: int, now: datetime) -> tuple[Path, ...]:
    """Write what the archive lacks up to a commit, then merge small parts; returns the files written.

    What a file held and the live file no longer does (retention, an older backup restored) stays.
    """
    if (home / SUSPECT).exists():  # somebody met damage: what cannot be read is set aside, and so written anew
        for file in (home / FOLDER).parent.rglob("*.parquet"):
            sound(con, file)
        (home / SUSPECT).unlink()
    after, listed = noted(con, home)
    written = [*_mended(con, home, lost(home, listed))]
    new = "SELECT DISTINCT strftime(first_seen_at, '%Y-%m') FROM items WHERE seq > $1 ORDER BY 1"
    folders = [home / FOLDER / month for (month,) in con.execute(new, [after]).fetchall()]
    written += [_part(con, one, after + 1, upto) if after else _anew(con, one, upto) for one in folders]
    return (*written, *(file for folder in _months(home) for file in _merged(con, folder, f"{now:%Y-%m}")))


def sweep(home: Path) -> None:
    """Remove what was superseded an hour ago."""
    for kept, superseded in map(_parts, _months(home)):
        for part in superseded:
            holders = [one.file for one in kept if one.first <= part.first and one.last >= part.last]
            if any(time.time() - file.stat().st_mtime > GRACE for file in holders):
                part.file.unlink()


def sound(con: Connection, file: Path) -> bool:
    """Whether a file is there and can be read through; one that cannot is set aside beside its place."""
    if there := file.exists():
        try:
            con.execute(f"SELECT max(hash(m)) FROM read_parquet({quoted(file)}) AS m").fetchall()
        except EngineError as error:
            aside, why, there = file.with_suffix(".damaged"), str(error).partition("\n")[0], False
            LOG.warning(
                "%s is damaged and set aside as %s; what the live file lacks of it is lost: %s", file, aside, why
            )
            file.replace(aside)
    return there


def copy(con: Connection, question: str, parameters: dict[str, object], place: Path) -> Path:
    """Write the answer to a question as a Parquet file, whole or not at all; returns its place."""
    with files.replacing(place) as written:
        con.execute(f"COPY ({question}) TO {quoted(written)} (FORMAT parquet, COMPRESSION zstd)", parameters)
    return place


def _name(first: int, last: int) -> str:
    return f"{first:012d}-{last:012d}.parquet"


def _read(those: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(map(quoted, those))}], union_by_name = true)"


def _months(home: Path) -> list[Path]:
    return sorted(folder for folder in (home / FOLDER).glob("[0-9]*-[0-9]*") if folder.is_dir())


def _parts(folder: Path) -> tuple[list[Part], list[Part]]:
    """Return a month's parts by their first commit: the current ones, and those that one of them supersedes."""
    names = [(NAME.fullmatch(file.name), file) for file in folder.glob("*")]
    found = [Part(int(name[1]), int(name[2]), file) for name, file in names if name]
    kept: list[Part] = []
    superseded: list[Part] = []
    for part in sorted(found, key=lambda part: (part.first, -part.last)):
        (superseded if kept and part.last <= kept[-1].last else kept).append(part)
    return kept, superseded


def _part(con: Connection, folder: Path, first: int, last: int) -> Path:
    question = f"{_ROWS} ORDER BY seq, item_id, revision"
    return copy(con, question, {"first": first, "last": last, "month": folder.name}, folder / _name(first, last))


def _mended(con: Connection, home: Path, names: Sequence[str]) -> Iterator[Path]:
    """Write lost parts anew, from what the live file still holds of their commits."""
    if names:
        LOG.warning("the archive has lost %s; written anew from the live file", ", ".join(names))
    for place in (home / FOLDER / name for name in names):
        if place.exists():
            place.replace(place.with_suffix(".damaged"))
        if name := NAME.fullmatch(place.name):
            yield _part(con, place.parent, int(name[1]), int(name[2]))


def _anew(con: Connection, folder: Path, last: int) -> Path:
    """Write a month of which nothing is known: what the live file holds, and what its files hold beside that."""
    there = [part.file for part in _parts(folder)[0] if sound(con, part.file)]
    beside = f" UNION ALL BY NAME (FROM {_read(there)} ANTI JOIN ({_ROWS}) USING (item_id, revision, seq))"
    whole = _ROWS + beside if there else _ROWS
    return copy(con, whole, {"first": 0, "last": last, "month": folder.name}, folder / _name(0, last))


def _merged(con: Connection, folder: Path, month: str) -> Iterator[Path]:
    """Merge a month's small parts where there are enough of them, or too many though the month is over."""
    there, _ = _parts(folder)
    many = folder.name < month and len(there) > OVER
    run = there[OVER - 1 if many else _start([part.file.stat().st_size for part in there]) :]
    if not run:
        return
    try:
        yield copy(con, f"FROM {_read([part.file for part in run])}", {}, folder / _name(run[0].first, run[-1].last))
    except EngineError:
        broken = [part for part in run if not sound(con, part.file)]
        if not broken:
            raise
        yield from (_part(con, folder, part.first, part.last) for part in broken)


def _start(sizes: Sequence[int]) -> int:
    """Return from which part on a month's latest ones make enough of one level to be merged; the end, mostly.

    Level 0 is below 256 KiB (2 ** 18 bytes); each further one is eight times as large.
    """
    levels = [((size >> 18).bit_length() + 2) // 3 for size in sizes]
    for level in sorted(set(levels)):
        start = max((n for n, one in enumerate(levels, 1) if one > level), default=0)
        if levels[start:].count(level) >= (LEVEL if level else FRESH):
            return start
    return len(levels)
