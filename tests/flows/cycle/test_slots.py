from __future__ import annotations

import fcntl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.cycle.home import held, hold
from flows.cycle.slots import FILE, Mark, SlotCovered, claimed, covering, last, slot_of

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
    assert given.covers(slot_of(NOW, TEN), now=NOW, running=running) is covered


def test_a_cycle_marks_its_start_and_its_end(tmp_path: Path) -> None:
    slot = slot_of(datetime.now(UTC), TEN)
    assert last(tmp_path) is covering(tmp_path, slot) is None
    with hold(tmp_path, who="a", started="", deadline=""), claimed(tmp_path, slot=slot, who="a"):
        assert held(tmp_path)
        running = covering(tmp_path, slot)
        assert running
        assert "still running" in str(running)
    assert not held(tmp_path)
    ended = last(tmp_path)
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
    assert (found := last(tmp_path)) is not None
    assert found.problem == "stage learn: OSError: disk full"
    with pytest.raises(KeyboardInterrupt), claimed(tmp_path, slot=slot, who="a"):
        raise KeyboardInterrupt
    assert (found := last(tmp_path)) is not None
    assert (found.problem, found.number) == ("it was cut off", 2)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"who": 1}', "\x00"])
def test_an_unreadable_mark_covers_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert last(tmp_path) is None


def test_looking_at_a_lock_does_not_take_it(tmp_path: Path) -> None:
    assert not held(tmp_path)
    with (tmp_path / "konato.lock").open("w", encoding="utf-8") as file:
        assert not held(tmp_path)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert held(tmp_path)
