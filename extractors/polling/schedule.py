"""Which feeds are due, and what a poll leaves behind: the next due time, validators, standing. Pure.

A stored time later than `now` counts as `now`: a clock that went back silences nothing.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from extractors.model import Feed, FeedNotice, FeedState, OutcomeKind, Request
from extractors.polling import health
from extractors.polling.poll import Poll

FULL_EVERY: Final = timedelta(days=1)  # a server may answer 304 for ever, or its ETag lie
GUIDS: Final = 500  # remembered of a poll
SLACK: Final = timedelta(seconds=15)  # cycles begin some seconds early or late; a slot must not be missed for that
_SLACK_SHARE: Final = 4  # at most this part of the interval: else a feed of short rhythm were always due
_JITTER: Final = 0.1  # of the interval, and earlier, never later: for the same reason
_BACK_OFF: Final = 1.5  # per failure: with ten minutes' rhythm five failures take an hour and a quarter
_CEILING: Final = timedelta(hours=6)  # of the back-off; there is no stop
_OBEYED: Final = timedelta(days=1)  # the longest Retry-After that is believed
_PATIENCE: Final = timedelta(hours=1)  # the longest wait that caching headers or RSS ttl may ask for, or …
_PATIENT_INTERVALS: Final = 4  # … so many intervals, whichever is less
_WATCHED: Final = timedelta(days=7)  # before a feed's rhythm is trusted where no `every` is written: then …
_RHYTHM_PARTS: Final = 100  # … it is asked so often in the time between two news, …
_SLOWEST: Final = timedelta(hours=1)  # … and at least so often
_CAUGHT_UP: Final = timedelta(days=1)  # without a gap, before a feed that had some is called well again
_SHORTEST: Final = 2  # halvings of the interval while gaps go on
_OLDEST: Final = datetime.min.replace(tzinfo=UTC)
_TIMES: Final = (
    "first_polled_at", "last_polled_at", "failing_since", "last_new_at", "since", "missing_since", "missed_at",
)  # fmt: skip


def due(
    known: Iterable[tuple[Feed, FeedState]], *, now: datetime, everything: bool = False
) -> tuple[tuple[Feed, FeedState], ...]:
    """Return the enabled feeds to poll, the longest overdue first and those never polled before them."""
    times = [(_due_at(feed, state, now), feed, state) for feed, state in known if feed.enabled]
    times.sort(key=lambda one: one[0])
    return tuple((feed, state) for at, feed, state in times if everything or at <= now + _slack(feed))


def ready_at(feed: Feed, state: FeedState, *, now: datetime) -> datetime:
    """Return from when on a feed is due, a slot that begins early counted in."""
    return (state.next_due_at or now) - _slack(feed)


def _slack(feed: Feed) -> timedelta:
    return min(SLACK, feed.every / _SLACK_SHARE)


def request_for(feed: Feed, state: FeedState, *, now: datetime) -> Request:
    """Return what to ask, with the validators of the last answer; once a day, and for a changed URL, without."""
    full_at = state.last_full_at
    if state.url != feed.url or full_at is None or not timedelta(0) <= now - full_at < FULL_EVERY:
        return Request(feed=feed, now=now)
    return Request(feed=feed, etag=state.etag, last_modified=state.last_modified, now=now)


def after(poll: Poll) -> tuple[FeedState, tuple[FeedNotice, ...]]:
    """Return a feed's state after a poll, and what a human should hear of it."""
    if poll.fetched.cut_short:
        return poll.before, ()
    before = _as_of(poll.before, poll.feed, poll.now)
    state = health.judged(poll, before, (_failed if poll.kind.failed else _answered)(poll, before))
    return state, tuple(health.notices(poll, before, state))


def _due_at(feed: Feed, state: FeedState, now: datetime) -> datetime:
    if state.next_due_at is None:
        return _OLDEST
    moved = state.url != feed.url  # the operator mended the address: don't wait out the back-off
    turned_back = state.last_polled_at is not None and state.last_polled_at > now
    return now if moved or turned_back else state.next_due_at


def _as_of(state: FeedState, feed: Feed, now: datetime) -> FeedState:
    """Return a state none of whose times is later than now, and which belongs to the feed's URL."""
    if state.url != feed.url:
        left = replace(state, etag=None, last_modified=None, body_hash=None, last_full_at=None)
        state = replace(left, url=feed.url, last_keys=(), gaps=0)
    return replace(state, **{name: min(at, now) for name in _TIMES if (at := getattr(state, name))})


def _failed(poll: Poll, before: FeedState) -> FeedState:
    failures = before.failures + 1
    wait = min(_CEILING, poll.feed.every * _BACK_OFF ** min(failures - 1, 50))
    return replace(
        before,
        last_polled_at=poll.now,
        next_due_at=poll.now + max(wait, min(poll.fetched.retry_after or timedelta(0), _OBEYED)),
        failures=failures,
        failing_since=before.failing_since or poll.now,
    )


def _answered(poll: Poll, before: FeedState) -> FeedState:
    # A gap: nothing is left of the last poll, and something is new. Items may have come and gone unseen.
    gap = bool(before.last_keys and poll.unseen and not set(before.last_keys) & set(poll.keys))
    well = before.missed_at is None or (bool(poll.keys) and poll.now - before.missed_at >= _CAUGHT_UP)
    gaps = min(before.gaps + 1, _SHORTEST) if gap else max(before.gaps - bool(poll.keys), 0)
    news = poll.kind is OutcomeKind.NEW or not set(before.last_keys).issuperset(poll.keys)
    fetched, read = poll.fetched, poll.fetched.kind is None
    return replace(
        before,
        # The validators of a body that was read; those of an error page would make it look unchanged.
        etag=fetched.etag or (None if read else before.etag),
        last_modified=fetched.last_modified or (None if read else before.last_modified),
        body_hash=poll.body_hash if read else before.body_hash,
        last_full_at=poll.now if read else before.last_full_at,
        # Failures and empty answers first: what comes after them is still the feed's first run.
        first_polled_at=before.first_polled_at or (poll.now if poll.keys else None),
        last_polled_at=poll.now,
        next_due_at=poll.now + _interval(poll, gaps),
        failures=0,
        failing_since=None,
        last_new_at=poll.now if news else before.last_new_at,
        rhythm_seconds=_rhythm(poll, before) if news else before.rhythm_seconds,
        last_keys=poll.keys or before.last_keys,
        guids=tuple(item.guid for item in poll.items[:GUIDS] if item.guid) if poll.keys else before.guids,
        gaps=gaps,
        fresh_on=poll.now.astimezone(UTC).date(),
        fresh=poll.fresh,
        moved_to=(moved_to := fetched.url if fetched.moved else ""),
        moved_since=(before.moved_since if before.moved_to == moved_to else poll.now) if moved_to else None,
        missing_since=(before.missing_since or poll.now) if gap else None if well else before.missing_since,
        missed_at=poll.now if gap else None if well else before.missed_at,
    )


def _interval(poll: Poll, gaps: int) -> timedelta:
    every, wishes = poll.feed.every, [wish for wish in (poll.fetched.min_wait, poll.ttl) if wish is not None]
    asked = max(wishes, default=timedelta(0))
    # A part of a feed's own rhythm, once it is known well: so late, at most, is what a slow feed brings.
    known = poll.before.first_polled_at and poll.now - poll.before.first_polled_at >= _WATCHED
    paced = timedelta(seconds=poll.before.rhythm_seconds or 0) / _RHYTHM_PARTS if known else timedelta(0)
    own = every if poll.feed.kept or gaps else max(every, min(paced, _SLOWEST, asked if wishes else _SLOWEST))
    return max(own / (1 << gaps) * (1 - _JITTER * poll.jitter), min(asked, _PATIENCE, _PATIENT_INTERVALS * every))


def _rhythm(poll: Poll, before: FeedState) -> float | None:
    """Smooth the seconds between polls that brought something: a long pause counts at once, and fades.

    So a night or a weekend is part of the rhythm. Before a second such poll the items' own dates stand for it.
    """
    if before.last_new_at is None:
        if poll.span is None or len(poll.keys) < 2:  # noqa: PLR2004 - a distance takes two
            return None
        return (poll.span[1] - poll.span[0]).total_seconds() / (len(poll.keys) - 1)
    pause = (poll.now - before.last_new_at).total_seconds()
    return max(pause, 0.9 * (before.rhythm_seconds or 0.0) + 0.1 * pause)
