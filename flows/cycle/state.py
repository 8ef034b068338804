"""The home's one state file: its last cycle, the service, and the troubles that are open.

What must be known when the database cannot be opened stands here. Small, swapped in whole; whoever changes it holds
the home's folder for that moment, so that a cycle and the service never lose each other's words.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from alerts.model import Channel
from extractors.model import FeedNotice
from warehouse.codec import decode, encode

FILE: Final = "state.json"
OLDER: Final = ("troubles.json", "service_troubles.json", "last_cycle.json", "service.json")  # of 0.1.0
RENAMED: Final = {"cycle overdue": "cycle", "cycles late": "cycle", "Prefect": "prefect"}  # troubles of 0.1.0


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
    number: int = 0  # of the home's cycles

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

    @property
    def alive(self) -> bool:
        """Whether its process is there."""
        with suppress(ProcessLookupError):
            with suppress(PermissionError):
                os.kill(self.pid, 0)
            return True
        return False


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


def read(home: Path) -> State:
    """Return the home's state; an empty one where it cannot be read, where there is none what 0.1.0 left open.

    So that no trouble is told twice, and each one's end is told.
    """
    try:
        if (home / FILE).exists():
            return decode(State, (home / FILE).read_text(encoding="utf-8"))
        texts = [file.read_text(encoding="utf-8") for name in OLDER[:2] if (file := home / name).exists()]
        left = [one for text in texts for one in decode(tuple[Trouble, ...], text)]
        known = {name: replace(one, name=name) for one in left for name in (RENAMED.get(one.name, one.name),)}
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
