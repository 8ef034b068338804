from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from extractors.model import Feed, FeedHealth, FeedState, OutcomeKind
from extractors.polling import schedule
from tests.builders import NOW, feed
from tests.extractors.polling.polls import BEFORE, DAY, FEED, HOUR, MINUTE, NEW, after, brought, fetched, polled, same
from tests.table import table, typed

FULL = (None, None)
MOVED = feed(url="https://new.example/feed")


def test_due_feeds_the_longest_overdue_first() -> None:
    feeds = [feed(name=name) for name in "abcdef"] + [feed(name="off", enabled=False)]
    waits = {"a": -5, "b": -60, "c": 0, "d": 1}
    states = {name: replace(BEFORE, feed=name, next_due_at=NOW + wait * MINUTE) for name, wait in waits.items()}
    states["e"] = FeedState(feed="e")
    known = [(each, states.get(each.name, FeedState(feed=each.name))) for each in feeds]
    assert "".join(each.name for each, _ in schedule.due(known, now=NOW)) == "efbac"
    assert "".join(each.name for each, _ in schedule.due(known, now=NOW, everything=True)) == "efbacd"


@table("source, state, early, due")
def test_what_is_due(source: dict[str, Any], state: dict[str, Any], early: int, due: bool) -> None:
    one = (replace(FEED, **typed(Feed, source)), replace(BEFORE, **typed(FeedState, state)))
    assert bool(schedule.due([one], now=NOW - timedelta(seconds=early))) is due


def test_a_clock_that_went_back_silences_nothing() -> None:
    later = NOW + DAY
    future = replace(
        BEFORE, last_polled_at=later, next_due_at=later, last_full_at=later, first_polled_at=later, last_new_at=later,
        since=later, failing_since=later,
    )  # fmt: skip
    state, _ = after(future, OutcomeKind.SERVER_ERROR)
    times = (state.first_polled_at, state.last_polled_at, state.last_new_at, state.since, state.failing_since)
    assert max(time for time in times if time) <= NOW
    assert state.next_due_at == NOW + FEED.every
    assert brought(future, 3, 4)[0].rhythm_seconds == 3240.0


@pytest.mark.parametrize(
    ("source", "state", "now", "asked"),
    [
        (FEED, BEFORE, NOW, ('"1"', "then")),
        (FEED, BEFORE, NOW + 23 * HOUR, FULL),  # once a day the whole body
        (FEED, NEW, NOW, FULL),
        (MOVED, BEFORE, NOW, FULL),
        (FEED, replace(BEFORE, last_full_at=NOW + DAY), NOW, FULL),  # the clock went back
        (FEED, same(BEFORE, NOW + DAY)[0], NOW + DAY, FULL),  # 304 even then: in full until a body comes
        (FEED, after(BEFORE, now=NOW + DAY)[0], NOW + DAY, ('"2"', None)),
    ],
)
def test_what_is_asked(source: Feed, state: FeedState, now: datetime, asked: tuple[str | None, str | None]) -> None:
    request = schedule.request_for(source, state, now=now)
    assert (request.feed, request.url, request.now) == (source, source.url, now)
    assert (request.etag, request.last_modified) == asked


@table("minutes, changes")
def test_when_a_feed_is_due_next(minutes: float, changes: dict[str, Any]) -> None:
    assert after(BEFORE, **polled(changes))[0].next_due_at == NOW + minutes * MINUTE


@table("minutes, hours, days, changes")
def test_a_feed_is_asked_by_its_rhythm(minutes: float, hours: int, days: int, changes: dict[str, Any]) -> None:
    before = replace(BEFORE, rhythm_seconds=3600.0 * hours, first_polled_at=NOW - days * DAY)
    assert after(before, **polled(changes))[0].next_due_at == NOW + minutes * MINUTE


def test_back_off_grows_to_a_ceiling_and_never_stops() -> None:
    state, now, waits = BEFORE, NOW, []
    for _ in range(500):
        state, _ = after(state, OutcomeKind.UNREACHABLE, now=now)
        assert state.next_due_at
        waits.append(state.next_due_at - now)
        now = state.next_due_at
    assert waits[:4] == [10 * MINUTE, 15 * MINUTE, 22.5 * MINUTE, 33.75 * MINUTE]
    assert waits == sorted(waits)
    assert waits[-1] == 6 * HOUR
    assert after(state)[0].next_due_at == NOW + FEED.every


def test_what_our_own_deadline_cut_short_says_nothing_of_the_feed() -> None:
    cut = fetched(kind=OutcomeKind.TIMEOUT, cut_short=True)
    assert after(BEFORE, OutcomeKind.TIMEOUT, fetched=cut) == (BEFORE, ())


def kept(state: FeedState) -> tuple[object, ...]:
    return state.etag, state.last_modified, state.body_hash, state.last_full_at, state.last_keys


def test_a_body_read_leaves_its_validators_hash_and_keys() -> None:
    state, _ = brought(BEFORE, 3, 4, fetched=fetched(etag=None, last_modified="now"))
    assert kept(state) == (None, "now", "h2", NOW, (3, 4))
    assert (state.last_new_at, state.last_polled_at) == (NOW, NOW)
    assert after(BEFORE)[0].last_keys == after(BEFORE, OutcomeKind.EMPTY)[0].last_keys == (1, 2, 3)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (OutcomeKind.UNCHANGED, fetched(kind=OutcomeKind.UNCHANGED, status=304, etag=None)),
        *((kind, fetched()) for kind in OutcomeKind if kind.failed),
    ],
)
def test_a_304_or_an_error_page_leaves_no_validators(kind: OutcomeKind, answer: Any) -> None:
    assert kept(after(BEFORE, kind, fetched=answer)[0]) == ('"1"', "then", "h1", NOW - HOUR, (1, 2, 3))


def test_the_first_run_begins_with_the_first_items() -> None:
    state, _ = after(NEW, OutcomeKind.TIMEOUT)
    assert (state.first_polled_at, state.health) == (None, FeedHealth.FAILING)
    state, _ = after(state, OutcomeKind.EMPTY)
    assert (state.first_polled_at, state.health) == (None, FeedHealth.NEW)
    state, notices = brought(state, 1, 2, newest=NOW, oldest=NOW - HOUR)
    assert (state.first_polled_at, state.rhythm_seconds, notices) == (NOW, 3600.0, ())


def test_a_changed_address_drops_what_belonged_to_the_old_one() -> None:
    state, notices = brought(BEFORE, 7, 8, feed=MOVED)
    assert (state.url, state.etag, state.last_keys, notices) == (MOVED.url, '"2"', (7, 8), ())
    state, _ = after(BEFORE, OutcomeKind.GONE, feed=MOVED)
    assert (state.url, state.etag, state.body_hash, state.last_keys) == (MOVED.url, None, None, ())
