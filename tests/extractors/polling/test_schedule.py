from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from extractors.model import Feed, FeedHealth, FeedState, OutcomeKind
from extractors.polling import schedule
from tests.builders import NOW, feed
from tests.extractors.polling.polls import BEFORE, DAY, FEED, HOUR, MINUTE, after, brought, fetched

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
    assert state.health is FeedHealth.NEW
    state, notices = brought(state, 1, 2, newest=NOW, oldest=NOW - HOUR)
    assert (state.first_polled_at, state.rhythm_seconds, notices) == (NOW, 3600.0, ())


def test_a_changed_address_drops_what_belonged_to_the_old_one() -> None:
    moved = feed(url="https://new.example/feed")
    state, notices = brought(BEFORE, 7, 8, feed=moved)
    assert (state.url, state.etag, state.last_keys, notices) == (moved.url, '"2"', (7, 8), ())
    state, _ = after(BEFORE, OutcomeKind.GONE, feed=moved)
    assert (state.url, state.etag, state.body_hash, state.last_keys) == (moved.url, None, None, ())
