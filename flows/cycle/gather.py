"""The first stage: poll what is due; and what the first two stages bring together."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final, TypeAlias

from extractors.fetch.door import fetch_all
from extractors.model import Feed, FeedState, Fetched, Item, OutcomeKind
from extractors.polling import schedule
from extractors.polling.poll import Poll
from extractors.story import Mention, Rejection
from flows.cycle.home import Cycle
from warehouse.connection import reading
from warehouse.live import feeds

FAILED: Final = "the detector failed"
Row: TypeAlias = tuple[Item, tuple[Mention, ...] | Rejection]
"""An item and what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """How each poll ended, and the items that nobody had seen, judged once they are read."""

    before: Mapping[str, FeedState]  # what was remembered of all feeds
    polls: tuple[Poll, ...]
    rows: tuple[Row, ...] = ()


def poll(cycle: Cycle) -> Gathered:
    """Fetch what is due; no connection to the database is held meanwhile."""
    with reading(cycle.home) as con:
        states = feeds.load_states(con)
    due = schedule.due(cycle.settings.feeds, states, now=cycle.now, everything=cycle.everything)
    before = {feed.name: states.get(feed.name, FeedState(feed=feed.name)) for feed in due}
    asked = [feed for feed in due if feed.name not in cycle.aside]
    cycle.tell("poll", 0, len(asked))
    done = count(1)
    answers = fetch_all(
        [schedule.request_for(feed, before[feed.name], now=cycle.now) for feed in asked],
        limits=cycle.settings.limits,
        user_agent=cycle.settings.user_agent,
        proxy=cycle.settings.proxy,
        deadline=cycle.seconds_to_gather,
        on_done=lambda _: cycle.tell("poll", next(done), len(asked)),
    )
    aside = {name: Fetched(feed=name, kind=OutcomeKind.TOO_LARGE, reason=why) for name, why in cycle.aside.items()}
    came = aside | {feed.name: answer for feed, answer in zip(asked, answers, strict=True)}
    polls = tuple(_ended(cycle, feed, before[feed.name], came[feed.name]) for feed in due)
    return Gathered(before=states, polls=polls)


def _ended(cycle: Cycle, feed: Feed, before: FeedState, fetched: Fetched) -> Poll:
    return Poll(
        feed=feed,
        before=before,
        fetched=fetched,
        kind=fetched.kind or OutcomeKind.UNCHANGED,
        reason=fetched.reason,
        now=cycle.now,
        jitter=random.Random(f"{feed.name} {cycle.now}").random(),  # noqa: S311  spreads load, guards nothing
    )
