"""One cycle: its circumstances, its five stages in order, its figures.

Knows nothing of Prefect, so that `konato run` starts at once. The stages stand in `gather` (poll), `read`, `learn` and
`deliver`; a crash before learn's commit means that nothing happened, after it everything is queued.
"""

import faulthandler
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial, reduce
from operator import add
from typing import Final, TypeVar

from alerts.word import labels
from extractors.story import Domain
from flows.cycle import brief
from flows.cycle.deliver import deliver
from flows.cycle.gather import Gathered, rounds
from flows.cycle.home import Cycle, Holder, hold, prepare
from flows.cycle.learn import Summary, learn
from flows.cycle.state import SlotCovered, claimed, covering
from warehouse import files
from warehouse.connection import session, writing
from warehouse.live import cycles
from warehouse.published.publish import publish
from warehouse.published.retention import upkeep
from warehouse.safety import raw

GRACE: Final = 15.0  # seconds past the deadline, for saying so
T = TypeVar("T")


def run_cycle(asked: Cycle) -> Summary:
    """Run one whole cycle under the home's lock; publishing is last, also when a delivery failed.

    Raises SlotCovered where another cycle does the work of the slot that a schedule asks for, and what `hold` and
    `prepare` raise; an error carries its stage's name.
    """
    with opened(asked) as cycle:
        learned, failed = _learned_from_others(cycle) if cycle.settings.database_env else (_learned(cycle), None)
        reached: Mapping[str, int] = {}
        try:
            reached = _run(cycle, "deliver", lambda: deliver(cycle))
            done = replace(learned, deliveries=tuple(sorted(reached.items())))
            if failed is None:
                with writing(cycle.home, now=cycle.now) as con:  # what the next one counts missed slots from
                    cycles.record_cycle(con, replace(done, failed=()))
        finally:
            _run(cycle, "publish", lambda: publish_copy(cycle, news=bool(failed or learned.relevant or reached)))
        if failed:
            raise failed
        return done


@contextmanager
def opened(cycle: Cycle) -> Iterator[Cycle]:
    """Open the home for a cycle that leaves its mark, and end the process should it pass its deadline."""
    home, takes = cycle.home, cycle.settings.deadline
    if cycle.slot and (other := covering(home, cycle.slot)):
        raise SlotCovered(cycle.slot, other)
    claim = claimed(home, slot=cycle.slot, who=cycle.who)
    with hold(home, who=cycle.who, takes=takes) as (at, dead), claim, session(home):
        prepare(home, now=cycle.now)  # before the deadline begins: a mend is to end, however long it takes
        with _deadline(takes, cycle.who, lambda: cycle.tell("deadline", 0, 1)):
            yield replace(cycle, begun=time.monotonic(), at=at, aside=culprit(dead))


def culprit(dead: Holder | None) -> dict[str, str]:
    """Name the feed over which a cycle ran past its deadline: in the next one it is not asked."""
    if dead is None or not dead.feed or datetime.now(UTC) < datetime.fromisoformat(dead.deadline):
        return {}
    return {dead.feed: f"the cycle of {dead.started} did not come to its end, in {dead.place}"}


def publish_copy(cycle: Cycle, *, news: bool) -> None:
    """Swap in a fresh copy for the analysts and, with news, the briefing; then let go of what is old."""
    cycle.tell("publish", 0, 1)
    lexicon = cycle.settings.lexicon
    concepts = labels.named(lexicon.concepts, lexicon.tracks, Domain)
    publish(cycle.home, now=cycle.now, lexicon_version=lexicon.version, concepts=concepts)
    if news:
        brief.refresh(cycle.home, cycle.settings.briefing, within=cycle.seconds_left / 2)
    upkeep(cycle.home, now=cycle.now, retention=cycle.settings.retention)
    files.share(cycle.home, cycle.settings.readers)
    raw.prune(cycle.home, cycle.now, cycle.settings.raw_days)
    cycle.tell("publish", 1, 1)


def _learned(cycle: Cycle) -> Summary:
    """Poll, read and learn, a round of feeds after the other; what the deadline leaves stays due."""
    polling, done = rounds(cycle), list[Summary]()
    while True:
        polled = _run(cycle, "poll", lambda: next(polling))
        gathered = _run(cycle, "read", partial(_read, cycle, polled))
        done.append(_run(cycle, "learn", partial(learn, cycle, gathered)))
        if not (polled.left and cycle.seconds_to_gather):
            done[-1] = replace(done[-1], left=done[-1].left + polled.left)
            return reduce(add, done)


def _learned_from_others(cycle: Cycle) -> tuple[Summary, OSError | None]:
    """Learn from pollers; where their database is down, say so once what is queued has gone out all the same."""
    from flows.cycle.shards import take  # the extra `cluster`: nobody else knows PostgreSQL

    try:
        return _run(cycle, "learn", lambda: take(cycle)), None
    except ConnectionError as error:
        why = f"{error} (its address is what {cycle.settings.database_env} holds)"
        said = ConnectionError(f"{why}. What is queued goes out all the same; nothing is learned until it is back.")
        return _run(cycle, "learn", lambda: learn(cycle, Gathered(polls=()))), said


def _read(cycle: Cycle, polled: Gathered) -> Gathered:
    if not polled.polls:
        return polled
    from flows.cycle.read import read  # all that reads and judges: a cycle in which nothing is due needs none

    return read(cycle, polled)


def _run(cycle: Cycle, stage: str, work: Callable[[], T]) -> T:
    cycle.at(stage, "")
    try:
        return cycle.step(stage, work)
    except Exception as error:
        error.add_note(f"stage {stage}")
        raise


@contextmanager
def _deadline(after: timedelta, who: str, late: Callable[[], None]) -> Iterator[None]:
    """End the process when real time passes the deadline, also one that was stopped and woken; `late` may say so.

    At once and without clean-up: what a dead cycle leaves behind is safe by design, what a late one does is not. Work
    that never lets a thread of ours run is ended by the interpreter a little later.
    """

    def end() -> None:
        with suppress(Exception):
            late()
        sys.stderr.write(f"konato: {who} ran past its deadline of {after} and ends itself; nothing is lost.\n")
        sys.stderr.flush()
        os._exit(1)

    timer = threading.Timer(after.total_seconds(), end)
    timer.daemon = True
    timer.start()
    faulthandler.dump_traceback_later(after.total_seconds() + GRACE, exit=True, file=2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        timer.cancel()
