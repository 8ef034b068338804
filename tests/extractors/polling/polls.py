"""Polls of one feed, made from the few words that a test cares about."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from extractors.model import FeedHealth, FeedNotice, FeedState, Fetched, OutcomeKind
from extractors.polling import schedule
from extractors.polling.poll import Poll
from tests.builders import NOW, feed, item

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = feed(every=10 * MINUTE)
BEFORE = FeedState(
    feed="a", url=FEED.url, etag='"1"', last_modified="then", body_hash="h1", first_polled_at=NOW - DAY, last_polled_at=NOW - 10 * MINUTE,
    last_full_at=NOW - HOUR, next_due_at=NOW, last_new_at=NOW - HOUR, rhythm_seconds=3600.0, last_keys=(1, 2, 3), health=FeedHealth.HEALTHY,
    since=NOW - DAY,
)  # fmt: skip


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
    return schedule.after(Poll(kind=kind, before=state, **told))


def brought(state: FeedState, *keys: int, **changes: Any) -> tuple[FeedState, tuple[FeedNotice, ...]]:
    fresh = frozenset(keys) - set(state.last_keys)
    kind = OutcomeKind.NEW if fresh else OutcomeKind.UNCHANGED
    return after(state, kind, keys=keys, unseen=tuple(item(key=key) for key in fresh), **changes)


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
