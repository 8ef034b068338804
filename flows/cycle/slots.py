"""Slots, and who covers them: pure arithmetic, and the mark that every cycle leaves in the home's state.

Slots are instants in UTC, whole multiples of the interval since the epoch: daylight saving does not reach them. A slot
is covered by any cycle that began at or after it and runs or came to its end, whoever started it: a schedule, cron, a
person. A cycle that "began" in the future was written before the clock went back, and covers nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from flows.cycle import state
from flows.cycle.home import held
from flows.cycle.state import Mark, State

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(seconds=5)  # a start this far in the future is a clock being set right, not one gone back
STEPS: Final = 5  # between cycles, kept to know the home's rhythm
CUT: Final = "it was cut off"
FADES: Final = 0.9  # what Prefect needs is the longest that it needed, less a tenth each time
ENOUGH: Final = 120.0  # seconds: a run later than this waited for something else than its start


class SlotCovered(Exception):
    """Another cycle did, or does, this slot's work; `str()` says which."""

    def __init__(self, slot: datetime, mark: Mark) -> None:
        super().__init__(f"the slot {slot:%FT%TZ} is covered by {mark}")


def slot_of(now: datetime, every: timedelta) -> datetime:
    """Return the latest slot at or before `now`, in UTC."""
    return EPOCH + (now - EPOCH) // every * every


def covers(mark: Mark | None, slot: datetime, *, now: datetime, running: bool) -> bool:
    """Whether a cycle does the work of `slot`; `running` says whether the home's lock is held."""
    if mark is None or mark.problem or (mark.finished_at is None and not running):
        return False
    return slot <= mark.started_at <= now + AHEAD


def covering(home: Path, slot: datetime) -> Mark | None:
    """Return the cycle that does the work of `slot`; None where none does."""
    mark = state.read(home).cycle
    return mark if covers(mark, slot, now=datetime.now(UTC), running=held(home)) else None


@contextmanager
def claimed(home: Path, *, slot: datetime | None, who: str) -> Iterator[None]:
    """Mark a cycle's start and end; the caller holds the home's lock.

    Raises:
        SlotCovered: a cycle that came to its end while we waited has done this slot's work.
    """
    before = state.read(home).cycle
    if slot and before and covers(before, slot, now=datetime.now(UTC), running=False):
        raise SlotCovered(slot, before)
    mark, problem = _started(who, before), CUT
    state.put(home, cycle=mark)
    try:
        yield
        problem = ""
    except Exception as error:
        problem = in_words(error)
        raise
    finally:
        with suppress(OSError):  # the error that matters is on its way already
            state.put(home, cycle=_ended(mark, problem))


def failed(home: Path, *, who: str, error: Exception) -> None:
    """Mark a cycle that could not even open its home; as far as the disk allows. One that runs keeps its mark."""
    problem = in_words(error)

    def change(before: State) -> State:
        mark = before.cycle
        ours = mark and mark.pid == os.getpid() and mark.problem == problem
        return before if ours or held(home) else replace(before, cycle=_ended(_started(who, mark), problem))

    with suppress(OSError):  # no home yet: then nothing says that all is well
        state.update(home, change)


def came(home: Path, slot: datetime) -> None:
    """Note that a scheduler has come for a slot, and how long it needed; as far as the disk allows."""
    now = datetime.now(UTC)
    seconds = (now - slot).total_seconds()

    def change(before: State) -> State:
        needs = max(before.needs * FADES, seconds) if seconds < ENOUGH else before.needs
        return replace(before, came_at=now, needs=round(needs, 1))

    with suppress(OSError):
        state.update(home, change)


def failing(mark: Mark | None, *, running: bool) -> str:
    """Why the last cycle that should have ended by now failed; "" where it came to its end, or none ran."""
    if mark is None or mark.finished_at:
        return mark.problem if mark else ""
    return mark.before if running else f"{CUT}: {mark.who}, process {mark.pid}, is gone"


def in_words(error: Exception) -> str:
    """Name an error with its stage."""
    return ": ".join([*getattr(error, "__notes__", ()), type(error).__name__, str(error)])


def _started(who: str, before: Mark | None) -> Mark:
    now, pid = datetime.now(UTC), os.getpid()
    if before is None:
        return Mark(who=who, pid=pid, started_at=now, number=1)
    why = failing(before, running=False)
    begun = replace(before, who=who, pid=pid, started_at=now, finished_at=None, problem="", before=why)
    return replace(begun, number=before.number + 1)


def _ended(mark: Mark, problem: str) -> Mark:
    now = datetime.now(UTC)
    if problem:
        return replace(mark, finished_at=now, problem=problem)
    steps = (*mark.steps, (now - mark.good_at).total_seconds()) if mark.good_at else ()
    return replace(mark, finished_at=now, good_at=now, steps=steps[-STEPS:])
