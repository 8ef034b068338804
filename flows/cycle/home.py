"""The home: its lock, the one way to open it for writing, and what every stage of a cycle is given.

The lock is the operating system's, on one file, released by the kernel when its holder dies. There is no lease and no
expiry: so what a dead holder left half done is known to be dead, and the next run starts at once. Whoever writes opens
the home here: lock, recover, migrate. So no command works on a damaged file, nor lowers the high-water mark.
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol, TypeVar

from extractors.model import FeedNotice
from flows.configure.settings import Settings
from warehouse import files

if TYPE_CHECKING:
    from warehouse.live.migrate import Migrated

LOCK: Final = "konato.lock"
WORDS: Final = 512  # bytes: what a holder says of itself, padded
WAIT: Final = 30.0  # seconds that a holder is waited for (CONTRACT.md)
BUSY: Final = timedelta(minutes=10)  # what a command promises to be done in
KEPT: Final = 120.0  # seconds of a cycle, or its half, that the stages after polling keep
LOOK_SECONDS: Final = 0.05  # how often a waiter looks; short against a cycle of seconds
T = TypeVar("T")

Tell = Callable[[str, int, int], None]
"""Called at a named point with what is done and what there is in all: a progress bar's, or a test's that kills."""


class Step(Protocol):
    """Runs one stage by its name: at once, or as a task of somebody's engine."""

    def __call__(self, name: str, work: Callable[[], T], /) -> T:
        """Run `work` and return what it returns."""


def quiet(_point: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def at_once(_name: str, work: Callable[[], T], /) -> T:
    """Run a stage here and now."""
    return work()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One cycle's circumstances: `now` is its clock, `begun` when its deadline began to run (monotonic seconds)."""

    settings: Settings
    home: Path
    now: datetime
    everything: bool = False  # every enabled feed, due or not
    who: str = "konato run"
    slot: datetime | None = None  # that a schedule asks for
    tell: Tell = quiet
    step: Step = at_once
    begun: float = field(default_factory=time.monotonic)
    at: Callable[[str, str], None] = lambda _stage, _feed: None  # says where the work is, should it not end
    aside: Mapping[str, str] = field(default_factory=dict)  # feeds that are not asked this time, and why

    @property
    def seconds_left(self) -> float:
        """Real seconds until the deadline, never negative."""
        return max(0.0, self.begun + self.settings.deadline.total_seconds() - time.monotonic())

    @property
    def seconds_to_gather(self) -> float:
        """Real seconds that polling may take: what it leaves is for reading, learning, telling and publishing."""
        return max(0.0, self.seconds_left - self._kept)

    @property
    def late(self) -> bool:
        """Whether the time is up that reading may take: half of what polling left."""
        return self.seconds_left < self._kept / 2

    @property
    def _kept(self) -> float:
        return min(KEPT, self.settings.deadline.total_seconds() / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds the lock, as they wrote themselves: wall-clock times, ISO 8601."""

    pid: int
    who: str
    started: str
    deadline: str
    stage: str = ""  # what it is at
    feed: str = ""

    @property
    def place(self) -> str:
        """Where it is, in words; "" where it has not said."""
        return f"stage {self.stage}{f', feed {self.feed}' if self.feed else ''}" if self.stage else ""

    def __str__(self) -> str:
        place = f", in {self.place}" if self.place else ""
        return f"{self.who}, process {self.pid}{place}, since {self.started}, due to end by {self.deadline}"


class LockHeldError(Exception):
    """Somebody else works on this home; `str()` says who, as far as the file tells."""


def placed(notice: FeedNotice, home: Path) -> FeedNotice:
    """Say in a notice where it comes from: whoever reads it may watch with several machines and homes."""
    return replace(notice, detail=f"{notice.detail} (on {platform.node()}, home {home})")


@contextmanager
def working(home: Path, *, who: str) -> Iterator[datetime]:
    """Open the home for a command that writes; yields the real time. Raises what `hold` and `prepare` raise."""
    with hold(home, who=who):
        now = datetime.now(UTC)
        prepare(home, now=now)
        yield now


def prepare(home: Path, *, now: datetime) -> Migrated:
    """Mend what is damaged and bring the schema up to date; the caller holds the lock. Returns what was applied.

    Raises WarehouseBusy (somebody else holds the live file open), WarehouseUnwritable (the disk is full or read-only),
    MigrationChanged (the home's schema is not one that this version knows).
    """
    from warehouse.live.migrate import migrate  # the service looks at locks and needs no engine
    from warehouse.safety import recover

    recover.ensure(home, now=now)
    return migrate(home, now=now)


@contextmanager
def hold(
    home: Path, *, who: str, takes: timedelta = BUSY
) -> Iterator[tuple[Callable[[str, str], None], Holder | None]]:
    """Hold the home's lock for the duration of the block; waits on real, monotonic time.

    `takes` is how long the holder promises to work at most: what others are told. Yields how to say where the work is
    (stage and feed), so that a death tells what it died of, and the holder before, where it died holding the lock.

    Raises LockHeldError where another process held it during the whole wait, OSError where the home cannot be written
    or a symbolic link stands where a file of ours should.
    """
    files.private(home)
    path = home / LOCK
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0) as file:
        _take(file, path)  # not inherited by a child that is exec'd (PEP 446)
        dead, now = holder(home), datetime.now(UTC)
        words = Holder(pid=os.getpid(), who=who, started=f"{now:%FT%TZ}", deadline=f"{now + takes:%FT%TZ}")

        def at(stage: str, feed: str) -> None:  # in one write, so that no reader sees a half
            said = json.dumps(asdict(replace(words, stage=stage, feed=feed)))
            os.pwrite(file.fileno(), said.encode().ljust(WORDS), 0)

        file.truncate(0)  # a dead holder may have said more
        at("", "")
        try:
            yield at, dead
        finally:
            file.truncate(0)


def holder(home: Path) -> Holder | None:
    """Return who holds the lock as the file tells; None when nobody does, or it cannot be told."""
    try:
        return Holder(**json.loads((home / LOCK).read_text(encoding="utf-8"))) if (home / LOCK).is_file() else None
    except (OSError, ValueError, TypeError):
        return None


def held(home: Path) -> bool:
    """Whether some process holds the lock now; asks the kernel, since a dead holder leaves its words in the file."""
    if not (home / LOCK).is_file():  # a pipe would be waited for
        return False
    try:
        with (home / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return isinstance(error, BlockingIOError)
    return False


def _take(file: IO[bytes], path: Path) -> None:
    until = time.monotonic() + WAIT
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() >= until:
            who = holder(path.parent) or "an unknown process"
            raise LockHeldError(f"{path} is held by {who}. Wait for it, or end that process.")
        time.sleep(LOOK_SECONDS)
