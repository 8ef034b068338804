"""The second stage: read what came, compare it with what is known, judge what is new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from extractors.model import Item, OutcomeKind
from extractors.polling.poll import Poll
from extractors.read import items as normalise
from extractors.read.feed import body_hash, looked_at, parse
from extractors.read.items import fullness
from extractors.read.revisions import MOST, says_more
from flows.cycle.budget import SHARE, Fault, budget
from flows.cycle.decide import decide, put_aside, put_off
from flows.cycle.gather import Gathered
from flows.cycle.home import Cycle
from warehouse.connection import reading
from warehouse.live import items
from warehouse.live.items import Seen
from warehouse.safety import raw

KEPT: Final = 3_000_000  # bytes of a body that is kept raw: the largest real feed has 2.6 MB


def read(cycle: Cycle, polled: Gathered) -> Gathered:
    """Turn answers into outcomes and judged items that nobody had seen."""
    begun = [_begun(cycle, one) for one in polled.polls]
    polls, rows = decide(cycle, _compared(cycle, _parsed(cycle, begun)))
    cycle.tell("read", len(rows), len(rows))
    return replace(polled, polls=polls, rows=rows)


def _begun(cycle: Cycle, poll: Poll) -> Poll:
    """Look at an error's page, or give a body its hash; a feed that never had an entry is not unchanged but empty."""
    if reason := cycle.aside.get(poll.feed.name):
        return put_aside(poll, reason)
    came = poll.fetched.kind is None
    fetched = poll.fetched if came else looked_at(poll.fetched, poll.feed)
    kind, reason = fetched.kind or OutcomeKind.UNCHANGED, "the same body as before" if came else fetched.reason
    if kind is OutcomeKind.UNCHANGED and poll.before.first_polled_at is None:
        kind = OutcomeKind.EMPTY
    digest = body_hash(fetched.body) if came else None
    return replace(poll, fetched=fetched, kind=kind, reason=reason, body_hash=digest)


def _parsed(cycle: Cycle, polls: Sequence[Poll]) -> list[Poll]:
    changed = {one.feed.name: one.fetched for one in polls if one.body_hash not in {None, one.before.body_hash}}
    bodies = [(name, came.content_type, came.body) for name, came in changed.items()]
    raw.keep(cycle.home, cycle.now, [row for row in bodies if len(row[-1]) <= KEPT])
    return [_with_items(cycle, one) if one.feed.name in changed else one for one in polls]


def _with_items(cycle: Cycle, poll: Poll) -> Poll:
    """Read a body, make items of it; text that takes too long, or brings up a fault of ours, costs that poll alone."""
    if cycle.late:
        return put_off(poll)
    cycle.at("read", poll.feed.name)
    feed, fetched, most = poll.feed, poll.fetched, cycle.settings.limits.entries
    first, guids = poll.before.first_polled_at is None, poll.before.guids
    try:
        with budget(SHARE, f"normalising the entries of {feed.name}"):
            parsed = parse(fetched.body, fetched.content_type, replace(feed, url=fetched.url), max_entries=most)
            found = normalise.items(parsed.entries, feed, now=cycle.now, first_run=first, guids=guids)
    except Fault as fault:
        kind = OutcomeKind.TOO_LARGE if fault.slow else OutcomeKind.UNDECODABLE
        return replace(poll, kind=kind, reason=f"its entries could not be normalised, none is stored: {fault}")
    return replace(
        poll,
        fetched=replace(fetched, body=b""),
        kind=parsed.problem or OutcomeKind.UNCHANGED,
        reason=parsed.reason,
        ttl=parsed.ttl,
        items=found,
    )


def _compared(cycle: Cycle, polls: Sequence[Poll]) -> list[Poll]:
    """Mark unseen items and revisions; what several feeds bring of an article is one item of the first, the fullest."""
    brought = defaultdict[int, list[Item]](list)
    for item in chain.from_iterable(one.items for one in polls):
        brought[item.key].append(item)
    if not brought:
        return list(polls)
    with reading(cycle.home) as con:
        seen = items.known(con, list(brought))
        other = [key for key, before in seen.items() if {one.content for one in brought[key]} - set(before.contents)]
        latest = items.latest(con, other) if other else {}
    found = {key: max(of, key=fullness) for key, of in brought.items() if key not in seen}
    for key in other:
        if fresh := _revision(brought[key], seen[key], latest.get(key)):
            found[key] = fresh
    return [_marked(one, found) for one in polls]


def _revision(brought: Sequence[Item], before: Seen, last: Item | None) -> Item | None:
    """Return the fullest of the texts that say something new of a known article, as its next revision."""
    fresh = [one for one in brought if one.content not in before.contents and not (last and not says_more(last, one))]
    if not fresh:
        return None
    return replace(
        max(fresh, key=fullness),
        revision=before.revision + 1,
        feed=before.feed,
        first_seen_at=before.first_seen_at,
        baseline=False,
    )


def _marked(poll: Poll, found: dict[int, Item]) -> Poll:
    """Give a poll what is new of its items, each to the first feed that brought it; too often revised is worn."""
    mine = [found.pop(item.key) for item in poll.items if item.key in found]
    feed = poll.feed.name
    unseen = [
        one if one.revision or one.feed == feed else replace(one, feed=feed) for one in mine if one.revision <= MOST
    ]
    return replace(
        poll,
        kind=OutcomeKind.NEW if unseen else poll.kind,
        unseen=tuple(unseen),
        worn=tuple(one.title for one in mine if one.revision > MOST),
    )
