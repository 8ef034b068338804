"""A feed's standing and the words about it: what is wrong, since when, the last outcome, what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

from extractors.model import Feed, FeedHealth, FeedNotice, FeedState, OutcomeKind
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
_ADVICE: Final = {
    OutcomeKind.BLOCKED: "It refuses us; others may well be served. See that konato.toml names a contact address,"
    " poll less often, or ask the publisher.",
    OutcomeKind.GONE: "The address no longer exists. Look for the feed's new one and set it in feeds.toml.",
    OutcomeKind.RATE_LIMITED: "We ask too often. Give the feed a longer `every` in feeds.toml.",
    OutcomeKind.UNREACHABLE: "No connection comes about. See whether the host still exists, and whether this machine"
    " reaches others.",
    OutcomeKind.TIMEOUT: "It is too slow. If it stays so, raise the time-outs in konato.toml.",
    OutcomeKind.TLS: "Its certificate or encryption is not accepted. Try the address in a browser; it may have moved.",
    OutcomeKind.SERVER_ERROR: "The server itself is at fault; this usually passes.",
    OutcomeKind.NOT_A_FEED: "Something else is served there, perhaps a page for people. Open the address in a browser.",
    OutcomeKind.TOO_LARGE: "It sends more than is read. See `[http] limits` in konato.toml.",
    OutcomeKind.UNDECODABLE: "Its compression or encoding is broken. Tell the publisher.",
    OutcomeKind.REFUSED: "The address guard lets only public addresses pass. A feed of your own network needs"
    " `allow_private = true`.",
}


def judged(poll: Poll, before: FeedState, state: FeedState) -> tuple[FeedState, tuple[FeedNotice, ...]]:
    """Settle a feed's standing after a poll, and say what changed for the worse or the better."""
    failed, now = poll.kind.failed, poll.now
    health = _failing(before, state, now) if failed else _answering(state, now)
    state = replace(state, health=health, since=(before.since if health is before.health else None) or now)
    if health is before.health:
        return state, ()
    notices = []
    if before.health in _TOLD and not failed:
        notices.append(_recovered(poll.feed, before, now))
    if health is FeedHealth.UNHEALTHY:
        notices.append(_unhealthy(poll, state))
    if health is FeedHealth.SILENT:
        notices.append(_silent(poll.feed, before, state, now))
    return state, tuple(notices)


def reminders(feed: Feed, state: FeedState, *, now: datetime) -> Iterator[FeedNotice]:
    """Yield the daily reminders of what was told of a feed and lasts, from the first day after."""
    if state.health in _TOLD and state.since and (days := (now - state.since).days) >= 1:
        what = f"{feed.name} ({feed.url}) is still {state.health}, told on {_utc(state.since)}"
        if state.health is FeedHealth.UNHEALTHY:
            what += f"; {state.failures} failures in a row since {_utc(state.failing_since or state.since)}"
        yield _notice(feed, "reminder", state.since, f"{what}.", f"{state.since.isoformat()}:{days}")
    since = state.missing_since
    if since and len(state.last_keys) > 1 and (days := (now - since).days) >= 1:
        what = f"{feed.name} ({feed.url}) still lets items come and go between polls, told on {_utc(since)}"
        last = f", the last time before {_utc(state.missed_at or since)}. A shorter `every` would catch them."
        yield _notice(feed, "reminder", since, what + last, f"missing {since.isoformat()}:{days}")


def missed(poll: Poll, before: FeedState, state: FeedState) -> tuple[FeedState, tuple[FeedNotice, ...]]:
    """Note that items may have come and gone since the last poll; told once, as long as it goes on."""
    told = before.missing_since is not None or before.last_polled_at is None
    state = replace(state, missing_since=before.missing_since or poll.now, missed_at=poll.now)
    return state, () if told else (_gap(poll, since=before.last_polled_at or poll.now),)


def caught_up(poll: Poll, state: FeedState) -> tuple[FeedState, tuple[FeedNotice, ...]]:
    """Tell that for a day no items were missed, where some had been."""
    if not (state.missing_since and state.missed_at and poll.keys) or poll.now - state.missed_at < _CAUGHT_UP:
        return state, ()
    detail = (
        f"{poll.feed.name} has missed no items since {_utc(state.missed_at)}; it had since {_utc(state.missing_since)}."
    )
    notice = _notice(poll.feed, "recovered", state.missing_since, detail, f"missing {state.missing_since.isoformat()}")
    return replace(state, missing_since=None, missed_at=None), (notice,)


def worn(poll: Poll) -> tuple[FeedNotice, ...]:
    """Tell, once a day, of articles whose text changes by itself: they are not read again."""
    if not poll.worn:
        return ()
    names = "; ".join(f"“{title}”" for title in poll.worn[:3])
    detail = (
        f"{poll.feed.name}: {len(poll.worn)} articles have changed too often to be read again, {names} among them."
        " What a later change of theirs says is missing: see whether a counter or a clock stands in the text."
    )
    return (_notice(poll.feed, "edits", poll.now, detail, f"{poll.now:%F}"),)


def _gap(poll: Poll, *, since: datetime) -> FeedNotice:
    """Say that items may have come and gone since the last poll: until when and, by the feed's pace, how many."""
    until, many, count = poll.now, "how many cannot be told", len(poll.items)
    if poll.span and since < poll.span[0] < poll.span[1]:
        until, newest = poll.span
        hidden = ceil((count - 1) * ((until - since) / (newest - until))) - 1
        many = f"about {max(1, hidden):,} items by its pace now"
    if count == 1:
        many += "; this feed only ever shows its newest item"
    detail = (
        f"{poll.feed.name}: none of the {count} items was there at the last poll. What came and went between"
        f" {_utc(since)} and {_utc(until)} is missing, {many}. It is polled more often while this goes on;"
        " if it does, give it a shorter `every`."
    )
    return _notice(poll.feed, "gap", since, detail, poll.now.isoformat())


def moved(poll: Poll, state: FeedState) -> tuple[FeedNotice, ...]:
    """Tell, once, that a feed has been redirected for good for a week: the old address will not answer for ever."""
    if state.moved_since is None or poll.now - state.moved_since < _MOVED:
        return ()
    detail = (
        f"{poll.feed.name} ({poll.feed.url}) has answered with a permanent redirect since {_utc(state.moved_since)}."
        f" Set its new address in feeds.toml: {state.moved_to}"
    )
    return (_notice(poll.feed, "moved", state.moved_since, detail, state.moved_to),)


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


def _unhealthy(poll: Poll, state: FeedState) -> FeedNotice:
    feed, since = poll.feed, state.failing_since or poll.now
    detail = (
        f"{feed.name} ({feed.url}) has failed {state.failures} times in a row since {_utc(since)}."
        f" The last time: {poll.kind} ({poll.reason}). {_ADVICE[poll.kind]}"
        f" It is tried again for ever, at {_utc(state.next_due_at or poll.now)} next."
    )
    return _notice(feed, "unhealthy", since, detail, since.isoformat())


def _silent(feed: Feed, before: FeedState, state: FeedState, now: datetime) -> FeedNotice:
    since = state.last_new_at or before.since or now
    rhythm = (
        "never brought anything new"
        if state.rhythm_seconds is None
        else (f"brings something new every {timedelta(seconds=round(state.rhythm_seconds))} or so")
    )
    detail = (
        f"{feed.name} ({feed.url}) answers, but has had nothing new since {_utc(since)}; it otherwise {rhythm}."
        " It may be frozen or have moved: compare it with the outlet's site."
    )
    return _notice(feed, "silent", since, detail, since.isoformat())


def _recovered(feed: Feed, before: FeedState, now: datetime) -> FeedNotice:
    since = before.failing_since or before.since or now
    detail = f"{feed.name} is well again at {_utc(now)}; it had been {before.health} since {_utc(since)}."
    return _notice(feed, "recovered", since, detail, since.isoformat())


def _notice(feed: Feed, kind: str, since: datetime, detail: str, key: str) -> FeedNotice:
    return FeedNotice(feed=feed.name, outlet=feed.outlet, kind=kind, since=since, detail=detail, key=key)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
