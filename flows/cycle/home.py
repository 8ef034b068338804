"""The home's lock: one cycle at a time, whoever started it.

An operating-system lock on one file, released by the kernel when its holder dies. There is no lease and no
expiry: so what a dead holder left half done is known to be dead, and the next run starts at once.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Final

WAIT: Final = timedelta(seconds=30)
LOOK_SECONDS: Final = 0.05  # how often a waiter looks; short against a cycle of seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds the lock, as they wrote themselves: wall-clock times, ISO 8601."""

    pid: int
    who: str
    started: str
    deadline: str

    def __str__(self) -> str:
        stopped = " (stopped: `kill -CONT` wakes it, `kill -KILL` frees the lock)" if _stopped(self.pid) else ""
        return f"{self.who}, process {self.pid}{stopped}, since {self.started}, due to end by {self.deadline}"


class LockHeldError(Exception):
    """Somebody else works on this home; `holder` says who, None where the file does not tell."""

    def __init__(self, path: Path, holder: Holder | None) -> None:
        super().__init__(f"{path} is held by {holder or 'an unknown process'}. Wait for it, or end that process.")
        self.holder = holder


@contextmanager
def hold(home: Path, *, who: str, started: str, deadline: str, wait: timedelta = WAIT) -> Iterator[None]:
    """Hold the home's lock for the duration of the block; waits on real, monotonic time.

    Raises:
        LockHeldError: another process held it during the whole wait.
        OSError: the home cannot be written.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / "konato.lock"
    with path.open("a+", encoding="utf-8") as file:  # not inherited by a child that is exec'd (PEP 446)
        _take(file, path, wait)
        file.truncate(0)
        file.write(json.dumps(asdict(Holder(pid=os.getpid(), who=who, started=started, deadline=deadline))))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def holder(home: Path) -> Holder | None:
    """Return who holds the lock as the file tells; None when nobody does, or it cannot be told."""
    try:
        return Holder(**json.loads((home / "konato.lock").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def held(home: Path) -> bool:
    """Whether some process holds the lock now; asks the kernel, since a dead holder leaves its words in the file."""
    try:
        with (home / "konato.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _take(file: IO[str], path: Path, wait: timedelta) -> None:
    until = time.monotonic() + wait.total_seconds()
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise LockHeldError(path, holder(path.parent)) from None
            time.sleep(LOOK_SECONDS)
        else:
            return


def _stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "T"
    except (OSError, IndexError):
        return False
