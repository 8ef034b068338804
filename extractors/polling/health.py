"""A feed's standing and the notices about it; their words, with what to do, stand in notices.toml. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import Final

from extractors.model import Feed, FeedHealth, FeedNotice, FeedState
from extractors.polling.poll import Poll

_FAILURES: Final = 5  # in a row, and …
_FAILING_FOR: Final = timedelta(hours=1)  # … so long since the first: then a feed is unhealthy
_QUIET_AT_LEAST: Final = timedelta(hours=48)  # before any feed is called silent
_QUIET_RHYTHMS: Final = 20  # … and so many times its own rhythm
_NEVER: Final = timedelta(days=1)  # where no entry was ever seen: an address of something else, or a wall
_QUIET_UNKNOWN: Final = timedelta(days=14)  # where no rhythm is known: nothing new was ever seen
_CAUGHT_UP: Final = timedelta(days=1)  # without a gap, before a feed that had some is called well again
_MOVED: Final = timedelta(days=7)  # of permanent redirects, before the operator is asked to follow
_TOLD: Final = {FeedHealth.UNHEALTHY, FeedHealth.SILENT}


def judged(poll: Poll, before: FeedState, state: FeedState) -> tuple[FeedState, tuple[FeedNotice, ...]]:
    """Settle a feed's standing after a poll, and say what changed for the worse or the better."""
    failed, feed, now = poll.kind.failed, poll.feed, poll.now
    health = _failing(before, state, now) if failed else _answering(state, now)
    if health is before.health:
        return replace(state, since=before.since or now), ()
    state, notices = replace(state, health=health, since=now), []
    if before.health in _TOLD and not failed:
        since = before.failing_since or before.since or now
        notices.append(_notice(feed, "recovered", since, health=before.health, now=_utc(now)))
    if health is FeedHealth.UNHEALTHY:
        due, facts = _utc(state.next_due_at or now), {"outcome": str(poll.kind), "reason": poll.reason}
        advice, times = _words()["advice"][poll.kind], str(state.failures)
        since = state.failing_since or now
        notices.append(_notice(feed, "unhealthy", since, failures=times, next_due=due, advice=advice, **facts))
    if health is FeedHealth.SILENT:
        pace = (
            state.rhythm_seconds
            and f"brings something new every {timedelta(seconds=round(state.rhythm_seconds))} or so"
        )
        since = state.last_new_at or before.since or now
        notices.append(_notice(feed, "silent", since, rhythm=pace or "never brought anything new"))
    return state, tuple(notices)


def reminders(feed: Feed, state: FeedState, *, now: datetime) -> Iterator[FeedNotice]:
    """Yield the daily reminders of what was told of a feed and lasts, from the first day after."""
    since = state.since
    if state.health in _TOLD and since and (days := (now - since).days) >= 1:
        words = "still_failing" if state.health is FeedHealth.UNHEALTHY else "still"
        facts = {"failures": state.failures, "failing_since": _utc(state.failing_since or since)}
        key = f"{since.isoformat()}:{days}"
        yield _notice(feed, "reminder", since, words=words, key=key, health=state.health, **facts)
    since = state.missing_since
    if since and len(state.last_keys) > 1 and (days := (now - since).days) >= 1:
        key, last = f"missing {since.isoformat()}:{days}", _utc(state.missed_at or since)
        yield _notice(feed, "reminder", since, words="still_missing", key=key, missed_at=last)


def missed(poll: Poll, before: FeedState, state: FeedState) -> tuple[FeedState, tuple[FeedNotice, ...]]:
    """Note that items may have come and gone since the last poll; told once, as long as it goes on.

    Says until when and, by the feed's pace, how many.
    """
    state = replace(state, missing_since=before.missing_since or poll.now, missed_at=poll.now)
    since, until, count = before.last_polled_at, poll.now, len(poll.items)
    if before.missing_since is not None or since is None:
        return state, ()
    many = "how many cannot be told"
    if poll.span and since < poll.span[0] < poll.span[1]:
        until, newest = poll.span
        hidden = ceil((count - 1) * ((until - since) / (newest - until))) - 1
        many = f"about {max(1, hidden):,} items by its pace now"
    if count == 1:
        many += "; this feed only ever shows its newest item"
    return state, (
        _notice(poll.feed, "gap", since, key=poll.now.isoformat(), count=count, until=_utc(until), many=many),
    )


def caught_up(poll: Poll, state: FeedState) -> tuple[FeedState, tuple[FeedNotice, ...]]:
    """Tell that for a day no items were missed, where some had been."""
    since, last = state.missing_since, state.missed_at
    if not (since and last and poll.keys) or poll.now - last < _CAUGHT_UP:
        return state, ()
    key = f"missing {since.isoformat()}"
    notice = _notice(poll.feed, "recovered", since, words="caught_up", key=key, missed_at=_utc(last))
    return replace(state, missing_since=None, missed_at=None), (notice,)


def lasting(poll: Poll, state: FeedState) -> Iterator[FeedNotice]:
    """Tell, once a day, of articles whose text changes by itself; and, once, of a week of permanent redirects.

    Such articles are not read again, and the old address will not answer for ever.
    """
    if poll.worn:
        titles = "; ".join(f"“{title}”" for title in poll.worn[:3])
        yield _notice(poll.feed, "edits", poll.now, key=f"{poll.now:%F}", count=len(poll.worn), titles=titles)
    if state.moved_since and poll.now - state.moved_since >= _MOVED:
        yield _notice(poll.feed, "moved", state.moved_since, key=state.moved_to, moved_to=state.moved_to)


def _failing(before: FeedState, state: FeedState, now: datetime) -> FeedHealth:
    long = state.failing_since is not None and now - state.failing_since >= _FAILING_FOR
    if before.health is FeedHealth.UNHEALTHY or (long and state.failures >= _FAILURES):
        return FeedHealth.UNHEALTHY
    return FeedHealth.SILENT if before.health is FeedHealth.SILENT else FeedHealth.FAILING


def _answering(state: FeedState, now: datetime) -> FeedHealth:
    if state.last_new_at is None and state.health is FeedHealth.SILENT:  # `since` then is when that was told
        return FeedHealth.SILENT
    heard, never = state.last_new_at or state.since or now, state.first_polled_at is None
    patience = _NEVER if never else _QUIET_UNKNOWN
    if state.rhythm_seconds is not None:
        patience = max(_QUIET_AT_LEAST, timedelta(seconds=_QUIET_RHYTHMS * state.rhythm_seconds))
    if now - heard >= patience:
        return FeedHealth.SILENT
    return FeedHealth.NEW if never else FeedHealth.HEALTHY  # what never gave an entry is not known to be well


def _notice(feed: Feed, kind: str, since: datetime, *, words: str = "", key: str = "", **facts: object) -> FeedNotice:
    text = _words()["notice"][words or kind]
    detail = text.format(name=feed.name, url=feed.url, since=_utc(since), **facts)
    return FeedNotice(
        feed=feed.name, outlet=feed.outlet, kind=kind, since=since, detail=detail, key=key or since.isoformat()
    )


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("notices.toml").read_text(encoding="utf-8"))


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
