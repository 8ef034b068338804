from __future__ import annotations

from datetime import timedelta

from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import Connection
from warehouse.live import cycles

HOUR, TEN = timedelta(hours=1), timedelta(minutes=10)


def test_missed_slots(con: Connection) -> None:
    assert cycles.unwatched(con, now=NOW, every=TEN) is None
    for n in (1, 0):
        begin = NOW - n * HOUR
        record = cycles.CycleRecord(started_at=begin, finished_at=begin, outcomes=(("new", 1),))
        cycles.record_cycle(con, record)
        homes.commit(con)
    assert cycles.last_cycles(con, 1) == [record]
    assert cycles.unwatched(con, now=NOW + timedelta(minutes=40), every=TEN) is None
    assert cycles.unwatched(con, now=NOW + timedelta(minutes=41), every=TEN) == (NOW, NOW + timedelta(minutes=41))
    assert cycles.unwatched(con, now=NOW + timedelta(minutes=31), every=timedelta(seconds=30))
    assert cycles.unwatched(con, now=NOW + timedelta(minutes=29), every=timedelta(seconds=30)) is None
