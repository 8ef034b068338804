from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.service.troubles import Trouble, judge, load, save

NOW = datetime(2025, 6, 26, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_trouble_is_told_once_reminded_daily_and_told_when_over() -> None:
    told: list[str] = []
    still: tuple[Trouble, ...] = ()
    for hours in range(72):
        found = {"disk": "full"} if hours < 60 else {}
        still, notices = judge(still, found, now=NOW + hours * HOUR)
        told += [f"{hours}:{notice.kind}" for notice in notices]
    assert told == ["0:failing", "24:reminder", "48:reminder", "60:recovered"]
    assert still == ()


def test_each_telling_has_its_own_key_and_says_since_when() -> None:
    still, (first,) = judge((), {"disk": "full"}, now=NOW)
    later, (second,) = judge(still, {"disk": "fuller"}, now=NOW + 25 * HOUR)
    _, (third,) = judge(later, {}, now=NOW + 26 * HOUR)
    assert first.detail == "full"
    assert second.detail == "Still, since 2025-06-26 03:00 UTC: fuller"
    assert third.detail.startswith("Over; it had lasted since 2025-06-26 03:00 UTC")
    assert len({(one.kind, one.key) for one in (first, second, third)}) == 3


def test_what_nobody_looked_at_stands_as_it_stood() -> None:
    still, _ = judge((), {"self-test": "broken", "poll": "down"}, now=NOW)
    after, notices = judge(still, {}, now=NOW + HOUR, unchecked=("self-test",))
    assert [one.name for one in after] == ["self-test"]
    assert [(one.feed, one.kind) for one in notices] == [("poll", "recovered")]


def test_a_clock_that_went_back_reminds_no_later_than_a_day_from_then() -> None:
    still, _ = judge((), {"disk": "full"}, now=NOW)
    still, none = judge(still, {"disk": "full"}, now=NOW - 100 * HOUR)
    _, (notice,) = judge(still, {"disk": "full"}, now=NOW - 75 * HOUR)
    assert (none, notice.kind) == ((), "reminder")


def test_troubles_are_kept_and_a_broken_file_is_none(tmp_path: Path) -> None:
    still, _ = judge((), {"disk": "full"}, now=NOW)
    file = tmp_path / "troubles.json"
    assert load(file) == ()
    save(file, still)
    assert load(file) == still
    file.write_text('[{"name": 1}]', encoding="utf-8")
    assert load(file) == ()
    save(tmp_path / "missing" / "troubles.json", still)
