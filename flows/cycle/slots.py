"""Slots, and who covers them: pure arithmetic, and one small file in the home that every cycle writes.

Slots are instants in UTC, whole multiples of the interval since the epoch: daylight saving does not reach them. A slot
is covered by any cycle that began at or after it and runs or came to its end, whoever started it: a schedule, cron, a
person. A cycle that "began" in the future was written before the clock went back, and covers nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from flows.cycle.home import held

FILE: Final = "last_cycle.json"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(seconds=5)  # a start this far in the future is a clock being set right, not one gone back


class SlotCovered(Exception):
    """Another cycle did, or does, this slot's work; `str()` says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The home's last cycle, by the real clock."""

    who: str
    pid: int
    started_at: datetime
    finished_at: datetime | None = None  # None: it runs, or died
    problem: str = ""  # why it could not come to its end
    number: int = 0  # of the home's cycles: the self-test comes every so many

    def covers(self, slot: datetime, *, now: datetime, running: bool) -> bool:
        """Whether this cycle does the work of `slot`; `running` says whether the home's lock is held."""
        alive = self.finished_at is not None or running
        return alive and not self.problem and slot <= self.started_at <= now + AHEAD

    def __str__(self) -> str:
        ending = f"ended {self.finished_at:%FT%TZ}" if self.finished_at else "still running"
        return f"{self.who}, process {self.pid}, started {self.started_at:%FT%TZ}, {ending}"


def slot_of(now: datetime, every: timedelta) -> datetime:
    """Return the latest slot at or before `now`, in UTC."""
    return EPOCH + (now - EPOCH) // every * every


def last(home: Path) -> Mark | None:
    """Return the home's last cycle; None where there is none, or its file cannot be read."""
    try:
        raw = json.loads((home / FILE).read_text(encoding="utf-8"))
        times = {name: raw[name] and datetime.fromisoformat(raw[name]) for name in ("started_at", "finished_at")}
        return Mark(**{**raw, **times})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def covering(home: Path, slot: datetime) -> Mark | None:
    """Return the cycle that does the work of `slot`; None where none does."""
    mark = last(home)
    now = datetime.now(UTC)
    return mark if mark and mark.covers(slot, now=now, running=held(home)) else None


@contextmanager
def claimed(home: Path, *, slot: datetime | None, who: str) -> Iterator[None]:
    """Mark a cycle's start and end; the caller holds the home's lock.

    Raises:
        SlotCovered: a cycle that came to its end while we waited has done this slot's work.
    """
    before, now = last(home), datetime.now(UTC)
    if slot and before and before.covers(slot, now=now, running=False):
        raise SlotCovered(f"the slot {slot:%FT%TZ} is covered by {before}")
    mark = Mark(who=who, pid=os.getpid(), started_at=now, number=before.number + 1 if before else 1)
    _write(home, mark)
    problem = "it was cut off"
    try:
        yield
        problem = ""
    except Exception as error:
        problem = ": ".join([*getattr(error, "__notes__", ()), type(error).__name__, str(error)])
        raise
    finally:
        with suppress(OSError):  # the error that matters is on its way already
            _write(home, replace(mark, finished_at=datetime.now(UTC), problem=problem))


def _write(home: Path, mark: Mark) -> None:
    """Swap the file in: whoever reads meanwhile sees the old or the new."""
    fresh = home / f"{FILE}.new"
    fresh.write_text(json.dumps(asdict(mark), default=datetime.isoformat), encoding="utf-8")
    fresh.replace(home / FILE)
