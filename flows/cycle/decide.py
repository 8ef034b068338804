"""What each new item says, within its share: a fault or a glut costs one item, or one feed, and no other."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from time import process_time
from typing import Final, TypeAlias

from extractors.mention.describe import describe
from extractors.model import FeedNotice, FeedState, Fetched, Item, Outcome, OutcomeKind
from extractors.polling.poll import Poll
from extractors.polling.schedule import after
from extractors.story import Mention, Rejection
from flows.cycle.budget import ITEM, SHARE, OverBudget, budget
from flows.cycle.gather import Read
from flows.cycle.home import Cycle
from warehouse.connection import Connection
from warehouse.live import feeds

LOG: Final = logging.getLogger("konato.learn")
PENALTY: Final = 4  # failures that a feed which takes more than its share is counted beyond the one
NAMED: Final = 3  # items that a notice names
FAILED: Final = "the detector failed"
Row: TypeAlias = tuple[Item, tuple[Mention, ...] | Rejection]


def decide(cycle: Cycle, new: Sequence[Item]) -> tuple[list[Row], dict[str, str]]:
    """Describe the items; returns them too, and the feeds whose items took more than a feed's share, with the reason.

    Of such a feed nothing is kept: it is told like any that fails, and asked again later.
    """
    rows: list[Row] = []
    slow: dict[str, str] = {}
    for feed, ours in groupby(sorted(new, key=lambda item: item.feed), key=lambda item: item.feed):
        cycle.at("learn", feed)
        until = process_time() + SHARE
        for item in ours:
            if process_time() > until:
                slow[feed] = f"its items took more than {SHARE:.0f} s to judge: nothing of them is stored"
                break
            rows.append((item, _decide(cycle, item)))
    order = {item.item_id: n for n, item in enumerate(new)}
    rows.sort(key=lambda row: order[row[0].item_id])
    return [row for row in rows if row[0].feed not in slow], slow


def _decide(cycle: Cycle, item: Item) -> tuple[Mention, ...] | Rejection:
    """Describe one item; a fault in a rule costs that item its verdict, with a stated reason, and no other."""
    try:
        with budget(ITEM):
            return describe(item, cycle.settings.lexicon, horizon=cycle.settings.horizon)
    except OverBudget:
        return Rejection(item_id=item.item_id, reason=f"{FAILED}: it took more than {ITEM:.0f} s")
    except Exception as error:
        LOG.exception("the detector failed on item %s of %s", item.item_id, item.feed)
        return Rejection(item_id=item.item_id, reason=f"{FAILED}: {type(error).__name__}")


def put_aside(cycle: Cycle, con: Connection, found: Read, slow: Mapping[str, str]) -> Read:
    """Let the polls of slow feeds count as failed, whatever they brought; they back off as if failing for long."""
    if not slow:
        return found
    before = feeds.load_states(con)
    outcomes = {one.feed: one for one in found.outcomes}
    states = {one.feed: one for one in found.states}
    notices = [one for one in found.notices if one.feed not in slow]
    for feed in cycle.settings.feeds:
        if reason := slow.get(feed.name):
            LOG.warning("%s is put aside: %s", feed.name, reason)
            kind = OutcomeKind.TOO_LARGE
            poll = Poll(
                feed=feed,
                fetched=Fetched(feed=feed.name, kind=kind, reason=reason),
                kind=kind,
                reason=reason,
                now=cycle.now,
                jitter=0.0,
            )
            known = before.get(feed.name, FeedState(feed=feed.name))
            states[feed.name], told = after(poll, replace(known, failures=known.failures + PENALTY))
            outcomes[feed.name] = Outcome(
                feed=feed.name, polled_at=cycle.now, kind=kind, status=None, wire_bytes=0, milliseconds=0,
                items=0, new_items=0, reason=reason,
            )  # fmt: skip
            notices += told
    return replace(found, outcomes=tuple(outcomes.values()), states=tuple(states.values()), notices=tuple(notices))


def faults(cycle: Cycle, rows: Sequence[Row]) -> Iterator[FeedNotice]:
    """Tell which items could not be judged, a notice a feed."""
    broken = [(item, says.reason) for item, says in rows if isinstance(says, Rejection) and FAILED in says.reason]
    for feed, ours in groupby(sorted(broken, key=lambda row: row[0].feed), key=lambda row: row[0].feed):
        items_ = list(ours)
        named = "; ".join(f"{item.url or item.item_id}: {reason}" for item, reason in items_[:NAMED])
        yield FeedNotice(
            feed=feed,
            outlet=items_[0][0].outlet,
            kind="failing",
            since=cycle.now,
            detail=f"{len(items_)} items could not be judged and are set aside, the others went on. {named}",
            key=" ".join(item.item_id for item, _ in items_),
        )
