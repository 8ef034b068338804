"""The first two stages: poll what is due, read what came."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from extractors.fetch.door import fetch_all
from extractors.model import Feed, FeedNotice, FeedState, Fetched, Item, Outcome, OutcomeKind, Parsed
from extractors.polling import schedule
from extractors.polling.poll import Poll
from extractors.read import items as normalise
from extractors.read import workers
from extractors.read.feed import body_hash, looked_at
from extractors.read.items import fullness
from extractors.read.revisions import MOST, says_more
from flows.cycle.budget import SHARE, OverBudget, budget
from flows.cycle.home import Cycle
from flows.cycle.pages import with_pages
from warehouse.connection import reading
from warehouse.live import feeds, items
from warehouse.live.items import Seen
from warehouse.safety import raw

LOG: Final = logging.getLogger("konato.read")
KEPT: Final = 3_000_000  # bytes of a body that is kept raw: the largest real feed has 2.6 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What the due feeds answered."""

    states: Mapping[str, FeedState]
    answers: tuple[tuple[Feed, Fetched], ...]

    def state(self, feed: Feed) -> FeedState:
        """Return what was remembered of a feed before this poll."""
        return self.states.get(feed.name, FeedState(feed=feed.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the answers say: how each poll ended, and the items that nobody had seen."""

    outcomes: tuple[Outcome, ...]
    states: tuple[FeedState, ...]
    notices: tuple[FeedNotice, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """One feed's answer on its way through: parsed where it changed, its items, those unseen."""

    feed: Feed
    fetched: Fetched
    state: FeedState
    body_hash: str | None  # None: no body came
    parsed: Parsed | None = None  # None: nothing to parse
    items: tuple[Item, ...] = ()
    unseen: tuple[Item, ...] = ()
    worn: tuple[str, ...] = ()  # titles of articles that change by themselves


def poll(cycle: Cycle) -> Polled:
    """Fetch what is due; no connection to the database is held meanwhile."""
    with reading(cycle.home) as con:
        states = feeds.load_states(con)
    asked = [feed for feed in cycle.settings.feeds if feed.name not in cycle.aside]
    due = schedule.due(asked, states, now=cycle.now, everything=cycle.everything)
    polled = Polled(states=states, answers=())
    requests = [schedule.request_for(feed, polled.state(feed), now=cycle.now) for feed in due]
    done = 0

    def one_done(_: Fetched) -> None:
        nonlocal done
        done += 1
        cycle.tell("poll", done, len(requests))

    cycle.tell("poll", 0, len(requests))
    answers = fetch_all(
        requests,
        limits=cycle.settings.limits,
        user_agent=cycle.settings.user_agent,
        deadline=cycle.seconds_to_gather,
        on_done=one_done,
    )
    return replace(polled, answers=tuple(zip(due, answers, strict=True)))


def read(cycle: Cycle, polled: Polled) -> Read:
    """Turn answers into outcomes, feed states and unseen items."""
    answers = _unseen(cycle, _parsed(cycle, polled))
    concluded = [_conclude(cycle, answer) for answer in answers]
    states = tuple(state for _, state, _ in concluded)
    known = {**polled.states, **{state.feed: state for state in states}}
    new = tuple(chain.from_iterable(answer.unseen for answer in answers))
    cycle.tell("read", len(new), len(new))
    return Read(
        outcomes=tuple(outcome for outcome, _, _ in concluded),
        states=states,
        notices=(
            *chain.from_iterable(notices for _, _, notices in concluded),
            *schedule.reminders(cycle.settings.feeds, known, now=cycle.now),
        ),
        items=with_pages(cycle, new),
    )


def _parsed(cycle: Cycle, polled: Polled) -> list[_Answer]:
    answers = [_answer(feed, fetched, polled.state(feed)) for feed, fetched in polled.answers]
    changed = [a for a in answers if a.body_hash is not None and a.body_hash != a.state.body_hash]
    bodies = [
        (replace(answer.feed, url=answer.fetched.url), answer.fetched.body, answer.fetched.content_type)
        for answer in changed
    ]
    raw.keep(
        cycle.home,
        cycle.now,
        [(feed.name, content_type, body) for feed, body, content_type in bodies if len(body) <= KEPT],
    )
    read = workers.parse_all(bodies, max_entries=cycle.settings.limits.entries)
    parsed = {answer.feed.name: found for answer, found in zip(changed, read, strict=True)}
    return [_with_items(cycle, answer, parsed.get(answer.feed.name)) for answer in answers]


def _answer(feed: Feed, fetched: Fetched, state: FeedState) -> _Answer:
    if fetched.kind is None:
        return _Answer(feed=feed, fetched=fetched, state=state, body_hash=body_hash(fetched.body))
    return _Answer(feed=feed, fetched=looked_at(fetched, feed), state=state, body_hash=None)


def _with_items(cycle: Cycle, answer: _Answer, parsed: Parsed | None) -> _Answer:
    if parsed is None:
        return answer
    first = answer.state.first_polled_at is None
    cycle.at("read", answer.feed.name)
    try:
        with budget(SHARE):
            guids = answer.state.guids
        found = normalise.items(parsed.entries, answer.feed, now=cycle.now, first_run=first, guids=guids)
    except OverBudget:
        reason = f"its entries took more than {SHARE:.0f} s to normalise: nothing of them is stored"
        return replace(answer, body_hash=None, parsed=Parsed(problem=OutcomeKind.TOO_LARGE, reason=reason))
    except Exception as error:  # a fault of ours that one feed's text brought up costs that poll, and no other
        LOG.exception("the entries of %s could not be normalised", answer.feed.name)
        reason = f"its entries could not be normalised: {type(error).__name__}"
        return replace(answer, body_hash=None, parsed=Parsed(problem=OutcomeKind.UNDECODABLE, reason=reason))
    return replace(answer, parsed=replace(parsed, entries=()), fetched=replace(answer.fetched, body=b""), items=found)


def _unseen(cycle: Cycle, answers: Sequence[_Answer]) -> list[_Answer]:
    """Mark unseen items and revisions; what several feeds bring of an article is one item of the first, the fullest."""
    brought: dict[int, list[Item]] = {}
    for item in chain.from_iterable(answer.items for answer in answers):
        brought.setdefault(item.key, []).append(item)
    if not brought:
        return list(answers)
    with reading(cycle.home) as con:
        seen = items.known(con, list(brought))
        other = [
            key for key, before in seen.items() if any(item.content not in before.contents for item in brought[key])
        ]
        latest = items.latest(con, other) if other else {}
    found = {key: max(of, key=fullness) for key, of in brought.items() if key not in seen}
    worn = set[int]()  # articles whose text has changed too often to be read again
    for key in other:
        if fresh := _revision(brought[key], seen[key], latest.get(key)):
            found[key] = fresh
            worn |= {key} if fresh.revision > MOST else set()
    return [_marked(answer, found, worn) for answer in answers]


def _revision(brought: Sequence[Item], before: Seen, last: Item | None) -> Item | None:
    """Return the fullest of the texts that say something new of a known article, as its next revision."""
    fresh = [
        item for item in brought if item.content not in before.contents and not (last and not says_more(last, item))
    ]
    if not fresh:
        return None
    return replace(
        max(fresh, key=fullness),
        revision=before.revision + 1,
        feed=before.feed,
        first_seen_at=before.first_seen_at,
        baseline=False,
    )


def _marked(answer: _Answer, found: dict[int, Item], worn: AbstractSet[int]) -> _Answer:
    """Give a feed's answer what is new of its items, each to the first feed that brought it."""
    mine = [found.pop(item.key) for item in answer.items if item.key in found]
    return replace(
        answer,
        unseen=tuple(
            item if item.revision else replace(item, feed=answer.feed.name) for item in mine if item.key not in worn
        ),
        worn=tuple(item.title for item in mine if item.key in worn),
    )


def _conclude(cycle: Cycle, answer: _Answer) -> tuple[Outcome, FeedState, tuple[FeedNotice, ...]]:
    kind, reason = _ending(answer)
    poll = Poll(
        feed=answer.feed,
        fetched=answer.fetched,
        kind=kind,
        reason=reason,
        items=answer.items,
        new_keys=frozenset(item.key for item in answer.unseen),
        worn=answer.worn,
        ttl=answer.parsed.ttl if answer.parsed else None,
        body_hash=answer.body_hash,
        now=cycle.now,
        jitter=random.Random(f"{answer.feed.name} {cycle.now}").random(),  # noqa: S311  spreads load, guards nothing
    )
    outcome = Outcome(
        feed=answer.feed.name,
        polled_at=cycle.now,
        kind=kind,
        status=answer.fetched.status,
        wire_bytes=answer.fetched.wire_bytes,
        milliseconds=answer.fetched.milliseconds,
        items=len(answer.items),
        new_items=len(answer.unseen),
        reason=reason,
    )
    state, notices = schedule.after(poll, answer.state)
    return outcome, state, notices


def _ending(answer: _Answer) -> tuple[OutcomeKind, str]:
    """Name how a poll ended, with the reason in words."""
    fetched, parsed = answer.fetched, answer.parsed
    if fetched.kind is not None:
        return fetched.kind, fetched.reason
    if parsed is None:
        return OutcomeKind.UNCHANGED, "the same body as before"
    if parsed.problem is not None:
        return parsed.problem, parsed.reason
    return (OutcomeKind.NEW if answer.unseen else OutcomeKind.UNCHANGED), parsed.reason
