from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.model import Channel
from extractors.model import FeedNotice
from flows.cycle import state
from flows.cycle.state import FILE, Mark, Service, State, Trouble

NOW = datetime(2025, 6, 26, 3, 0, tzinfo=UTC)
WHOLE = State(
    cycle=Mark(who="konato run", pid=1, started_at=NOW, good_at=NOW, steps=(600.0,)),
    ailing=(("poll", "down"),),
    service=Service(
        pid=1, since=NOW, every=600.0, next_slot=NOW, prefect="http://x", up=True, worker=False, problems=(("a", "b"),)
    ),
    troubles=(Trouble(name="poll", detail="down", since=NOW, told_at=NOW),),
    untold=(FeedNotice(feed="poll", outlet="", kind="failing", since=NOW, detail="down", key="1"),),
    channels=(Channel(name="hook", url_env="HOOK"),),
)


def test_a_state_is_kept_whole_and_the_older_files_go(tmp_path: Path) -> None:
    (tmp_path / "troubles.json").write_text("[]", encoding="utf-8")
    assert state.update(tmp_path, lambda _: WHOLE) == WHOLE == state.read(tmp_path)
    assert state.put(tmp_path, untold=()) == replace(WHOLE, untold=())
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_what_0_1_0_left_open_is_taken_over_by_the_names_of_now(tmp_path: Path) -> None:
    row = '{"name": "%s", "detail": "d", "since": "2025-06-25T03:00:00+00:00", "told_at": "2025-06-26T03:00:00+00:00"}'
    (tmp_path / "troubles.json").write_text(f"[{row % 'poll'}]", encoding="utf-8")
    (tmp_path / "service_troubles.json").write_text(f"[{row % 'Prefect'}, {row % 'disk'}]", encoding="utf-8")
    found = state.read(tmp_path)
    assert [one.name for one in found.troubles] == ["poll", "prefect", "disk"]
    assert {(one.since.day, one.told_at) for one in found.troubles} == {(25, NOW)}
    assert "poll" in found.suspected  # seen once more it is no hiccup
    assert state.put(tmp_path, needs=1.0).troubles == found.troubles
    assert state.read(tmp_path).troubles == found.troubles
    (tmp_path / FILE).unlink()
    (tmp_path / "troubles.json").write_text("nonsense", encoding="utf-8")
    assert state.read(tmp_path) == State()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cycle": {"who": 1}}', '{"troubles": 1}', "\x00"])
def test_a_state_that_cannot_be_read_is_an_empty_one(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert state.read(tmp_path) == State()


def test_two_writers_lose_nothing_of_each_other(tmp_path: Path) -> None:
    def write(name: str) -> None:
        for n in range(50):
            state.update(tmp_path, lambda old: replace(old, ailing=(*old.ailing, (name, str(n)))))  # noqa: B023  at once

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, "ab"))
    assert len(state.read(tmp_path).ailing) == 100


def test_a_service_lives_as_long_as_its_process() -> None:
    assert WHOLE.service
    assert WHOLE.service.alive  # process 1, another user's or ours
    assert not replace(WHOLE.service, pid=2**22 + 1).alive
