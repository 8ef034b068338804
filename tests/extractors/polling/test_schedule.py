import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

import pytest

from extractors.model import Feed, FeedHealth, FeedNotice, FeedState, Fetched, OutcomeKind
from extractors.polling import schedule
from extractors.polling.poll import Poll
from tests.builders import NOW, feed, item

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = feed(every=10 * MINUTE)
BEFORE = FeedState(
    feed="a",
    url=FEED.url,
    etag='"1"',
    last_modified="then",
    body_hash="h1",
    first_polled_at=NOW - DAY,
    last_polled_at=NOW - 10 * MINUTE,
    last_full_at=NOW - HOUR,
    next_due_at=NOW,
    last_new_at=NOW - HOUR,
    rhythm_seconds=3600.0,
    last_keys=(1, 2, 3),
    health=FeedHealth.HEALTHY,
    since=NOW - DAY,
)


def fetched(**changes: Any) -> Fetched:
    return Fetched(**{"feed": "a", "kind": None, "reason": "", "status": 200, "etag": '"2"', **changes})


def after(
    state: FeedState, kind: OutcomeKind = OutcomeKind.UNCHANGED, *, keys: Iterable[int] = (), **changes: Any
) -> tuple[FeedState, tuple[FeedNotice, ...]]:
    dates = [changes.pop("oldest", None), changes.pop("newest", None)]
    items = tuple(item(key=key, published_at=date) for key, date in zip_longest(keys, dates) if key is not None)
    told: dict[str, Any] = {
        "feed": FEED, "fetched": fetched(kind=kind) if kind.failed else fetched(), "items": items, "body_hash": "h2", "reason": "why",
        "now": NOW, "jitter": 0.0, **changes,
    }  # fmt: skip
    return schedule.after(Poll(kind=kind, **told), state)


def brought(state: FeedState, *keys: int, **changes: Any) -> tuple[FeedState, tuple[FeedNotice, ...]]:
    fresh = frozenset(keys) - set(state.last_keys)
    kind = OutcomeKind.NEW if fresh else OutcomeKind.UNCHANGED
    return after(state, kind, **{"keys": keys, "new_keys": fresh, **changes})


# What is due

FULL = (None, None)


def validators(source: Feed, state: FeedState, now: datetime = NOW) -> tuple[str | None, str | None]:
    request = schedule.request_for(source, state, now=now)
    assert (request.feed, request.url, request.now) == (source, source.url, now)
    return request.etag, request.last_modified


def test_due_feeds_the_longest_overdue_first() -> None:
    feeds = [feed(name=name) for name in "abcdef"] + [feed(name="off", enabled=False)]
    waits = {"a": -5, "b": -60, "c": 0, "d": 1}
    states = {name: replace(BEFORE, feed=name, next_due_at=NOW + wait * MINUTE) for name, wait in waits.items()}
    states["e"] = FeedState(feed="e")
    assert [each.name for each in schedule.due(feeds, states, now=NOW)] == ["e", "f", "b", "a", "c"]
    everything = schedule.due(feeds, states, now=NOW, everything=True)
    assert [each.name for each in everything] == ["e", "f", "b", "a", "c", "d"]


def test_a_cycle_some_seconds_early_still_takes_its_slot() -> None:
    states = {"a": BEFORE}
    assert schedule.due([FEED], states, now=NOW - timedelta(seconds=15))
    assert not schedule.due([replace(FEED, every=timedelta(seconds=10))], states, now=NOW - timedelta(seconds=3))
    assert not schedule.due([FEED], states, now=NOW - timedelta(seconds=16))


def test_a_changed_address_is_due_at_once_and_asked_in_full() -> None:
    moved = feed(url="https://new.example/feed")
    state = replace(BEFORE, next_due_at=NOW + 6 * HOUR)
    assert schedule.due([moved], {"a": state}, now=NOW)
    assert validators(moved, state) == FULL


def test_a_clock_that_went_back_makes_due_and_silences_nothing() -> None:
    future = replace(BEFORE, last_polled_at=NOW + DAY, next_due_at=NOW + DAY + HOUR, last_full_at=NOW + DAY)
    assert schedule.due([FEED], {"a": future}, now=NOW)
    assert validators(FEED, future) == FULL
    future = replace(future, first_polled_at=NOW + DAY, last_new_at=NOW + DAY, since=NOW + DAY, failing_since=NOW + DAY)
    state, _ = after(future, OutcomeKind.SERVER_ERROR)
    times = (state.first_polled_at, state.last_polled_at, state.last_new_at, state.since, state.failing_since)
    assert max(time for time in times if time) <= NOW
    assert state.next_due_at == NOW + FEED.every
    state, _ = brought(future, 3, 4)
    assert state.rhythm_seconds == 3240.0


def test_once_a_day_the_whole_body() -> None:
    assert validators(FEED, BEFORE) == ('"1"', "then")
    assert validators(FEED, BEFORE, NOW + 23 * HOUR) == FULL
    assert validators(FEED, FeedState(feed="a")) == FULL
    state = BEFORE
    for _ in range(3):  # a server that answers 304 even then is asked in full until it sends a body
        state, _ = after(state, fetched=fetched(kind=OutcomeKind.UNCHANGED, status=304), now=NOW + DAY)
        assert validators(FEED, state, NOW + DAY) == FULL
    state, _ = after(state, now=NOW + DAY)
    assert validators(FEED, state, NOW + DAY) == ('"2"', None)


# When it is due next


@pytest.mark.parametrize(("jitter", "wait"), [(0.0, 10 * MINUTE), (1.0, 9 * MINUTE), (0.5, 9.5 * MINUTE)])
def test_the_interval_is_jittered_earlier_never_later(jitter: float, wait: timedelta) -> None:
    assert after(BEFORE, jitter=jitter)[0].next_due_at == NOW + wait


@pytest.mark.parametrize(
    ("every", "min_wait", "ttl", "wait"),
    [
        (10 * MINUTE, 20 * MINUTE, None, 20 * MINUTE),
        (10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 30 * MINUTE),
        (10 * MINUTE, MINUTE, MINUTE, 10 * MINUTE),
        (10 * MINUTE, DAY, None, 40 * MINUTE),
        (30 * MINUTE, None, DAY, HOUR),
        (2 * HOUR, DAY, DAY, 2 * HOUR),
    ],
)
def test_caching_and_ttl_are_a_lower_bound_within_reason(
    every: timedelta, min_wait: timedelta | None, ttl: timedelta | None, wait: timedelta
) -> None:
    state, _ = after(BEFORE, feed=feed(every=every), fetched=fetched(min_wait=min_wait), ttl=ttl)
    assert state.next_due_at == NOW + wait


def test_back_off_grows_to_a_ceiling_and_never_stops() -> None:
    state, now, waits = BEFORE, NOW, []
    for _ in range(2000):
        state, _ = after(state, OutcomeKind.UNREACHABLE, now=now)
        assert state.next_due_at
        waits.append(state.next_due_at - now)
        now = state.next_due_at
    assert waits[:4] == [10 * MINUTE, 15 * MINUTE, 22.5 * MINUTE, 33.75 * MINUTE]
    assert waits == sorted(waits)
    assert waits[-1] == 6 * HOUR
    assert after(state)[0].next_due_at == NOW + FEED.every


@pytest.mark.parametrize(("asked", "wait"), [(2 * HOUR, 2 * HOUR), (MINUTE, 10 * MINUTE), (10_000 * DAY, DAY)])
def test_retry_after_is_obeyed(asked: timedelta, wait: timedelta) -> None:
    state, _ = after(
        BEFORE, OutcomeKind.RATE_LIMITED, fetched=fetched(kind=OutcomeKind.RATE_LIMITED, retry_after=asked), jitter=1.0
    )
    assert state.next_due_at == NOW + wait


def test_what_our_own_deadline_cut_short_says_nothing_of_the_feed() -> None:
    cut = fetched(kind=OutcomeKind.TIMEOUT, cut_short=True)
    assert after(BEFORE, OutcomeKind.TIMEOUT, fetched=cut) == (BEFORE, ())


# What is kept


def test_a_body_read_leaves_its_validators_hash_and_keys() -> None:
    state, _ = brought(BEFORE, 3, 4, fetched=fetched(etag=None, last_modified="now"))
    assert (state.etag, state.last_modified, state.body_hash, state.last_full_at) == (None, "now", "h2", NOW)
    assert (state.last_keys, state.last_new_at, state.last_polled_at) == ((3, 4), NOW, NOW)


def test_304_and_an_equal_body_keep_the_keys() -> None:
    state, _ = after(BEFORE, fetched=fetched(kind=OutcomeKind.UNCHANGED, status=304, etag=None))
    assert (state.etag, state.last_modified, state.body_hash, state.last_keys) == ('"1"', "then", "h1", (1, 2, 3))
    assert after(BEFORE)[0].last_keys == (1, 2, 3)
    assert after(BEFORE, OutcomeKind.EMPTY)[0].last_keys == (1, 2, 3)


@pytest.mark.parametrize(
    "kind", [OutcomeKind.NOT_A_FEED, OutcomeKind.TOO_LARGE, OutcomeKind.UNDECODABLE, OutcomeKind.BLOCKED]
)
def test_an_error_page_leaves_no_validators(kind: OutcomeKind) -> None:
    state, _ = after(BEFORE, kind, fetched=fetched())
    assert (state.etag, state.last_modified, state.body_hash, state.last_full_at) == ('"1"', "then", "h1", NOW - HOUR)
    assert state.last_keys == (1, 2, 3)


def test_the_first_run_begins_with_the_first_items() -> None:
    state, _ = after(FeedState(feed="a"), OutcomeKind.TIMEOUT)
    assert state.first_polled_at is None
    assert state.health is FeedHealth.FAILING
    state, _ = after(state, OutcomeKind.EMPTY)
    assert state.first_polled_at is None
    assert state.health is FeedHealth.HEALTHY
    state, notices = brought(state, 1, 2, newest=NOW, oldest=NOW - HOUR)
    assert (state.first_polled_at, state.rhythm_seconds, notices) == (NOW, 3600.0, ())


def test_a_changed_address_drops_what_belonged_to_the_old_one() -> None:
    moved = feed(url="https://new.example/feed")
    state, notices = brought(BEFORE, 7, 8, feed=moved)
    assert (state.url, state.etag, state.last_keys, notices) == (moved.url, '"2"', (7, 8), ())
    state, _ = after(BEFORE, OutcomeKind.GONE, feed=moved)
    assert (state.url, state.etag, state.body_hash, state.last_keys) == (moved.url, None, None, ())


# Gaps


def test_a_gap_says_how_many_and_between_which_times_and_shortens_the_interval() -> None:
    spaced = {
        "newest": NOW,
        "oldest": NOW - 19 * 10 * timedelta(seconds=1),
    }  # 20 items in steps of 10 s: 60 in 10 minutes
    state, now = BEFORE, NOW
    intervals = []
    for burst in range(5):
        keys = tuple(range(100 * (burst + 1), 100 * (burst + 1) + 20))
        state, (notice,) = brought(replace(state, last_polled_at=now - 10 * MINUTE), *keys, **spaced, now=now)
        assert state.next_due_at
        intervals.append(state.next_due_at - now)
        assert (notice.kind, notice.feed, notice.outlet, notice.since) == ("gap", "a", "A", NOW - 10 * MINUTE)
        assert "about 40 items" in notice.detail
        assert "2025-06-26 02:50 UTC and 2025-06-26 02:56 UTC" in notice.detail
    assert intervals == [5 * MINUTE, *[2.5 * MINUTE] * 4]
    for wait in (5 * MINUTE, 10 * MINUTE, 10 * MINUTE):
        state, notices = brought(state, *state.last_keys[10:], 7, now=now)
        assert (state.next_due_at, notices) == (now + wait, ())


def test_sixty_items_between_two_polls_of_twenty_are_told_every_time() -> None:
    state, told = brought(BEFORE, *range(1, 21))[0], set()
    for poll in range(1, 200):
        now = NOW + poll * 10 * MINUTE
        state, notices = brought(state, *range(60 * poll, 60 * poll + 20), now=now)
        assert [notice.kind for notice in notices] == ["gap"]
        assert "how many cannot be told" in notices[0].detail
        told |= {notice.key for notice in notices}
    assert len(told) == 199


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


# Health


def fail(
    state: FeedState,
    times: int,
    *,
    start: datetime = NOW,
    step: timedelta = 20 * MINUTE,
    kind: OutcomeKind = OutcomeKind.TIMEOUT,
) -> tuple[FeedState, list[FeedNotice]]:
    told: list[FeedNotice] = []
    for number in range(times):
        state, notices = after(state, kind, now=start + number * step)
        told += notices
    return state, told


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


# Silence


def quiet(state: FeedState, span: timedelta, *, step: timedelta = HOUR) -> tuple[FeedState, list[FeedNotice]]:
    told: list[FeedNotice] = []
    now = state.last_polled_at or NOW
    for number in range(1, round(span / step) + 1):
        state, notices = after(state, fetched=fetched(kind=OutcomeKind.UNCHANGED, status=304), now=now + number * step)
        told += notices
    return state, told


def live(state: FeedState, polls: int, *, step: timedelta) -> FeedState:
    for number in range(polls):
        keys = range(1000 + number, 1020 + number)
        state, _ = brought(state, *keys, now=NOW + number * step)
    return state


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
    state, _ = after(FeedState(feed="a"), OutcomeKind.EMPTY)
    assert [notice.kind for notice in quiet(state, 15 * DAY, step=HOUR)[1]] == ["silent"]


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
