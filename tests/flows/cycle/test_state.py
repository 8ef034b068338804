from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts.model import Channel
from extractors.model import FeedNotice
from flows.cycle import state
from flows.cycle.home import hold
from tests.table import table

TEN, HOUR = timedelta(minutes=10), timedelta(hours=1)
NOW = datetime(2025, 6, 26, 3, 0, tzinfo=UTC)
UP = state.Service(pid=1, since=NOW, every=600.0, next_slot=NOW, prefect="", up=True, worker=False, problems=())
SERVICE = replace(UP, problems=(("a", "b"),))
WHOLE = state.State(
    cycle=state.Mark(who="konato run", pid=1, started_at=NOW, good_at=NOW, steps=(600.0,)),
    ailing=(("poll", "down"),),
    service=SERVICE,
    troubles=(state.Trouble(name="poll", detail="down", since=NOW, told_at=NOW),),
    untold=(FeedNotice(feed="poll", outlet="", kind="failing", since=NOW, detail="down", key="1"),),
    channels=(Channel(name="hook", url_env="HOOK"),),
)


def test_a_state_is_kept_whole_and_the_older_files_go(tmp_path: Path) -> None:
    (tmp_path / "troubles.json").write_text("[]", encoding="utf-8")
    assert state.update(tmp_path, lambda _: WHOLE) == WHOLE == state.read(tmp_path)
    assert state.put(tmp_path, untold=()) == replace(WHOLE, untold=())
    assert [file.name for file in tmp_path.iterdir()] == [state.FILE]


def test_what_0_1_0_left_open_is_taken_over_by_the_names_of_now(tmp_path: Path) -> None:
    row = '{"name": "%s", "detail": "d", "since": "2025-06-25T03:00:00+00:00", "told_at": "2025-06-26T03:00:00+00:00"}'
    (tmp_path / "troubles.json").write_text(f"[{row % 'poll'}]", encoding="utf-8")
    (tmp_path / "service_troubles.json").write_text(f"[{row % 'Prefect'}, {row % 'disk'}]", encoding="utf-8")
    found = state.read(tmp_path)
    assert [one.name for one in found.troubles] == ["poll", "prefect", "disk"]
    assert {(one.since.day, one.told_at) for one in found.troubles} == {(25, NOW)}
    assert "poll" in found.suspected  # seen once more it is no hiccup
    assert state.put(tmp_path, needs=1.0).troubles == state.read(tmp_path).troubles == found.troubles


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cycle": {"who": 1}}', '{"troubles": 1}', "\x00"])
def test_a_state_that_cannot_be_read_is_an_empty_one(tmp_path: Path, text: str) -> None:
    (tmp_path / state.FILE).write_text(text, encoding="utf-8")
    assert state.read(tmp_path) == state.State()


def test_two_writers_lose_nothing_of_each_other(tmp_path: Path) -> None:
    def write(name: str) -> None:
        for n in range(50):
            state.update(tmp_path, lambda old: replace(old, ailing=(*old.ailing, (name, str(n)))))  # noqa: B023  at once

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, "ab"))
    assert len(state.read(tmp_path).ailing) == 100


def test_a_service_lives_as_long_as_its_process() -> None:
    assert WHOLE.serving  # process 1, another user's or ours
    assert not replace(WHOLE, service=replace(SERVICE, pid=2**22 + 1)).serving


@pytest.mark.parametrize("every", [timedelta(seconds=5), TEN, timedelta(minutes=7), HOUR])
def test_slots_are_multiples_of_the_interval_since_the_epoch_whatever_the_clocks_do(every: timedelta) -> None:
    now = NOW + timedelta(minutes=4, seconds=5)
    slot = state.slot_of(now, every)
    assert slot <= now < slot + every
    assert slot.timestamp() % every.total_seconds() == 0
    assert state.slot_of(slot, every) == slot
    for day in (datetime(2025, 3, 30, tzinfo=UTC), datetime(2025, 10, 26, tzinfo=UTC)):
        moments = [(day + n * every).astimezone(ZoneInfo("Europe/Brussels")) for n in range(HOUR * 24 // every)]
        assert len({state.slot_of(moment, every) for moment in moments}) == len(moments)


@table("began, ended, problem, running, covered")
def test_what_covers_a_slot(
    tmp_path: Path, began: float, *, ended: bool, problem: str, running: bool, covered: bool
) -> None:
    now = datetime.now(UTC)
    started, over = now + timedelta(seconds=began), now if ended else None
    state.put(tmp_path, cycle=state.Mark(who="a", pid=1, started_at=started, finished_at=over, problem=problem))
    with hold(tmp_path, who="a") if running else nullcontext():
        assert bool(state.covering(tmp_path, now)) is covered


@table("needs, late, after")
def test_o5_what_a_scheduler_needs_is_the_longest_and_fades_and_an_hours_delay_is_none(
    tmp_path: Path, needs: float, late: float, after: float
) -> None:
    state.put(tmp_path, needs=needs)
    state.came(tmp_path, datetime.now(UTC) - timedelta(seconds=late))
    assert state.read(tmp_path).needs == pytest.approx(after, abs=0.2)


def marked(home: Path) -> state.Mark:
    mark = state.read(home).cycle
    assert mark
    return mark


def test_a_cycle_marks_its_start_and_its_end(tmp_path: Path) -> None:
    slot = state.slot_of(datetime.now(UTC), TEN)
    assert state.read(tmp_path).cycle is state.covering(tmp_path, slot) is None
    with hold(tmp_path, who="a"), state.claimed(tmp_path, slot=slot, who="a"):
        assert "still running" in str(state.covering(tmp_path, slot))
    assert (marked(tmp_path).who, marked(tmp_path).problem) == ("a", "")
    with (
        pytest.raises(state.SlotCovered, match=r"covered by a, process .* ended"),
        state.claimed(tmp_path, slot=slot, who="b"),
    ):
        pytest.fail("the slot was covered")


def test_what_a_cycle_leaves_says_whether_it_failed_and_how_regular_cycles_are(tmp_path: Path) -> None:
    def run(error: BaseException | None = None) -> state.Mark:
        with suppress(OSError, KeyboardInterrupt), state.claimed(tmp_path, slot=None, who="a"):
            if error:
                raise error
        return marked(tmp_path)

    assert (run().steps, state.failing(run(), running=False)) == ((), "")
    full = OSError("full")
    full.add_note("stage learn")
    assert state.failing(run(full), running=False) == "stage learn: OSError: full"
    assert state.covering(tmp_path, state.slot_of(datetime.now(UTC), TEN)) is None
    with state.claimed(tmp_path, slot=None, who="a"):
        assert state.failing(marked(tmp_path), running=True) == "stage learn: OSError: full"
        assert "is gone" in state.failing(marked(tmp_path), running=False)
    assert run(KeyboardInterrupt()).problem == "it was cut off"
    ended = run()
    assert (len(ended.steps), state.failing(ended, running=False)) == (3, "")
    assert len([run() for _ in range(9)][-1].steps) == 5
    assert state.failing(None, running=False) == ""


def test_a_cycle_that_could_not_even_open_its_home_is_marked_once_and_never_over_one_that_runs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    state.failed(home, who="a", error=OSError("no"))
    assert not home.exists()
    home.mkdir()
    state.failed(home, who="a", error=OSError("no"))
    first = marked(home)
    state.failed(home, who="a", error=OSError("no"))
    assert first == marked(home)
    assert first.problem == "OSError: no"
    with hold(home, who="b"), state.claimed(home, slot=None, who="b"):
        state.failed(home, who="a", error=OSError("other"))
        assert marked(home).who == "b"
