"""The first stage: poll what is due; and what the first two stages bring together."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, TypeAlias

from extractors.model import Feed, FeedNotice, FeedState, Fetched, Item, OutcomeKind, Request
from extractors.polling import schedule
from extractors.polling.poll import Poll
from extractors.story import Mention, Rejection
from flows.cycle.home import Cycle
from warehouse.connection import reading
from warehouse.live import feeds

FAILED: Final = "the detector failed"
Says: TypeAlias = tuple[Mention, ...] | Rejection
Row: TypeAlias = tuple[Item, Says]
"""An item and what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """How each poll ended, and the items that nobody had seen, judged once they are read."""

    before: Mapping[str, FeedState]  # what was remembered of all feeds
    polls: tuple[Poll, ...]
    rows: tuple[Row, ...] = ()
    batch: int | None = None  # the number of the batch that other machines made of them; None: this cycle polled itself
    notices: tuple[FeedNotice, ...] = ()  # what else a human should hear of polling


def poll(cycle: Cycle) -> Gathered:
    """Fetch what is due; no connection to the database is held meanwhile."""
    with reading(cycle.home) as con:
        states = feeds.load_states(con)
    due = schedule.due(cycle.settings.feeds, states, now=cycle.now, everything=cycle.everything)
    return Gathered(before=states, polls=ask(cycle, due, states))


def ask(cycle: Cycle, due: Sequence[Feed], states: Mapping[str, FeedState]) -> tuple[Poll, ...]:
    """Fetch these feeds."""
    now, done = cycle.now, count(1)
    before = {feed.name: states.get(feed.name, FeedState(feed=feed.name)) for feed in due}
    asked = [feed for feed in due if feed.name not in cycle.aside]
    cycle.tell("poll", 0, len(asked))
    requests = [schedule.request_for(feed, before[feed.name], now=now) for feed in asked]
    answers = fetch(cycle, requests, cycle.seconds_to_gather, lambda _: cycle.tell("poll", next(done), len(asked)))
    came = {name: Fetched(feed=name, kind=OutcomeKind.TOO_LARGE, reason=why) for name, why in cycle.aside.items()}
    came |= {answer.feed: answer for answer in answers}
    return tuple(
        Poll(
            feed=feed,
            before=before[feed.name],
            fetched=(fetched := came[feed.name]),
            kind=fetched.kind or OutcomeKind.UNCHANGED,
            reason=fetched.reason,
            now=now,
            jitter=random.Random(f"{feed.name} {now}").random(),  # noqa: S311  spreads load, guards nothing
        )
        for feed in due
    )


def fetch(
    cycle: Cycle, requests: Sequence[Request], deadline: float, on_done: Callable[[Fetched], None] | None = None
) -> tuple[Fetched, ...]:
    """Fetch as the settings say; without a request nothing of the web is even imported."""
    if not requests:
        return ()
    from extractors.fetch.door import fetch_all

    limits, agent, proxy = cycle.settings.limits, cycle.settings.user_agent, cycle.settings.proxy
    return fetch_all(requests, limits=limits, user_agent=agent, proxy=proxy, deadline=deadline, on_done=on_done)
