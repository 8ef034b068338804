"""The first stage: poll what is due; and what the first two stages bring together."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, TypeAlias

from extractors.model import Feed, FeedNotice, FeedState, Fetched, Item, OutcomeKind, Request
from extractors.polling import schedule
from extractors.polling.poll import Poll
from extractors.story import Says
from flows.cycle.home import Cycle
from warehouse.connection import reading, writing
from warehouse.live import feeds

FAILED: Final = "the detector failed"
ROUND: Final = 2_000  # feeds polled and learned at once: what a cycle holds in memory
Row: TypeAlias = tuple[Item, Says]  # an item and what it says


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """How each poll ended, and the items that nobody had seen, judged once they are read."""

    polls: tuple[Poll, ...]
    rows: tuple[Row, ...] = ()
    left: int = 0  # feeds that may be due and were not asked yet
    batch: int | None = None  # the number of the batch that other machines made of them; None: this cycle polled itself
    notices: tuple[FeedNotice, ...] = ()  # what else a human should hear of polling


def record(cycle: Cycle) -> None:
    """Write the feeds down as configured, where the home does not hold them yet."""
    configured = cycle.settings.feeds
    with reading(cycle.home) as con:
        same = configured.seal == feeds.configured(con)
    if not same:
        with writing(cycle.home, now=cycle.now) as con:
            feeds.record_feeds(con, configured.all, configured.seal)


def rounds(cycle: Cycle) -> Iterator[Gathered]:
    """Fetch what is due, so many feeds at a time; no connection to the database is held meanwhile."""
    record(cycle)
    now, everything = cycle.now, cycle.everything
    with reading(cycle.home) as con:
        names = feeds.may_be_due(con, before=now + schedule.SLACK, now=now, everything=everything)
    for at in range(0, len(names) or 1, ROUND):
        with reading(cycle.home) as con:
            known = feeds.known(con, names[at : at + ROUND])
        polls = ask(cycle, schedule.due(known, now=now, everything=everything))
        yield Gathered(polls=polls, left=max(0, len(names) - at - ROUND))


def ask(cycle: Cycle, due: Sequence[tuple[Feed, FeedState]]) -> tuple[Poll, ...]:
    """Fetch these feeds."""
    now, done = cycle.now, count(1)
    asked = [(feed, before) for feed, before in due if feed.name not in cycle.aside]
    cycle.tell("poll", 0, len(asked))
    requests = [schedule.request_for(feed, before, now=now) for feed, before in asked]
    hashes = {feed.name: before.body_hash for feed, before in asked}

    def come(answer: Fetched) -> Fetched:
        """Hash a body as it comes, and let go of it where it is the last one: most are."""
        cycle.tell("poll", next(done), len(asked))
        if answer.kind is not None:
            return answer
        from extractors.read.feed import body_hash

        digest = body_hash(answer.body)
        return replace(answer, body_hash=digest, body=b"" if digest == hashes[answer.feed] else answer.body)

    answers = fetch(cycle, requests, cycle.seconds_to_gather, come)
    came = {name: Fetched(feed=name, kind=OutcomeKind.TOO_LARGE, reason=why) for name, why in cycle.aside.items()}
    came |= {answer.feed: answer for answer in answers}
    return tuple(
        Poll(
            feed=feed,
            before=before,
            fetched=came[feed.name],
            now=now,
            jitter=random.Random(f"{feed.name} {now}").random(),  # noqa: S311  spreads load, guards nothing
        )
        for feed, before in due
    )


def fetch(
    cycle: Cycle, requests: Sequence[Request], deadline: float, on_done: Callable[[Fetched], Fetched] | None = None
) -> tuple[Fetched, ...]:
    """Fetch as the settings say; without a request nothing of the web is even imported."""
    if not requests:
        return ()
    from extractors.fetch.door import fetch_all

    limits, agent, proxy = cycle.settings.limits, cycle.settings.user_agent, cycle.settings.proxy
    return fetch_all(requests, limits=limits, user_agent=agent, proxy=proxy, deadline=deadline, on_done=on_done)
