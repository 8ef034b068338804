from __future__ import annotations

import contextlib
import fcntl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.cycle import state
from flows.cycle.home import held, hold
from flows.cycle.slots import SlotCovered, claimed, covering, covers, failed, failing, slot_of
from flows.cycle.state import Mark

TEN = timedelta(minutes=10)
NOW = datetime(2025, 6, 26, 3, 4, 5, tzinfo=UTC)


def mark(**changes: object) -> Mark:
    return Mark(**{"who": "konato run", "pid": 1, "started_at": NOW, "finished_at": NOW, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("every", [timedelta(seconds=5), TEN, timedelta(minutes=7), timedelta(hours=1)])
def test_slots_are_multiples_of_the_interval_since_the_epoch(every: timedelta) -> None:
    slot = slot_of(NOW, every)
    assert slot <= NOW < slot + every
    assert slot.timestamp() % every.total_seconds() == 0
    assert slot_of(slot, every) == slot


@pytest.mark.parametrize("day", [datetime(2025, 3, 30, tzinfo=UTC), datetime(2025, 10, 26, tzinfo=UTC)])
def test_daylight_saving_neither_adds_nor_drops_a_slot(day: datetime) -> None:
    brussels = ZoneInfo("Europe/Brussels")
    moments = [(day + n * timedelta(minutes=1)).astimezone(brussels) for n in range(24 * 60)]
    assert len({slot_of(moment, TEN) for moment in moments}) == 144


@pytest.mark.parametrize(
    ("given", "running", "covered"),
    [
        (mark(), False, True),
        (mark(started_at=NOW - timedelta(hours=1)), False, False),
        (mark(finished_at=None), True, True),
        (mark(finished_at=None), False, False),  # it died
        (mark(problem="OSError"), False, False),
        (mark(started_at=NOW + timedelta(hours=1)), False, False),  # the clock went back
        (mark(started_at=NOW + timedelta(seconds=2)), False, True),
    ],
)
def test_what_covers_a_slot(given: Mark, *, running: bool, covered: bool) -> None:
    assert covers(given, slot_of(NOW, TEN), now=NOW, running=running) is covered


def test_a_cycle_marks_its_start_and_its_end(tmp_path: Path) -> None:
    slot = slot_of(datetime.now(UTC), TEN)
    assert state.read(tmp_path).cycle is covering(tmp_path, slot) is None
    with hold(tmp_path, who="a"), claimed(tmp_path, slot=slot, who="a"):
        assert held(tmp_path)
        running = covering(tmp_path, slot)
        assert running
        assert "still running" in str(running)
    assert not held(tmp_path)
    ended = state.read(tmp_path).cycle
    assert ended
    assert (ended.who, ended.number, ended.problem) == ("a", 1, "")
    assert "ended" in str(ended)
    with pytest.raises(SlotCovered, match="covered by a, process"), claimed(tmp_path, slot=slot, who="b"):
        pytest.fail("the slot was covered")


def test_a_cycle_that_fails_covers_nothing_and_says_why(tmp_path: Path) -> None:
    slot = slot_of(datetime.now(UTC), TEN)
    error = OSError("disk full")
    error.add_note("stage learn")
    with pytest.raises(OSError, match="disk full"), claimed(tmp_path, slot=slot, who="a"):
        raise error
    assert covering(tmp_path, slot) is None
    assert (found := state.read(tmp_path).cycle) is not None
    assert found.problem == "stage learn: OSError: disk full"
    with pytest.raises(KeyboardInterrupt), claimed(tmp_path, slot=slot, who="a"):
        raise KeyboardInterrupt
    assert (found := state.read(tmp_path).cycle) is not None
    assert (found.problem, found.number) == ("it was cut off", 2)


def test_what_a_cycle_leaves_says_whether_it_failed_and_how_regular_cycles_are(tmp_path: Path) -> None:
    def run(error: Exception | None = None) -> Mark:
        with contextlib.suppress(OSError), hold(tmp_path, who="a"), claimed(tmp_path, slot=None, who="a"):
            if error:
                raise error
        mark = state.read(tmp_path).cycle
        assert mark
        return mark

    assert (run().steps, failing(run(), running=False)) == ((), "")
    broken = run(OSError("full"))
    assert failing(broken, running=False) == "OSError: full"
    with hold(tmp_path, who="a"), claimed(tmp_path, slot=None, who="a"):
        assert failing(state.read(tmp_path).cycle, running=True) == "OSError: full"
        assert "is gone" in failing(state.read(tmp_path).cycle, running=False)
    ended = run()
    assert (ended.number, len(ended.steps), failing(ended, running=False)) == (5, 3, "")
    assert len([run() for _ in range(9)][-1].steps) == 5
    assert failing(None, running=False) == ""


def test_a_cycle_that_could_not_even_open_its_home_is_marked_once_and_never_over_one_that_runs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    failed(home, who="a", error=OSError("no"))
    assert not home.exists()
    home.mkdir()
    failed(home, who="a", error=OSError("no"))
    failed(home, who="a", error=OSError("no"))
    mark = state.read(home).cycle
    assert mark
    assert (mark.problem, mark.number) == ("OSError: no", 1)
    with hold(home, who="b"), claimed(home, slot=None, who="b"):
        failed(home, who="a", error=OSError("other"))
        assert (running := state.read(home).cycle) is not None
        assert running.who == "b"


def test_looking_at_a_lock_does_not_take_it(tmp_path: Path) -> None:
    assert not held(tmp_path)
    with (tmp_path / "konato.lock").open("w", encoding="utf-8") as file:
        assert not held(tmp_path)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert held(tmp_path)
