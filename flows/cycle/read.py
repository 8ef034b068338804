"""The second stage: read what came, compare it with what is known, judge what is new.

Each within its share: a fault or a glut costs one item, or one feed, and no other.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import monotonic, process_time
from typing import Final

from extractors.mention.describe import describe
from extractors.model import Fetched, Item, OutcomeKind, Request
from extractors.polling.poll import Poll
from extractors.read.article import extract
from extractors.read.feed import looked_at, parse
from extractors.read.revisions import MOST, says_more
from extractors.story import Mention, Rejection, Says
from flows.cycle.budget import ITEM, SHARE, Fault, budget
from flows.cycle.gather import FAILED, Gathered, Row, fetch
from flows.cycle.home import Cycle
from warehouse.connection import reading
from warehouse.live import feeds, items
from warehouse.safety import raw

LOG: Final = logging.getLogger("konato.read")
KEPT: Final = 3_000_000  # bytes of a body that is kept raw: the largest real feed has 2.6 MB
PENALTY: Final = 4  # failures that a feed which takes more than its share is counted beyond the one
FRESH: Final = 50_000_000  # characters of new text of a feed and day (UTC): the largest real body has 2.6 million bytes
REPORT: Final = 20_000  # characters that an act told counts for: each cycle that learns reads it again, for months
LEARNT: Final = 4_000  # acts that one cycle learns of, and one feed's more: some 13 KB of memory each
LITTLE: Final = 200_000  # bytes or characters of a feed: most real ones are no larger
GLUT: Final = 60.0  # seconds that all larger ones together may take of a cycle, to be read and to be judged
PAGES: Final = 20  # article pages that one cycle asks for: politeness, and a bound on its length
PAGE_SECONDS: Final = 60.0  # for all of them together


def read(cycle: Cycle, polled: Gathered) -> Gathered:
    """Turn answers into outcomes and judged items that nobody had seen."""
    polls = tuple(begun(cycle, one) for one in polled.polls)
    came = [(one.feed.name, one.fetched.content_type, one.fetched.body) for one in polls if one.changed]
    raw.keep(cycle.home, cycle.now, [row for row in came if len(row[-1]) <= KEPT])
    return judged(cycle, replace(polled, polls=parsed(cycle, polls)))


def parsed(cycle: Cycle, polls: Sequence[Poll]) -> tuple[Poll, ...]:
    """Make items of the bodies that changed."""
    bodies = {one.feed.name: len(one.fetched.body) for one in polls if one.changed}
    return tuple(_in_turn(cycle, polls, bodies, lambda one: _parsed(cycle, one)))


def judged(cycle: Cycle, polled: Gathered) -> Gathered:
    """Compare the items with what the home knows, and judge what is new."""
    polls = _compared(cycle, polled.polls)
    texts = {one.feed.name: one.size for one in polls if one.unseen}
    found, acts = dict[str, list[Row]](), list[Mention]()
    polls = _in_turn(cycle, polls, texts, lambda one: _judged(cycle, one, found, acts))
    rows = _with_pages(cycle, [row for one in polls for row in found.get(one.feed.name, ())])
    cycle.tell("read", len(rows), len(rows))
    return replace(polled, polls=tuple(polls), rows=tuple(rows))


def _in_turn(
    cycle: Cycle, polls: Sequence[Poll], sizes: Mapping[str, int], work: Callable[[Poll], Poll]
) -> Sequence[Poll]:
    """Do the work that feeds need, by their names: little ones first, then the large while there is time for them.

    So no number of hostile feeds, each within its share, keeps the others waiting. What is left over is the longest
    overdue of its like in the next cycle.
    """
    done, ends = {one.feed.name: one for one in polls}, 0.0
    for name in sorted(sizes, key=lambda name: sizes[name] > LITTLE):
        large = sizes[name] > LITTLE
        ends = ends or (monotonic() + GLUT if large else 0.0)
        done[name] = _put_off(done[name]) if cycle.late or (large and monotonic() >= ends) else work(done[name])
    return [*done.values()]


def begun(cycle: Cycle, poll: Poll) -> Poll:
    """Look at an error's page, or give a body its hash; a feed that never had an entry is not unchanged but empty."""
    if reason := cycle.aside.get(poll.feed.name):
        return _put_aside(poll, reason)
    if poll.fetched.kind:
        fetched = looked_at(poll.fetched, poll.feed)
        poll = replace(poll, fetched=fetched, kind=fetched.kind or poll.kind, reason=fetched.reason)
    never = poll.kind is OutcomeKind.UNCHANGED and poll.before.first_polled_at is None
    return replace(poll, kind=OutcomeKind.EMPTY if never else poll.kind, body_hash=poll.fetched.body_hash)


def _put_aside(poll: Poll, reason: str) -> Poll:
    """Let a poll count as failed, whatever it brought; its feed backs off as if failing for long."""
    LOG.warning("%s is put aside: %s", poll.feed.name, reason)
    before = replace(poll.before, failures=poll.before.failures + PENALTY)
    return replace(poll, before=before, kind=OutcomeKind.TOO_LARGE, reason=reason, items=(), unseen=(), worn=())


def _put_off(poll: Poll, why: str = "the cycle's time was up before it was read") -> Poll:
    """Leave a feed for the next cycle, which asks it first: this one's time, or its memory, is up."""
    LOG.warning("%s is left for the next cycle", poll.feed.name)
    cut = replace(poll.fetched, body=b"", cut_short=True)
    return replace(poll, fetched=cut, kind=OutcomeKind.TIMEOUT, reason=why, items=(), unseen=(), worn=())


def _parsed(cycle: Cycle, poll: Poll) -> Poll:
    """Read a body, make items of it; text that takes too long, or brings up a fault of ours, costs that poll alone."""
    from extractors.read import items as normalise  # all that knows dates and texts: most cycles bring no body

    cycle.at("read", poll.feed.name)
    feed, came, before, most = poll.feed, poll.fetched, poll.before, cycle.settings.limits.entries
    try:
        with budget(SHARE, f"normalising the entries of {feed.name}"):
            parsed = parse(came.body, came.content_type, replace(feed, url=came.url), max_entries=most)
            first = before.first_polled_at is None
            found = normalise.items(parsed.entries, feed, now=cycle.now, first_run=first, guids=before.guids)
    except Fault as fault:
        kind = OutcomeKind.TOO_LARGE if fault.slow else OutcomeKind.UNDECODABLE
        return replace(poll, kind=kind, reason=f"its entries could not be normalised, none is stored: {fault}")
    kind = parsed.problem or OutcomeKind.UNCHANGED
    came = replace(came, body=b"")
    return replace(poll, fetched=came, kind=kind, reason=parsed.reason, ttl=parsed.ttl, items=found)


def _compared(cycle: Cycle, polls: Sequence[Poll]) -> Sequence[Poll]:
    """Mark unseen items and revisions; what several feeds bring of an article is one item of the first, the fullest.

    A revision is the fullest of the texts that say something new of a known article.
    """
    brought = defaultdict[int, list[Item]](list)
    for item in (item for one in polls for item in one.items):
        brought[item.key].append(item)
    if not brought:
        return polls
    from extractors.read.items import fullness

    with reading(cycle.home) as con:
        seen = items.known(con, list(brought))
        fresh = {key: [one for one in brought[key] if one.content not in was.contents] for key, was in seen.items()}
        edited = [key for key, those in fresh.items() if those]
        latest = items.latest(con, edited) if edited else {}
    found = {key: max(those, key=fullness) for key, those in brought.items() if key not in seen}
    for key, those in fresh.items():
        before, last = seen[key], latest.get(key)
        if more := [
            one for one in those if not last or says_more(last, one, cycle.settings.lexicon, revision=before.revision)
        ]:
            since, number = before.first_seen_at, before.revision + 1
            fullest = max(more, key=fullness)
            found[key] = replace(fullest, revision=number, feed=before.feed, first_seen_at=since, baseline=False)
    return [_marked(one, found) for one in polls]


def _marked(poll: Poll, found: dict[int, Item]) -> Poll:
    """Give a poll what is new of its items, each to the first feed that brought it; too often revised is worn."""
    feed, mine = poll.feed.name, [found.pop(item.key) for item in poll.items if item.key in found]
    kept, worn = ([one for one in mine if (one.revision > MOST) is much] for much in (False, True))
    unseen = tuple(one if one.revision or one.feed == feed else replace(one, feed=feed) for one in kept)
    kind = OutcomeKind.NEW if unseen else poll.kind
    return replace(poll, kind=kind, unseen=unseen, worn=tuple(one.title for one in worn))


def _judged(cycle: Cycle, poll: Poll, found: dict[str, list[Row]], acts: list[Mention]) -> Poll:
    """Describe what a poll brought unseen; of a feed that takes more than its share nothing is kept."""
    if poll.fresh > FRESH:
        why = f"it has brought more than {FRESH // 1_000_000} MB of new text today: nothing more of it is stored"
        return _put_aside(poll, why)
    if len(acts) > LEARNT:
        return _put_off(poll, f"the cycle had {LEARNT:,} acts to learn of before it was judged")
    until, left, rows, told = process_time() + SHARE, (FRESH - poll.fresh) // REPORT, list[Row](), list[Mention]()
    cycle.at("read", poll.feed.name)
    for item in poll.unseen:
        if process_time() > until:
            return _put_aside(poll, f"its items took more than {SHARE:.0f} s to judge: nothing of them is stored")
        rows.append((item, says := _says(cycle, item)))
        told += says if isinstance(says, tuple) else ()
        if len(told) > left:
            why = f"it has told more acts today than {FRESH // REPORT:,}, or as much text: nothing more of it is stored"
            return _put_aside(poll, why)
    found[poll.feed.name] = rows
    acts += told
    return replace(poll, told=REPORT * len(told))


def _says(cycle: Cycle, item: Item) -> Says:
    """Describe one item; a fault in a rule costs that item its verdict, with a stated reason, and no other."""
    try:
        with budget(ITEM, f"judging item {item.item_id} of {item.feed}"):
            return describe(item, cycle.settings.lexicon, horizon=cycle.settings.horizon)
    except Fault as fault:
        return Rejection(item_id=item.item_id, reason=f"{FAILED}: {fault}")


def _with_pages(cycle: Cycle, rows: list[Row]) -> list[Row]:
    """Judge relevant and undecided items by their article's text too, where the feed allows it; one polite try."""
    wanted = [n for n, (one, says) in enumerate(rows) if one.url and (isinstance(says, tuple) or says.undecided)]
    if not wanted:
        return rows
    with reading(cycle.home) as con:
        known = feeds.known(con, list({rows[n][0].feed for n in wanted}))
    allow = {feed.name: feed for feed, _ in known if feed.articles}
    wanted = [n for n in wanted if rows[n][0].feed in allow][:PAGES]
    requests = [Request(feed=allow[rows[n][0].feed], page=rows[n][0].url, now=cycle.now) for n in wanted]
    pages = fetch(cycle, requests, min(PAGE_SECONDS, cycle.seconds_to_gather))
    for n, page in zip(wanted, pages, strict=True):
        if page.kind is None:
            rows[n] = _by_page(cycle, *rows[n], page)
    return rows


def _by_page(cycle: Cycle, item: Item, says: Says, page: Fetched) -> Row:
    """A page adds: where all of it says nothing to us, what the feed itself told still stands."""
    cycle.at("read", item.feed)
    try:
        with budget(ITEM, f"reading the page of item {item.item_id} of {item.feed}"):
            text = extract(page.body, page.content_type, item.url)
    except Fault:
        return item, says
    fuller = replace(item, text=max(item.text, text, key=len))
    again = _says(cycle, fuller)
    return fuller, says if isinstance(again, Rejection) and isinstance(says, tuple) else again
