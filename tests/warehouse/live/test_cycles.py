from datetime import timedelta

from tests.builders import NOW
from tests.table import table
from tests.warehouse import homes
from warehouse.connection import Connection
from warehouse.live import cycles

MINUTE = timedelta(minutes=1)


@table("steps, minutes, missed")
def test_missed_slots(con: Connection, steps: tuple[int, ...], minutes: int, missed: bool) -> None:
    for ago in (*(sum(steps[n:]) for n in range(len(steps))), 0):
        begin = NOW - ago * MINUTE
        record = cycles.CycleRecord(started_at=begin, finished_at=begin, outcomes=(("new", 1),))
        cycles.record_cycle(con, record)
        homes.commit(con)
    assert cycles.last_cycles(con, 1) == [record]
    now = NOW + minutes * MINUTE
    assert cycles.unwatched(con, now=now) == ((NOW, now) if missed else None)


def test_the_batch_taken_last_is_the_one_that_a_home_goes_on_from(con: Connection) -> None:
    assert cycles.taken(con) == 0
    for batch in (5, 3):  # numbers may begin anew
        cycles.take(con, batch, now=NOW)
        assert cycles.taken(con) == batch
