"""What each cycle did, and the time in which none ran."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low
from typing import Final

from warehouse.connection import Connection
from warehouse.live.bulk import append, whole

SLOTS: Final = 3  # missed ones, and this long: only then does a catch-up say so (CONTRACT.md)
GAP: Final = timedelta(minutes=30)
RHYTHM: Final = 6  # cycles looked back on for the usual time between two
FEW: Final = 2  # steps that make a rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRecord:
    """One cycle in figures; times are the cycle's clock."""

    started_at: datetime
    finished_at: datetime
    who: str = ""  # who ran it: "konato run", "konato serve", a slot's name
    outcomes: tuple[tuple[str, int], ...] = ()  # polls by how they ended
    items: int = 0
    relevant: int = 0
    events: int = 0  # new or changed
    alerts: int = 0
    left: int = 0  # feeds that the deadline left due
    deliveries: tuple[tuple[str, int], ...] = ()  # by the state they reached


def record_cycle(con: Connection, record: CycleRecord) -> None:
    """Append what a cycle did."""
    append(con, "cycles", [record])


def take(con: Connection, batch: int, *, now: datetime) -> None:
    """Note that this transaction learns from a batch of other machines' polls, or where a home goes on."""
    con.execute("DELETE FROM batches")
    append(con, "batches", [{"batch": batch, "taken_at": now}])


def taken(con: Connection) -> int:
    """Return the last batch that this home has learned from; 0 for none."""
    [(batch,)] = con.execute("SELECT coalesce(max(batch), 0) FROM batches").fetchall()
    return int(batch)


def last_cycles(con: Connection, n: int) -> list[CycleRecord]:
    """Return the last cycles, latest first."""
    return whole(con, CycleRecord, "SELECT facts FROM cycles ORDER BY seq DESC LIMIT $n", {"n": n})


def unwatched(con: Connection, *, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the time since the last cycle, where more than three slots and half an hour were missed.

    A slot is the usual time between two by the home's own rhythm: cron has its own, a schedule too.
    """
    last = last_cycles(con, RHYTHM)
    starts = [past.started_at for past in last]
    steps = [later - earlier for later, earlier in pairwise(starts) if later > earlier]
    if len(steps) < FEW or now - starts[0] <= max(GAP, (SLOTS + 1) * median_low(steps)):
        return None
    return last[0].finished_at, now
