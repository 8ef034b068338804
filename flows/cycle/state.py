"""The home's one state file: its last cycle, the service, the troubles that are open; and who covers a slot.

What must be known when the database cannot be opened stands here. Small, swapped in whole; whoever changes it holds
the home's folder for that moment, so that a cycle and the service never lose each other's words.

Slots are instants in UTC, whole multiples of the interval since the epoch: daylight saving does not reach them. A slot
is covered by any cycle that began at or after it and runs or came to its end, whoever started it: a schedule, cron, a
person. A cycle that "began" in the future was written before the clock went back, and covers nothing.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from alerts.model import Channel
from extractors.model import FeedNotice
from flows.cycle.home import held
from warehouse.cluster.standing import Standing
from warehouse.codec import decode, encode

FILE: Final = "state.json"
OLDER: Final = ("troubles.json", "service_troubles.json", "last_cycle.json", "service.json")  # of 0.1.0
RENAMED: Final = {"cycle overdue": "cycle", "cycles late": "cycle", "Prefect": "prefect"}  # troubles of 0.1.0
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(seconds=5)  # a start this far in the future is a clock being set right, not one gone back
STEPS: Final = 5  # between cycles, kept to know the home's rhythm
CUT: Final = "it was cut off"
FADES: Final = 0.9  # what Prefect needs is the longest that it needed, less a tenth each time
ENOUGH: Final = 120.0  # seconds: a run later than this waited for something else than its start


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The home's last cycle, by the real clock."""

    who: str
    pid: int
    started_at: datetime
    finished_at: datetime | None = None  # None: it runs, or died
    problem: str = ""  # why it could not come to its end
    before: str = ""  # why the one before could not
    good_at: datetime | None = None  # the end of the last cycle that came to its end
    steps: tuple[float, ...] = ()  # seconds between the ends of the last few that did

    def __str__(self) -> str:
        ending = f"ended {self.finished_at:%FT%TZ}" if self.finished_at else "still running"
        return f"{self.who}, process {self.pid}, started {self.started_at:%FT%TZ}, {ending}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong, since when, and when it was last told."""

    name: str
    detail: str
    since: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What `konato serve` says of itself; it lives as long as its process."""

    pid: int
    since: datetime
    every: float  # seconds between slots
    next_slot: datetime
    prefect: str  # the server's URL
    up: bool  # whether it answers
    worker: bool  # whether its worker runs
    problems: tuple[tuple[str, str], ...] = ()  # what it finds wrong around it, by name, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All of it."""

    cycle: Mark | None = None
    ailing: tuple[tuple[str, str], ...] = ()  # what the last cycle found of feeds and channels, by name, in words
    suspected: tuple[str, ...] = ()  # what it saw for the first time perhaps: told when the next one sees it too
    missed: tuple[tuple[str, datetime], ...] = ()  # channels with something due that are not configured, since when
    service: Service | None = None
    tested_at: datetime | None = None  # when the self-test last ran
    came_at: datetime | None = None  # when Prefect last came for a slot
    needs: float = 0.0  # seconds that it was seen to need for it
    troubles: tuple[Trouble, ...] = ()
    untold: tuple[FeedNotice, ...] = ()  # what the operators have not heard yet
    channels: tuple[Channel, ...] = ()  # as last read, should the configuration be broken by now
    config: str = ""  # the folder that they were read from
    briefing: str = ""  # why the last try to write it failed
    cluster: Standing | None = None  # how polling on other machines stood when the home last learned from it

    @property
    def serving(self) -> Service | None:
        """The service whose process is there; None where there is none."""
        if self.service is None:
            return None
        with suppress(ProcessLookupError):
            with suppress(PermissionError):  # another user's
                os.kill(self.service.pid, 0)
            return self.service
        return None


def read(home: Path) -> State:
    """Return the home's state: what 0.1.0 left open where there is none yet, an empty one where it cannot be read."""
    try:
        if (home / FILE).is_file():
            return decode(State, (home / FILE).read_text(encoding="utf-8"))
        texts = [file.read_text(encoding="utf-8") for name in OLDER[:2] if (file := home / name).exists()]
        left = [one for text in texts for one in decode(tuple[Trouble, ...], text)]
        known = {(name := RENAMED.get(one.name, one.name)): replace(one, name=name) for one in left}
        return State(troubles=tuple(known.values()), suspected=tuple(known))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return State()


def update(home: Path, change: Callable[[State], State]) -> State:
    """Change the state and return it; nobody else changes it meanwhile. Raises OSError."""
    folder = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        before = read(home)
        after = change(before)
        if after != before:
            fresh = home / f"{FILE}.new"
            fresh.write_text(encode(after), encoding="utf-8")
            fresh.replace(home / FILE)
            for name in OLDER:
                (home / name).unlink(missing_ok=True)
        return after
    finally:
        os.close(folder)


def put(home: Path, **changes: object) -> State:
    """Replace some of the state's fields. Raises OSError."""
    return update(home, lambda state: replace(state, **changes))  # type: ignore[arg-type]  # fields by their names


class SlotCovered(Exception):
    """Another cycle did, or does, this slot's work; `str()` says which."""

    def __init__(self, slot: datetime, mark: Mark) -> None:
        super().__init__(f"the slot {slot:%FT%TZ} is covered by {mark}")


def slot_of(now: datetime, every: timedelta) -> datetime:
    """Return the latest slot at or before `now`, in UTC."""
    return EPOCH + (now - EPOCH) // every * every


def covering(home: Path, slot: datetime) -> Mark | None:
    """Return the cycle that does the work of `slot`; None where none does."""
    mark = read(home).cycle
    if mark is None or mark.problem or not slot <= mark.started_at <= datetime.now(UTC) + AHEAD:
        return None
    return mark if mark.finished_at or held(home) else None


@contextmanager
def claimed(home: Path, *, slot: datetime | None, who: str) -> Iterator[None]:
    """Mark a cycle's start and end; the caller holds the home's lock.

    Raises SlotCovered: a cycle that came to its end while we waited has done this slot's work.
    """
    if slot and (other := covering(home, slot)) and other.finished_at:
        raise SlotCovered(slot, other)
    mark, problem = _started(who, read(home).cycle), CUT
    put(home, cycle=mark)
    try:
        yield
        problem = ""
    except Exception as error:
        problem = in_words(error)
        raise
    finally:
        with suppress(OSError):  # the error that matters is on its way already
            put(home, cycle=_ended(mark, problem))


def failed(home: Path, *, who: str, error: Exception) -> None:
    """Mark a cycle that could not even open its home; as far as the disk allows. One that runs keeps its mark."""
    problem = in_words(error)

    def change(before: State) -> State:
        mark = before.cycle
        known = mark and (mark.pid, mark.problem) == (os.getpid(), problem)
        return before if known or held(home) else replace(before, cycle=_ended(_started(who, mark), problem))

    with suppress(OSError):  # no home yet: then nothing says that all is well
        update(home, change)


def came(home: Path, slot: datetime) -> None:
    """Note that a scheduler has come for a slot, and how long it needed; as far as the disk allows."""
    now = datetime.now(UTC)
    seconds, needs = (now - slot).total_seconds(), read(home).needs
    needs = max(needs * FADES, seconds) if seconds < ENOUGH else needs
    with suppress(OSError):
        put(home, came_at=now, needs=round(needs, 1))


def failing(mark: Mark | None, *, running: bool) -> str:
    """Why the last cycle that should have ended by now failed; "" where it came to its end, or none ran."""
    if mark is None or mark.finished_at:
        return mark.problem if mark else ""
    return mark.before if running else f"{CUT}: {mark.who}, process {mark.pid}, is gone"


def in_words(error: Exception) -> str:
    """Name an error with its stage."""
    return ": ".join([*getattr(error, "__notes__", ()), type(error).__name__, str(error)])


def _started(who: str, before: Mark | None) -> Mark:
    begun, why = Mark(who=who, pid=os.getpid(), started_at=datetime.now(UTC)), failing(before, running=False)
    return replace(begun, before=why, good_at=before.good_at, steps=before.steps) if before else begun


def _ended(mark: Mark, problem: str) -> Mark:
    now = datetime.now(UTC)
    if problem:
        return replace(mark, finished_at=now, problem=problem)
    steps = (*mark.steps, (now - mark.good_at).total_seconds()) if mark.good_at else ()
    return replace(mark, finished_at=now, good_at=now, steps=steps[-STEPS:])
