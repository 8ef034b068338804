from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.cycle import state
from flows.cycle.home import hold
from flows.cycle.slots import SlotCovered, claimed, covering, covers, failed, failing, slot_of
from flows.cycle.state import Mark

TEN, HOUR = timedelta(minutes=10), timedelta(hours=1)
NOW = datetime(2025, 6, 26, 3, 4, 5, tzinfo=UTC)


def marked(home: Path) -> Mark:
    mark = state.read(home).cycle
    assert mark
    return mark


@pytest.mark.parametrize("every", [timedelta(seconds=5), TEN, timedelta(minutes=7), HOUR])
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
    ("changes", "running", "covered"),
    [
        ({}, False, True),
        ({"started_at": NOW - HOUR}, False, False),
        ({"finished_at": None}, True, True),
        ({"finished_at": None}, False, False),  # it died
        ({"problem": "OSError"}, False, False),
        ({"started_at": NOW + HOUR}, False, False),  # the clock went back
        ({"started_at": NOW + timedelta(seconds=2)}, False, True),
    ],
)
def test_what_covers_a_slot(changes: dict[str, object], *, running: bool, covered: bool) -> None:
    mark = Mark(**{"who": "a", "pid": 1, "started_at": NOW, "finished_at": NOW, **changes})  # type: ignore[arg-type]
    assert covers(mark, slot_of(NOW, TEN), now=NOW, running=running) is covered


def test_a_cycle_marks_its_start_and_its_end(tmp_path: Path) -> None:
    slot = slot_of(datetime.now(UTC), TEN)
    assert state.read(tmp_path).cycle is covering(tmp_path, slot) is None
    with hold(tmp_path, who="a"), claimed(tmp_path, slot=slot, who="a"):
        assert "still running" in str(covering(tmp_path, slot))
    ended = marked(tmp_path)
    assert (ended.who, ended.number, ended.problem) == ("a", 1, "")
    with pytest.raises(SlotCovered, match=r"covered by a, process .* ended"), claimed(tmp_path, slot=slot, who="b"):
        pytest.fail("the slot was covered")


def test_what_a_cycle_leaves_says_whether_it_failed_and_how_regular_cycles_are(tmp_path: Path) -> None:
    def run(error: BaseException | None = None) -> Mark:
        with suppress(OSError, KeyboardInterrupt), claimed(tmp_path, slot=None, who="a"):
            if error:
                raise error
        return marked(tmp_path)

    assert (run().steps, failing(run(), running=False)) == ((), "")
    full = OSError("full")
    full.add_note("stage learn")
    assert failing(run(full), running=False) == "stage learn: OSError: full"
    assert covering(tmp_path, slot_of(datetime.now(UTC), TEN)) is None
    with claimed(tmp_path, slot=None, who="a"):
        assert failing(marked(tmp_path), running=True) == "stage learn: OSError: full"
        assert "is gone" in failing(marked(tmp_path), running=False)
    assert run(KeyboardInterrupt()).problem == "it was cut off"
    ended = run()
    assert (ended.number, len(ended.steps), failing(ended, running=False)) == (6, 3, "")
    assert len([run() for _ in range(9)][-1].steps) == 5
    assert failing(None, running=False) == ""


def test_a_cycle_that_could_not_even_open_its_home_is_marked_once_and_never_over_one_that_runs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    failed(home, who="a", error=OSError("no"))
    assert not home.exists()
    home.mkdir()
    for _ in range(2):
        failed(home, who="a", error=OSError("no"))
    assert (marked(home).problem, marked(home).number) == ("OSError: no", 1)
    with hold(home, who="b"), claimed(home, slot=None, who="b"):
        failed(home, who="a", error=OSError("other"))
        assert marked(home).who == "b"
