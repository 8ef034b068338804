"""What each new item says, within its share: a fault or a glut costs one item, or one feed, and no other."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from time import process_time
from typing import Final

from extractors.fetch.door import fetch_all
from extractors.mention.describe import describe
from extractors.model import Fetched, Item, OutcomeKind, Request
from extractors.polling.poll import Poll
from extractors.story import Mention, Rejection
from flows.cycle.budget import ITEM, SHARE, Fault, budget
from flows.cycle.gather import FAILED, Row
from flows.cycle.home import Cycle

LOG: Final = logging.getLogger("konato.read")
PENALTY: Final = 4  # failures that a feed which takes more than its share is counted beyond the one
FRESH: Final = 50_000_000  # characters of new text of a feed and day (UTC): the largest real body has 2.6 million bytes
PAGES: Final = 20  # article pages that one cycle asks for: politeness, and a bound on its length
PAGE_SECONDS: Final = 60.0  # for all of them together


def decide(cycle: Cycle, polls: Sequence[Poll]) -> tuple[tuple[Poll, ...], tuple[Row, ...]]:
    """Describe what the polls brought unseen, undecided items by their pages where the feed allows it.

    Of a feed whose items take more than a feed's share, of time or of the day's disk, nothing is kept.
    """
    judged = [_judged(cycle, poll) for poll in polls]
    return tuple(poll for poll, _ in judged), _with_pages(cycle, [row for _, rows in judged for row in rows])


def put_aside(poll: Poll, reason: str) -> Poll:
    """Let a poll count as failed, whatever it brought; its feed backs off as if failing for long."""
    LOG.warning("%s is put aside: %s", poll.feed.name, reason)
    before = replace(poll.before, failures=poll.before.failures + PENALTY)
    return replace(poll, before=before, kind=OutcomeKind.TOO_LARGE, reason=reason, items=(), unseen=(), worn=())


def put_off(poll: Poll) -> Poll:
    """Leave a feed for the next cycle, which asks it first: this one's time is up."""
    LOG.warning("%s is left for the next cycle", poll.feed.name)
    cut, why = replace(poll.fetched, body=b"", cut_short=True), "the cycle's time was up before it was read"
    return replace(poll, fetched=cut, kind=OutcomeKind.TIMEOUT, reason=why, items=(), unseen=(), worn=())


def _judged(cycle: Cycle, poll: Poll) -> tuple[Poll, list[Row]]:
    if poll.fresh > FRESH and poll.unseen:
        why = f"it has brought more than {FRESH // 1_000_000} MB of new text today: nothing more of it is stored"
        return put_aside(poll, why), []
    if cycle.late and poll.unseen:
        return put_off(poll), []
    until, rows = process_time() + SHARE, list[Row]()
    cycle.at("read", poll.feed.name)
    for item in poll.unseen:
        if process_time() > until:
            return put_aside(poll, f"its items took more than {SHARE:.0f} s to judge: nothing of them is stored"), []
        rows.append((item, _says(cycle, item)))
    return poll, rows


def _says(cycle: Cycle, item: Item) -> tuple[Mention, ...] | Rejection:
    """Describe one item; a fault in a rule costs that item its verdict, with a stated reason, and no other."""
    try:
        with budget(ITEM, f"judging item {item.item_id} of {item.feed}"):
            return describe(item, cycle.settings.lexicon, horizon=cycle.settings.horizon)
    except Fault as fault:
        return Rejection(item_id=item.item_id, reason=f"{FAILED}: {fault}")


def _with_pages(cycle: Cycle, rows: list[Row]) -> tuple[Row, ...]:
    """Judge relevant and undecided items by their article's text too, where the feed allows it; one polite try.

    A page adds: where all of it says nothing to us, what the feed itself told still stands.
    """
    feeds = {feed.name: feed for feed in cycle.settings.feeds if feed.articles}
    wanted = [
        n
        for n, (item, says) in enumerate(rows)
        if item.feed in feeds and item.url and (not isinstance(says, Rejection) or says.undecided)
    ][:PAGES]
    pages = fetch_all(
        [Request(feed=feeds[item.feed], page=item.url, now=cycle.now) for item, _ in map(rows.__getitem__, wanted)],
        limits=cycle.settings.limits,
        user_agent=cycle.settings.user_agent,
        proxy=cycle.settings.proxy,
        deadline=min(PAGE_SECONDS, cycle.seconds_to_gather),
    )
    for n, page in zip(wanted, pages, strict=True):
        if page.kind is None:
            rows[n] = _by_page(cycle, *rows[n], page)
    return tuple(rows)


def _by_page(cycle: Cycle, item: Item, says: tuple[Mention, ...] | Rejection, page: Fetched) -> Row:
    from extractors.read.article import extract

    cycle.at("read", item.feed)
    try:
        with budget(ITEM, f"reading the page of item {item.item_id} of {item.feed}"):
            text, _ = extract(page.body, page.content_type, item.url)
    except Fault:
        return item, says
    fuller = replace(item, text=max(item.text, text, key=len))
    again = _says(cycle, fuller)
    return (fuller, says) if isinstance(again, Rejection) and not isinstance(says, Rejection) else (fuller, again)
