"""A feed's standing and the notices about it; their words, with what to do, stand in notices.toml. Pure."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
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
_MOVED: Final = timedelta(days=7)  # of permanent redirects, before the operator is asked to follow
_WORDS: Final = tomllib.loads(Path(__file__).with_name("notices.toml").read_text(encoding="utf-8"))
_TOLD: Final = {FeedHealth.UNHEALTHY, FeedHealth.SILENT}


def judged(poll: Poll, before: FeedState, state: FeedState) -> FeedState:
    """Settle a feed's standing after a poll."""
    long = state.failing_since is not None and poll.now - state.failing_since >= _FAILING_FOR
    if not poll.kind.failed:
        health = _answering(state, poll.now)
    elif before.health is FeedHealth.UNHEALTHY or (long and state.failures >= _FAILURES):
        health = FeedHealth.UNHEALTHY
    else:
        health = FeedHealth.SILENT if before.health is FeedHealth.SILENT else FeedHealth.FAILING
    return replace(state, health=health, since=before.since if health is before.health and before.since else poll.now)


def notices(poll: Poll, before: FeedState, state: FeedState) -> Iterator[FeedNotice]:
    """Yield what a human should hear of a poll: what it changed for the worse or the better.

    Once a day too of articles whose text changes by itself, and once of a week of permanent redirects: such articles
    are not read again, and the old address will not answer for ever.
    """
    tell, now, turned = partial(_notice, poll.feed), poll.now, state.health is not before.health
    if turned and before.health in _TOLD and not poll.kind.failed:
        yield tell("recovered", before.failing_since or before.since or now, health=before.health, now=_utc(now))
    if turned and state.health is FeedHealth.UNHEALTHY:
        facts = {"outcome": poll.kind, "reason": poll.reason, "advice": _WORDS["advice"][poll.kind]}
        due, since = _utc(state.next_due_at or now), state.failing_since or now
        yield tell("unhealthy", since, failures=state.failures, next_due=due, **facts)
    if turned and state.health is FeedHealth.SILENT:
        pace = timedelta(seconds=round(state.rhythm_seconds or 0))
        rhythm = f"brings something new every {pace} or so" if pace else "never brought anything new"
        yield tell("silent", state.last_new_at or before.since or now, rhythm=rhythm)
    if state.missing_since and not before.missing_since:  # told once, as long as it goes on
        yield _gap(poll, before.last_polled_at or now)
    if before.missing_since and not state.missing_since:
        key, last = f"missing {before.missing_since.isoformat()}", _utc(before.missed_at or now)
        yield tell("recovered", before.missing_since, words="caught_up", key=key, missed_at=last)
    if poll.worn:
        titles = "; ".join(f"“{title}”" for title in poll.worn[:3])
        yield tell("edits", now, key=f"{now:%F}", count=len(poll.worn), titles=titles)
    if not poll.kind.failed and state.moved_since and now - state.moved_since >= _MOVED:
        yield tell("moved", state.moved_since, key=state.moved_to, moved_to=state.moved_to)


def reminders(known: Iterable[tuple[Feed, FeedState]], *, now: datetime) -> Iterator[FeedNotice]:
    """Yield the daily reminders of what was told of enabled feeds and lasts, from the first day after."""
    for feed, state in known:
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


def _gap(poll: Poll, since: datetime) -> FeedNotice:
    """Say until when items may have come and gone and, by the feed's pace, how many."""
    until, count, many = poll.now, len(poll.items), "how many cannot be told"
    if poll.span and since < poll.span[0] < poll.span[1]:
        until, newest = poll.span
        hidden = ceil((count - 1) * ((until - since) / (newest - until))) - 1
        many = f"about {max(1, hidden):,} items by its pace now"
    if count == 1:
        many += "; this feed only ever shows its newest item"
    return _notice(poll.feed, "gap", since, key=poll.now.isoformat(), count=count, until=_utc(until), many=many)


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
    text = _WORDS["notice"][words or kind]
    detail = text.format(name=feed.name, url=feed.url, since=_utc(since), **facts)
    key = key or since.isoformat()
    return FeedNotice(feed=feed.name, outlet=feed.outlet, kind=kind, since=since, detail=detail, key=key)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
