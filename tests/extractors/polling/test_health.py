import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from extractors.model import FeedHealth, FeedNotice, FeedState, OutcomeKind
from extractors.polling import health
from tests.builders import NOW
from tests.extractors.polling.polls import BEFORE, FEED, NEW, after, brought, fail, fetched, live, polls, quiet, same

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TEN = 10 * MINUTE


def kinds(told: list[FeedNotice]) -> list[str]:
    return [notice.kind for notice in told]


def test_a_gap_says_how_many_and_between_which_times_and_shortens_the_interval() -> None:
    spaced = {"newest": NOW, "oldest": NOW - 190 * timedelta(seconds=1)}  # 20 items in steps of 10 s: 60 in 10 minutes
    state, intervals = BEFORE, []
    for burst in range(5):
        before = replace(state, last_polled_at=NOW - TEN, missing_since=None)
        state, (notice,) = brought(before, *range(100 * (burst + 1), 100 * (burst + 1) + 20), **spaced)
        assert state.next_due_at
        intervals.append(state.next_due_at - NOW)
        assert (notice.kind, notice.feed, notice.outlet, notice.since) == ("gap", "a", "A", NOW - TEN)
        assert "about 40 items" in notice.detail
        assert "2025-06-26 02:50 UTC and 2025-06-26 02:56 UTC" in notice.detail
    assert intervals == [5 * MINUTE, *[2.5 * MINUTE] * 4]
    for wait in (5 * MINUTE, TEN, TEN):
        state, notices = brought(state, *state.last_keys[10:], 7)
        assert (state.next_due_at, notices) == (NOW + wait, ())


def test_r6_items_missed_are_told_once_with_a_daily_reminder_and_a_recovery() -> None:
    state, told = polls(
        BEFORE, 3 * 144, TEN, lambda state, now: brought(state, *range(n := state.last_keys[0] + 60, n + 20), now=now)
    )
    assert Counter(kinds(told)).keys() == {"gap", "reminder"}
    assert kinds(told).count("gap") == 1
    assert "how many cannot be told" in told[0].detail
    assert len({notice.key for notice in told}) == 3
    last, now = state.last_keys, NOW + (3 * 144 - 1) * TEN
    for hours in (1, 23, 25, 40):
        state, notices = brought(state, *last, now=now + hours * HOUR)
        assert kinds([*notices]) == (["recovered"] if hours == 25 else [])
    assert [*health.reminders([(FEED, state)], now=now + 3 * DAY)] == []


def test_r6_a_feed_that_only_shows_its_newest_item_is_known_as_such() -> None:
    _, told = polls(brought(BEFORE, 1)[0], 500, TEN, lambda state, now: brought(state, state.last_keys[0] + 1, now=now))
    assert ["only ever shows its newest item" in notice.detail for notice in told] == [True]


def test_r16_articles_that_change_by_themselves_are_told_once_a_day() -> None:
    told = [brought(BEFORE, 3, 4, worn=("A",), now=NOW + hours * HOUR)[1] for hours in range(48)]
    assert {notice.kind for (notice,) in told} == {"edits"}
    assert len({notice.key for (notice,) in told}) == 3


@pytest.mark.parametrize("seed", range(3))
def test_overlapping_polls_never_tell_a_gap(seed: int) -> None:
    chance = random.Random(seed)
    state, high = NEW, 20
    for number in range(700):
        high += chance.randrange(20)
        state, notices = brought(state, *range(high, high - 20, -1), now=NOW + number * MINUTE)
        assert not notices


@pytest.mark.parametrize(("times", "step"), [(4, 20 * MINUTE), (30, 2 * MINUTE)])
def test_less_than_five_failures_and_an_hour_are_told_to_nobody(times: int, step: timedelta) -> None:
    state, told = fail(BEFORE, times, step)
    assert (state.health, told) == (FeedHealth.FAILING, [])
    assert after(state, now=NOW + 2 * HOUR)[1] == ()


def test_unhealthy_is_told_once_reminded_daily_and_told_when_it_is_over() -> None:
    state, told = fail(BEFORE, 250)
    assert (state.health, state.failures, state.failing_since) == (FeedHealth.UNHEALTHY, 250, NOW)
    assert state.since == NOW + 80 * MINUTE
    first, *rest = told
    assert (first.kind, first.since, first.key) == ("unhealthy", NOW, NOW.isoformat())
    assert "failed 5 times in a row since 2025-06-26 03:00 UTC" in first.detail
    assert "timeout (why)" in first.detail
    assert set(kinds(rest)) == {"reminder"}
    assert len({notice.key for notice in rest}) == 3
    assert "still unhealthy" in rest[0].detail
    now = NOW + 5 * DAY
    assert [*health.reminders([(FEED, BEFORE)], now=now)] == []
    earlier, notices = after(state, OutcomeKind.TIMEOUT, now=NOW - 10 * DAY)  # a clock that went back
    assert (earlier.health, notices) == (FeedHealth.UNHEALTHY, ())
    state, (notice,) = brought(state, 3, 4, now=now)
    assert (state.health, state.failures, state.failing_since, state.since) == (FeedHealth.HEALTHY, 0, None, now)
    assert (notice.kind, notice.since) == ("recovered", NOW)
    assert after(state, now=now + HOUR)[1] == ()


def test_each_kind_of_failure_is_told_apart() -> None:
    failures = [kind for kind in OutcomeKind if kind.failed]
    told = {kind: fail(BEFORE, 5, kind=kind)[1][0].detail for kind in failures}
    assert all(f"{kind} (why)" in detail for kind, detail in told.items())
    assert len({detail.replace(f"{kind} (why)", "") for kind, detail in told.items()}) == len(failures)


@pytest.mark.parametrize(
    ("state", "well", "silent", "words"),
    [
        (live(50, HOUR), 47 * HOUR, 72 * HOUR, "every 1:00:00 or so"),
        (live(10, 7 * DAY), 100 * DAY, 141 * DAY, "every 7 days, 0:00:00 or so"),
        (brought(NEW, 1)[0], 13 * DAY, 15 * DAY, "never brought anything new"),
        (after(NEW, OutcomeKind.EMPTY)[0], 23 * HOUR, 3 * DAY, "never brought anything new"),
    ],
    ids=["a busy feed", "a slow one", "one that never changed", "R5: one that never gave an entry"],
)
def test_r5_feeds_are_silent_by_their_rhythm(state: FeedState, well: timedelta, silent: timedelta, words: str) -> None:
    step = HOUR if silent < 4 * DAY else DAY
    fine, told = quiet(state, well, step)
    assert (fine.health, told) == (FeedHealth.HEALTHY if state.first_polled_at else FeedHealth.NEW, [])
    ended, told = quiet(state, silent, step)
    assert (ended.health, told[0].kind, told[0].since) == (FeedHealth.SILENT, "silent", state.last_polled_at)
    assert words in told[0].detail
    assert "still silent" in next(health.reminders([(FEED, ended)], now=NOW + 400 * DAY)).detail
    assert brought(ended, 1, *ended.last_keys)[0].health is FeedHealth.HEALTHY


def test_nights_and_weekends_are_part_of_the_rhythm() -> None:
    hours = iter(range(24 * 7 * 6))

    def poll(state: FeedState, now: Any) -> tuple[FeedState, tuple[FeedNotice, ...]]:
        hour = next(hours)  # NOW is a Thursday, noon in Seoul
        working = now.weekday() < 5 and 0 <= now.hour < 9
        return brought(state, *range(hour, hour + 200), now=now) if working else same(state, now)

    assert polls(NEW, 24 * 7 * 6, HOUR, poll)[1] == []


def test_what_is_new_to_this_feed_counts_though_another_brought_it_first() -> None:
    assert after(BEFORE, keys=(2, 3, 4))[0].last_new_at == NOW


def test_silence_survives_failures_and_ends_with_news() -> None:
    state, [silent, *_] = quiet(live(50, HOUR), 72 * HOUR)
    now = NOW + 10 * DAY
    failing, notices = after(state, OutcomeKind.TIMEOUT, now=now)
    assert (failing.health, notices) == (FeedHealth.SILENT, ())
    answers, notices = after(failing, now=now + HOUR)
    assert (answers.health, notices) == (FeedHealth.SILENT, ())
    well, (notice,) = brought(answers, *answers.last_keys[1:], 7, now=now + 2 * HOUR)
    assert (well.health, notice.kind) == (FeedHealth.HEALTHY, "recovered")
    state, told = fail(state, 6, start=now)
    assert "unhealthy" in kinds(told)
    state, (recovered, again) = after(state, now=now + DAY)
    assert (recovered.kind, again.kind, again.key) == ("recovered", "silent", silent.key)  # the same key: told once
    assert state.health is FeedHealth.SILENT


def test_a_permanent_redirect_is_told_once_after_a_week_with_the_new_address() -> None:
    def poll(state: FeedState, now: Any) -> tuple[FeedState, tuple[FeedNotice, ...]]:
        there = fetched(url="https://new.example/feed", moved=now != NOW + 3 * DAY)
        return brought(state, 9, fetched=there, now=now)

    state, told = polls(BEFORE, 20, DAY, poll)
    told = [notice for notice in told if notice.kind == "moved"]
    assert {notice.key for notice in told} == {"https://new.example/feed"}
    assert "https://new.example/feed" in told[0].detail
    assert state.moved_since == NOW + 4 * DAY
    assert after(state, OutcomeKind.TIMEOUT, now=NOW + 20 * DAY)[1] == ()
