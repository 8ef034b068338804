"""The one door to DuckDB: open late, close early, wait for the lock within a limit, name what went wrong.

The live file is touched by nothing else while a connection is open: opening and closing it by other means in the same
process would drop DuckDB's lock, and another process's commits would be lost without a word.
"""

import re
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import duckdb

from warehouse import files, mark

Connection: TypeAlias = duckdb.DuckDBPyConnection
EngineError: TypeAlias = duckdb.Error

LIVE: Final = "konato.duckdb"
PUBLISHED: Final = "published/konato.duckdb"
DAMAGED: Final = "konato.damaged"  # a note: what DuckDB said when it met damage in the live file …
SUSPECT: Final = "konato.suspect"  # … and in a Parquet file
WAIT: Final = 30.0  # seconds; the longest that a writer keeps the file is one transaction
RETRY: Final = 0.02  # seconds between two tries for the lock
SMALL: Final = 8 << 20  # bytes; of a smaller file, packing text is half of what writing costs, for little room
SPILL: Final = "konato.spill"  # a folder in the home, else the engine makes one wherever the process stands
_ENGINE: Final = tomllib.loads(Path(__file__).with_name("engine.toml").read_text(encoding="utf-8"))
_CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = _ENGINE["config"]
_LOCKED, _DISK, _DAMAGE = ("|".join(_ENGINE["says"][kind]) for kind in ("locked", "disk", "damage"))
_KEPT: Final[dict[Path, Connection | None]] = {}  # homes in a session, each with its engine once that is open
_TURN: Final = threading.RLock()  # the threads of a session write in turn


class WarehouseError(Exception):
    """A file of ours is not to be used as it stands: which one, why, and the mend."""

    says = "{file}: {reason}"

    def __init__(self, *, file: Path | str, reason: str) -> None:
        super().__init__(self.says.format(file=file, reason=reason))


class WarehouseBusy(WarehouseError):
    """Another process (the reason) holds the database open, for longer than we wait."""

    says = "{file} is held open by {reason}. End that process, or open the published copy, which never locks."


class WarehouseDamaged(WarehouseError):
    """A file of ours, or its write-ahead log, cannot be read."""

    says = "{file} is damaged: {reason}. The next cycle puts it right."


class WarehouseUnwritable(WarehouseError):
    """The disk is full, read-only or failing, memory or open files are short; what was committed stands."""

    says = "{file} cannot be read or written: {reason}. Make room or give permission; what was committed before stands."


@contextmanager
def writing(home: Path, *, wait: float = WAIT, now: datetime | None = None) -> Iterator[Connection]:
    """Yield one transaction on the live file: committed at the end, rolled back on any error, always closed.

    `now` is the cycle's clock, for the high-water mark; `wait` is in seconds. Raises WarehouseBusy after the whole
    wait, WarehouseDamaged, WarehouseUnwritable.
    """
    when = now or datetime.now(UTC)
    with _TURN, opened(home, wait=wait) as con:
        con.begin()
        [(seq,)] = con.execute("UPDATE mark SET seq = seq + 1, committed_at = $1 RETURNING seq", [when]).fetchall()
        yield con  # an error closes the connection, which rolls back
        con.commit()
        try:
            mark.write(home, mark.Mark(seq=seq, committed_at=when))
        except OSError as error:  # committed all the same: a mark too low is no damage, and the next commit raises it
            raise WarehouseUnwritable(file=home / mark.NAME, reason=str(error)) from error


def published_file(home: Path) -> Path:
    """Return the published copy. Raises FileNotFoundError where nothing was published yet."""
    if not (file := home / PUBLISHED).exists():
        raise FileNotFoundError(f"{file} is not there yet: the first cycle writes it. Run `konato run`.")
    return file


@contextmanager
def published(home: Path) -> Iterator[Connection]:
    """Yield a read-only connection to the published copy, which nobody ever locks.

    Raises FileNotFoundError where nothing was published yet, WarehouseDamaged where it cannot be read.
    """
    file = published_file(home)
    try:
        with opened(home, read_only=True, file=file) as con:
            yield con
    except duckdb.Error as error:  # met when a block is read, long after opening
        raise WarehouseDamaged(file=file, reason=str(error)) from error


@contextmanager
def session(home: Path) -> Iterator[None]:
    """Keep the live file open from its first use to the end of the block, for whoever holds the home's lock.

    All that this process opens of the live file meanwhile goes over one connection.
    """
    _KEPT[home] = None
    with ExitStack() as ends:
        ends.callback(_KEPT.pop, home)
        ends.callback(let_go, home)  # comes first
        yield


def let_go(home: Path) -> None:
    """Close what a session keeps open, before the file is moved or read by other means; its next use opens it again."""
    if engine := _KEPT.get(home):
        _KEPT[home] = None
        with _in_words(home, home / LIVE):  # what could not be written while it was open cannot be now
            engine.close()


def backup(home: Path, file: Path) -> None:
    """Copy the whole live database to a fresh `file`, which may take its own place, whole or not at all.

    The caller holds the home's lock.
    """
    with files.replacing(file) as written:
        with opened(home) as con:
            con.execute(f"CHECKPOINT; ATTACH {quoted(written)} AS fresh")
            con.execute("COPY FROM DATABASE konato TO fresh; CHECKPOINT fresh; DETACH fresh")
        let_go(home)  # only now may another file take the place of the live one


def quoted(text: Path | str) -> str:
    """Return a text as an SQL string: where a statement takes no parameter."""
    return "'" + str(text).replace("'", "''") + "'"


@contextmanager
def opened(
    home: Path, *, wait: float = WAIT, read_only: bool = False, file: Path | None = None
) -> Iterator[Connection]:
    """Yield a connection to the live file (or another one of ours) without a transaction."""
    lent = file is None and home in _KEPT
    file = file or home / LIVE
    with _in_words(home, file):
        engine = (_KEPT[home] if lent else None) or _attached(home, file, wait=wait, read_only=read_only and not lent)
        if lent:
            _KEPT[home] = engine
        try:
            with nullcontext() if lent else engine, engine.cursor() as con:
                con.execute("USE konato; SET TimeZone = 'UTC'")
                yield con
        except BaseException:
            if lent:  # the engine is not used again, and what else was attached goes with it
                with suppress(WarehouseError, duckdb.Error):
                    let_go(home)
            raise


reading: Final = partial(opened, read_only=True)
"""Yield a connection to read the live file with, for moments only: without a session it keeps the writer out."""


def sandbox(file: Path, *, archive: str, folders: Sequence[str], settings: Mapping[str, str]) -> Connection:
    """Open a file for somebody else's SQL: read-only, no network, no other file than those of some folders.

    `archive` is the question that the view `archive` answers from them, if any. Progress would go to standard output.
    """
    con = duckdb.connect(str(file), read_only=True, config={**_CONFIG, **settings})
    con.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET python_enable_replacements = false")
    if archive:
        con.execute(f"CREATE TEMP VIEW archive AS {archive}")
    con.execute("SET allowed_directories = $1", [[f"{folder}/" for folder in folders]])
    con.execute("SET enable_external_access = false; SET lock_configuration = true")
    return con


def bare(sql: str) -> str:
    """Return one statement as it may stand in brackets: without its semicolon, and what follows that."""
    text = sql.encode()
    ends = [at for at, kind in duckdb.tokenize(sql) if kind == duckdb.token_type.operator and text[at : at + 1] == b";"]
    return text[: min(ends, default=None)].decode()


def _attached(home: Path, file: Path, *, wait: float, read_only: bool) -> Connection:
    """Return an engine that holds a file, waiting for its lock; closing it writes the log into the main file."""
    until = time.monotonic() + wait
    engine = duckdb.connect(config={**_CONFIG, "temp_directory": str(home / SPILL)})
    while True:
        try:
            engine.execute(
                f"ATTACH {quoted(file)} AS konato (TYPE duckdb, {'READ_ONLY' if read_only else 'READ_WRITE'})"
            )
        except duckdb.OperationalError as error:
            if not (holder := held_by(error)):
                raise
            if time.monotonic() >= until:
                raise WarehouseBusy(file=file, reason=holder) from error
        else:
            engine.execute(f"SET disabled_compression_methods = '{'fsst' if file.stat().st_size < SMALL else ''}'")
            return engine
        time.sleep(RETRY)


@contextmanager
def _in_words(home: Path, file: Path) -> Iterator[None]:
    """Raise what an engine's error says of our files in its place."""
    try:
        yield
    except duckdb.Error as error:
        if found := meant(error, home, file):
            raise found from error
        raise


def meant(error: EngineError, home: Path, file: Path) -> WarehouseError | None:
    """Return what an engine's error says of our files, damage noted for the next cycle; None for any other error."""
    said, reason = str(error).lower(), str(error).partition("\n")[0]
    if re.search(_DISK, said):
        return WarehouseUnwritable(file=file, reason=reason)
    if not re.search(_DAMAGE, said):
        return None
    named = re.search(r"""["'](/[^"']+)["']""", str(error))
    theirs = Path(named[1]) if named else (home / PUBLISHED).parent if "parquet" in said else file
    file = file if str(theirs).startswith(str(file)) else theirs
    if note := SUSPECT if "parquet" in said else DAMAGED if file == home / LIVE else "":
        with suppress(OSError):
            (home / note).write_text(reason, encoding="utf-8")
    return WarehouseDamaged(file=file, reason=reason)


def held_by(error: EngineError) -> str:
    """Say who holds a file, where that is what an error is about; "" for any other."""
    said = str(error)
    if not re.search(_LOCKED, said.lower()):
        return ""
    found = re.search(r"held in (.+?) \(PID (\d+)\)(?: by user (\S+?))?\.", said)
    return f"process {found[2]} ({found[1]})" if found else "another process"
