"""Readers of the published copy, each a process of its own; they import little, so that eight of them start soon."""

from __future__ import annotations

from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event, Semaphore
from pathlib import Path

import duckdb

from warehouse.connection import PUBLISHED, published

LOOK = 0.02  # seconds between two looks for a fresh copy


def follow(home: str, ready: Semaphore, stop: Event, out: Queue[tuple[int, str]]) -> None:
    """Read every copy as soon as it is there."""
    opens, last, problem, seen = 0, 0, "", 0
    ready.release()
    try:
        while not stop.wait(LOOK):
            if (now := (Path(home) / PUBLISHED).stat().st_mtime_ns) == seen:
                continue
            seen = now
            with published(Path(home)) as con:
                seq, alerts, deliveries, mine = con.execute(
                    "SELECT (SELECT seq FROM about), (SELECT count(*) FROM alerts), (SELECT count(*) FROM deliveries),"
                    " (SELECT count(*) FROM cycles)"
                ).fetchall()[0]
            opens += 1
            if not (alerts == deliveries == mine and seq >= last):
                problem = f"torn: {seq} {alerts} {deliveries} {mine}"
            last = seq
    except Exception as error:
        problem = repr(error)
    out.put((opens, problem))


def hold(home: str, ready: Semaphore, stop: Event, out: Queue[tuple[int, str]]) -> None:
    """Keep the first copy open to the end."""
    with duckdb.connect(str(Path(home) / PUBLISHED), read_only=True) as con:
        ready.release()
        stop.wait()
        [found] = con.execute("SELECT seq, (SELECT count(*) FROM cycles) FROM about").fetchall()
    out.put((1, "" if found == (1, 1) else f"the copy held open changed: {found}"))
