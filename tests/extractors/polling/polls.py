"""Polls of one feed, made from the few words that a test cares about."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from extractors.model import FeedHealth, FeedNotice, FeedState, Fetched, OutcomeKind
from extractors.polling import health, schedule
from extractors.polling.poll import Poll
from tests.builders import NOW, feed, item
from tests.table import typed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = feed(every=10 * MINUTE)
BEFORE = FeedState(
    feed="a", url=FEED.url, etag='"1"', last_modified="then", body_hash="h1", first_polled_at=NOW - DAY, last_polled_at=NOW - 10 * MINUTE,
    last_full_at=NOW - HOUR, next_due_at=NOW, last_new_at=NOW - HOUR, rhythm_seconds=3600.0, last_keys=(1, 2, 3), health=FeedHealth.HEALTHY,
    since=NOW - DAY,
)  # fmt: skip
NEW, TIMEOUT = FeedState(feed="a"), OutcomeKind.TIMEOUT
After = tuple[FeedState, tuple[FeedNotice, ...]]


def fetched(**changes: Any) -> Fetched:
    return Fetched(**{"feed": "a", "kind": None, "reason": "", "status": 200, "etag": '"2"', **changes})


def after(
    state: FeedState, kind: OutcomeKind = OutcomeKind.UNCHANGED, *, keys: Iterable[int] = (), **changes: Any
) -> After:
    dates = [changes.pop("oldest", None), changes.pop("newest", None)]
    items = tuple(item(key=key, published_at=date) for key, date in zip_longest(keys, dates) if key is not None)
    told: dict[str, Any] = {
        "feed": FEED, "fetched": fetched(kind=kind) if kind.failed else fetched(), "items": items, "body_hash": "h2", "reason": "why",
        "now": NOW, "jitter": 0.0, **changes,
    }  # fmt: skip
    return schedule.after(Poll(kind=kind, before=state, **told))


def polled(told: dict[str, Any]) -> dict[str, Any]:
    """Read what a row tells of a poll: its feed and answer in how far they are not as usual, the keys that it showed first."""
    nouns: dict[str, Any] = {"feed": FEED, "fetched": fetched()}
    own = {name: replace(noun, **typed(type(noun), told[name])) for name, noun in nouns.items() if name in told}
    shown = {"keys": told["keys"], "unseen": tuple(item(key=key) for key in told["keys"])} if "keys" in told else {}
    rest = typed(Poll, {name: value for name, value in told.items() if name not in {*own, *shown}})
    return {**own, **shown, **rest}


def brought(state: FeedState, *keys: int, **changes: Any) -> After:
    """A poll that showed these items, unseen as far as the last poll had not shown them."""
    fresh = frozenset(keys) - set(state.last_keys)
    kind = OutcomeKind.NEW if fresh else OutcomeKind.UNCHANGED
    return after(state, kind, keys=keys, unseen=tuple(item(key=key) for key in fresh), **changes)


def same(state: FeedState, now: datetime) -> After:
    return after(state, fetched=fetched(kind=OutcomeKind.UNCHANGED, status=304), now=now)


def polls(
    state: FeedState, times: int, step: timedelta, poll: Callable[[FeedState, datetime], After], start: datetime = NOW
) -> tuple[FeedState, list[FeedNotice]]:
    """So many polls, and all that was told, reminders too."""
    told: list[FeedNotice] = []
    for number in range(times):
        now = start + number * step
        state, notices = poll(state, now)
        told += [*notices, *health.reminders([(FEED, state)], now=now)]
    return state, told


def fail(
    state: FeedState, times: int, step: timedelta = 20 * MINUTE, start: datetime = NOW, kind: OutcomeKind = TIMEOUT
) -> tuple[FeedState, list[FeedNotice]]:
    return polls(state, times, step, lambda state, now: after(state, kind, now=now), start)


def quiet(state: FeedState, span: timedelta, step: timedelta = HOUR) -> tuple[FeedState, list[FeedNotice]]:
    return polls(state, round(span / step), step, same, (state.last_polled_at or NOW) + step)


def live(times: int, step: timedelta) -> FeedState:
    """A feed that has brought something new at each of so many polls."""

    def poll(state: FeedState, now: datetime) -> After:
        first = state.last_keys[0] + 1 if state.last_keys else 0
        return brought(state, *range(first, first + 20), now=now)

    return polls(NEW, times, step, poll)[0]
