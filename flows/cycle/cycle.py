"""One cycle: its circumstances, its five stages in order, its figures.

Knows nothing of Prefect, so that `konato run` starts at once. The stages stand in `gather` (poll, read), `learn` and
`deliver`; a crash before learn's commit means that nothing happened, after it everything is queued.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol, TypeVar

from alerts.word import labels
from extractors.model import Outcome
from extractors.story import Domain
from flows.configure.settings import Settings
from flows.cycle.deliver import deliver
from flows.cycle.gather import Read, poll, read
from flows.cycle.home import Cycle, Holder, Tell, hold, prepare, quiet
from flows.cycle.learn import Learned, learn
from flows.cycle.slots import SlotCovered, claimed, covering
from warehouse import files
from warehouse.connection import session, writing
from warehouse.live import cycles
from warehouse.live.cycles import CycleRecord
from warehouse.live.retention import upkeep
from warehouse.published.publish import publish
from warehouse.safety import raw

GRACE: Final = 15.0  # seconds past the deadline, for saying so
STAGES: Final = ("poll", "read", "learn", "deliver", "publish")
T = TypeVar("T")


class Step(Protocol):
    """Runs one stage by its name: at once, or as a task of somebody's engine."""

    def __call__(self, name: str, work: Callable[[], T], /) -> T:
        """Run `work` and return what it returns."""


def at_once(_name: str, work: Callable[[], T], /) -> T:
    """Run a stage here and now."""
    return work()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A whole cycle in figures, for people."""

    outcomes: Mapping[str, int]
    items: int
    relevant: int
    events: int
    alerts: int
    deliveries: Mapping[str, int]
    failed: tuple[Outcome, ...] = ()

    def __str__(self) -> str:
        polls = ", ".join(f"{count} {kind}" for kind, count in sorted(self.outcomes.items())) or "none due"
        sent = ", ".join(f"{count} {state}" for state, count in sorted(self.deliveries.items())) or "none due"
        return (
            f"polls: {polls} · items: {self.items} new, {self.relevant} relevant · events: {self.events} touched"
            f" · alerts: {self.alerts} · deliveries: {sent}"
        )


def run_cycle(
    settings: Settings,
    *,
    home: Path,
    now: datetime,
    everything: bool = False,
    who: str = "konato run",
    tell: Tell = quiet,
    slot: datetime | None = None,
    step: Step = at_once,
) -> Summary:
    """Run one whole cycle under the home's lock; publishing is last, also when a delivery failed.

    `slot` is the one that a schedule asks for; `step` runs each stage.

    Raises:
        SlotCovered: another cycle does the slot's work.
        LockHeldError: another process worked on the home for the whole wait.
        WarehouseBusy: somebody else holds the live file open.
        MigrationChanged: the home's schema is not one that this version knows.
    """
    if slot and (other := covering(home, slot)):
        raise SlotCovered(slot, other)
    with opened(settings, home=home, now=now, everything=everything, who=who, tell=tell, slot=slot) as cycle:
        return run_stages(cycle, who=who, step=step)


def run_stages(cycle: Cycle, *, who: str, step: Step = at_once) -> Summary:
    """Run the five stages of an opened cycle, each as `step` has it; an error carries the stage's name."""

    def run(name: str, work: Callable[[], T]) -> T:
        cycle.at(name, "")
        try:
            return step(name, work)
        except Exception as error:
            error.add_note(f"stage {name}")
            raise

    polled = run("poll", lambda: poll(cycle))
    gathered = run("read", lambda: read(cycle, polled))
    learned = run("learn", lambda: learn(cycle, gathered))
    try:
        done = summary(gathered, learned, run("deliver", lambda: deliver(cycle)))
        record(cycle, done, who=who)
    finally:
        run("publish", lambda: publish_copy(cycle))
    return done


@contextmanager
def opened(
    settings: Settings,
    *,
    home: Path,
    now: datetime,
    everything: bool = False,
    who: str,
    tell: Tell = quiet,
    slot: datetime | None = None,
) -> Iterator[Cycle]:
    """Open the home for a cycle that leaves its mark, and end the process should it pass its deadline."""
    with hold(home, who=who, takes=settings.deadline) as held, claimed(home, slot=slot, who=who), session(home):
        prepare(home, now=now)  # before the deadline begins: a mend is to end, however long it takes
        with _deadline(settings.deadline, who, lambda: tell("deadline", 0, 1)):
            yield Cycle(
                settings=settings,
                home=home,
                now=now,
                everything=everything,
                ends_at=time.monotonic() + settings.deadline.total_seconds(),
                tell=tell,
                at=held.at,
                aside=culprit(held.dead),
            )


def culprit(dead: Holder | None) -> dict[str, str]:
    """Name the feed over which a cycle ran past its deadline: in the next one it is not asked."""
    if dead is None or not dead.feed or datetime.now(UTC) < datetime.fromisoformat(dead.deadline):
        return {}
    return {dead.feed: f"the cycle of {dead.started} did not come to its end, in {dead.place}"}


def record(cycle: Cycle, done: Summary, *, who: str) -> None:
    """Note that a cycle came to its end: what `status` shows, and what the next one counts missed slots from."""
    with writing(cycle.home, now=cycle.now) as con:
        cycles.record_cycle(
            con,
            CycleRecord(
                started_at=cycle.now,
                finished_at=cycle.now,
                who=who,
                outcomes=tuple(sorted(done.outcomes.items())),
                items=done.items,
                relevant=done.relevant,
                events=done.events,
                alerts=done.alerts,
                deliveries=tuple(sorted(done.deliveries.items())),
            ),
        )


def publish_copy(cycle: Cycle) -> None:
    """Swap in a fresh copy for the analysts, then let go of what is old."""
    cycle.tell("publish", 0, 1)
    lexicon = cycle.settings.lexicon
    concepts = labels.named(lexicon.concepts, lexicon.tracks, Domain)
    publish(cycle.home, now=cycle.now, lexicon_version=lexicon.version, concepts=concepts)
    upkeep(cycle.home, now=cycle.now, retention=cycle.settings.retention)
    files.share(cycle.home, cycle.settings.readers)
    raw.prune(cycle.home, cycle.now, cycle.settings.raw_days)
    cycle.tell("publish", 1, 1)


def summary(gathered: Read, learned: Learned, delivered: Mapping[str, int]) -> Summary:
    """Count what a cycle did."""
    return Summary(
        outcomes=Counter(outcome.kind.value for outcome in gathered.outcomes),
        items=learned.items,
        relevant=learned.relevant,
        events=learned.events,
        alerts=len(learned.alerts),
        deliveries=delivered,
        failed=tuple(outcome for outcome in gathered.outcomes if outcome.kind.failed),
    )


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
