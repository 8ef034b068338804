import random
from dataclasses import replace
from datetime import timedelta

import pytest

from extractors.model import FeedHealth, FeedNotice, FeedState, OutcomeKind
from extractors.polling import schedule
from tests.builders import NOW, feed
from tests.extractors.polling.polls import BEFORE, DAY, FEED, HOUR, MINUTE, after, brought, fail, fetched, live, quiet

# Gaps


def test_a_gap_says_how_many_and_between_which_times_and_shortens_the_interval() -> None:
    # 20 items in steps of 10 s: 60 in 10 minutes
    spaced = {"newest": NOW, "oldest": NOW - 19 * 10 * timedelta(seconds=1)}
    state, intervals = BEFORE, []
    for burst in range(5):
        keys = tuple(range(100 * (burst + 1), 100 * (burst + 1) + 20))
        before = replace(state, last_polled_at=NOW - 10 * MINUTE, missing_since=None)
        state, (notice,) = brought(before, *keys, **spaced)
        assert state.next_due_at
        intervals.append(state.next_due_at - NOW)
        assert (notice.kind, notice.feed, notice.outlet, notice.since) == ("gap", "a", "A", NOW - 10 * MINUTE)
        assert "about 40 items" in notice.detail
        assert "2025-06-26 02:50 UTC and 2025-06-26 02:56 UTC" in notice.detail
    assert intervals == [5 * MINUTE, *[2.5 * MINUTE] * 4]
    for wait in (5 * MINUTE, 10 * MINUTE, 10 * MINUTE):
        state, notices = brought(state, *state.last_keys[10:], 7)
        assert (state.next_due_at, notices) == (NOW + wait, ())


def test_r6_items_missed_are_told_once_with_a_daily_reminder_and_a_recovery() -> None:
    state, told = brought(BEFORE, *range(1, 21))[0], list[FeedNotice]()
    for poll in range(1, 3 * 144):
        now = NOW + poll * 10 * MINUTE
        state, notices = brought(state, *range(60 * poll, 60 * poll + 20), now=now)
        told += [*notices, *schedule.reminders([FEED], {"a": state}, now=now)]
    assert [notice.kind for notice in told if notice.kind != "reminder"] == ["gap"]
    assert "how many cannot be told" in told[0].detail
    assert len({notice.key for notice in told if notice.kind == "reminder"}) == 2
    last = list(state.last_keys)
    for hours in (1, 23, 25, 40):
        state, notices = brought(state, *last, now=now + hours * HOUR)
        assert [notice.kind for notice in notices] == (["recovered"] if hours == 25 else [])
    assert schedule.reminders([FEED], {"a": state}, now=now + 3 * DAY) == ()


def test_r6_a_feed_that_only_shows_its_newest_item_is_known_as_such() -> None:
    state, told = brought(BEFORE, 1)[0], list[FeedNotice]()
    for poll in range(2, 500):
        now = NOW + poll * 10 * MINUTE
        state, notices = brought(state, poll, now=now)
        told += [*notices, *schedule.reminders([FEED], {"a": state}, now=now)]
    assert ["only ever shows its newest item" in notice.detail for notice in told] == [True]


def test_r16_articles_that_change_by_themselves_are_told_once_a_day() -> None:
    keys = set()
    for hours in range(48):
        (notice,) = brought(BEFORE, 3, 4, worn=("A",), now=NOW + hours * HOUR)[1]
        assert notice.kind == "edits"
        keys.add(notice.key)
    assert len(keys) == 3


@pytest.mark.parametrize("seed", range(3))
def test_two_thousand_overlapping_polls_never_tell_a_gap(seed: int) -> None:
    chance = random.Random(seed)
    state, top = FeedState(feed="a"), 20
    for number in range(2000):
        top += chance.randrange(20)
        state, notices = brought(state, *range(top, top - 20, -1), now=NOW + number * MINUTE)
        assert not notices


def test_no_gap_where_nothing_new_came_or_nothing_was_before() -> None:
    assert brought(replace(BEFORE, last_keys=()), 7, 8)[1] == ()
    assert after(BEFORE, keys=(7, 8))[1] == ()
    assert after(BEFORE, OutcomeKind.EMPTY)[1] == ()


def test_unhealthy_takes_five_failures_and_an_hour_and_is_told_once() -> None:
    state, told = fail(BEFORE, 4)
    assert (state.health, told) == (FeedHealth.FAILING, [])
    state, told = fail(BEFORE, 30, step=2 * MINUTE)
    assert (state.health, told) == (FeedHealth.FAILING, [])
    state, told = fail(BEFORE, 50)
    assert (state.health, state.failures, state.failing_since) == (FeedHealth.UNHEALTHY, 50, NOW)
    (notice,) = told
    assert (notice.kind, notice.since, notice.key) == ("unhealthy", NOW, NOW.isoformat())
    assert "failed 5 times in a row since 2025-06-26 03:00 UTC" in notice.detail
    assert "timeout (why)" in notice.detail
    assert state.since == NOW + 80 * MINUTE


@pytest.mark.parametrize("kind", [kind for kind in OutcomeKind if kind.failed])
def test_each_kind_of_failure_is_told_apart(kind: OutcomeKind) -> None:
    (notice,) = fail(BEFORE, 5, kind=kind)[1]
    others = [fail(BEFORE, 5, kind=other)[1][0].detail for other in OutcomeKind if other.failed and other is not kind]
    assert f"{kind} (why)" in notice.detail
    assert notice.detail.replace(f"{kind} (why)", "") not in {detail.replace(f"{kind} (why)", "") for detail in others}


def test_recovery_is_told_once_and_only_after_a_warning() -> None:
    assert after(fail(BEFORE, 4)[0])[1] == ()
    state, (notice,) = after(fail(BEFORE, 6)[0], now=NOW + 2 * HOUR)
    assert (state.health, state.failures, state.failing_since, state.since) == (
        FeedHealth.HEALTHY,
        0,
        None,
        NOW + 2 * HOUR,
    )
    assert (notice.kind, notice.since) == ("recovered", NOW)
    assert after(state, now=NOW + 3 * HOUR)[1] == ()


def test_a_clock_that_went_back_leaves_an_unhealthy_feed_unhealthy() -> None:
    state, _ = fail(BEFORE, 6)
    state, notices = after(state, OutcomeKind.TIMEOUT, now=NOW - 10 * DAY)
    assert (state.health, notices) == (FeedHealth.UNHEALTHY, ())


def test_reminders_once_a_day_while_it_lasts() -> None:
    state, _ = fail(BEFORE, 5)
    start = NOW + 80 * MINUTE
    assert schedule.reminders([FEED], {"a": state}, now=start + 23 * HOUR) == ()
    keys = set()
    for hours in range(24, 96):
        (notice,) = schedule.reminders([FEED], {"a": state}, now=start + hours * HOUR)
        assert notice.kind == "reminder"
        assert "still unhealthy" in notice.detail
        keys.add(notice.key)
    assert len(keys) == 3
    assert schedule.reminders([replace(FEED, enabled=False)], {"a": state}, now=start + 2 * DAY) == ()
    assert schedule.reminders([FEED, feed(name="b")], {"a": BEFORE}, now=start + 2 * DAY) == ()


def test_a_busy_feed_is_silent_after_two_days() -> None:
    state = live(FeedState(feed="a"), 50, step=HOUR)
    assert quiet(state, 47 * HOUR)[1] == []
    state, (notice,) = quiet(state, 72 * HOUR)
    assert (state.health, notice.kind, notice.since) == (FeedHealth.SILENT, "silent", NOW + 49 * HOUR)
    assert "every 1:00:00 or so" in notice.detail
    assert "still silent" in schedule.reminders([FEED], {"a": state}, now=NOW + 30 * DAY)[0].detail


def test_a_slow_feed_has_its_own_rhythm() -> None:
    state = live(FeedState(feed="a"), 10, step=7 * DAY)
    assert quiet(state, 100 * DAY, step=DAY)[1] == []
    assert [notice.kind for notice in quiet(state, 141 * DAY, step=DAY)[1]] == ["silent"]


def test_nights_and_weekends_are_part_of_the_rhythm() -> None:
    state, told = FeedState(feed="a"), list[FeedNotice]()
    for hour in range(24 * 7 * 6):
        now = NOW + hour * HOUR  # NOW is a Thursday, noon in Seoul
        working = now.weekday() < 5 and 0 <= now.hour < 9
        state, notices = brought(state, *range(hour, hour + 400), now=now) if working else after(state, now=now)
        told += notices
    assert told == []


def test_a_feed_that_never_changed_since_we_know_it() -> None:
    state, _ = brought(FeedState(feed="a"), 1)
    assert quiet(state, 13 * DAY, step=HOUR)[1] == []
    (notice,) = quiet(state, 15 * DAY, step=HOUR)[1]
    assert notice.kind == "silent"
    assert "never" in notice.detail


def test_r5_a_feed_that_never_gave_an_entry_is_not_healthy() -> None:
    state, _ = after(FeedState(feed="a"), OutcomeKind.EMPTY)
    state, told = quiet(state, 23 * HOUR)
    assert (state.health, told) == (FeedHealth.NEW, [])
    state, (notice,) = quiet(state, 3 * DAY)
    assert (state.health, notice.kind) == (FeedHealth.SILENT, "silent")
    assert brought(state, 1)[0].health is FeedHealth.HEALTHY


def test_what_is_new_to_this_feed_counts_though_another_brought_it_first() -> None:
    state, _ = after(BEFORE, keys=(2, 3, 4))
    assert state.last_new_at == NOW


def test_silence_survives_a_failure_and_ends_with_news() -> None:
    state, _ = quiet(live(FeedState(feed="a"), 50, step=HOUR), 72 * HOUR)
    now = NOW + 10 * DAY
    failing, told = fail(state, 1, start=now)
    assert (failing.health, told) == (FeedHealth.SILENT, [])
    silent, notices = after(failing, now=now + HOUR)
    assert (silent.health, notices) == (FeedHealth.SILENT, ())
    well, (notice,) = brought(silent, *silent.last_keys[1:], 7, now=now + 2 * HOUR)
    assert (well.health, notice.kind) == (FeedHealth.HEALTHY, "recovered")


def test_a_silent_feed_that_fails_and_answers_again_is_still_silent() -> None:
    state, (silent,) = quiet(live(FeedState(feed="a"), 50, step=HOUR), 72 * HOUR)
    state, (notice,) = fail(state, 6, start=NOW + 10 * DAY)
    assert notice.kind == "unhealthy"
    state, (recovered, again) = after(state, now=NOW + 11 * DAY)
    assert (recovered.kind, again.kind, again.key) == ("recovered", "silent", silent.key)  # the same key: told once
    assert state.health is FeedHealth.SILENT


def test_a_permanent_redirect_is_told_once_after_a_week_with_the_new_address() -> None:
    state, told = BEFORE, list[FeedNotice]()
    for day in range(20):
        there = fetched(url="https://new.example/feed", moved=day != 3)
        state, notices = after(state, fetched=there, now=NOW + day * DAY)
        told += notices
    told = [notice for notice in told if notice.kind == "moved"]
    assert {notice.key for notice in told} == {"https://new.example/feed"}
    assert "https://new.example/feed" in told[0].detail
    assert state.moved_since == NOW + 4 * DAY
