"""The unattended service: every slot gets its cycle, and nothing dies unseen.

One thread that wakes twice a second. Prefect runs the slots; when one is late, for whatever reason, a plain cycle is
started here. Heavy work happens in children, so that what watches stays small.
"""

import fcntl
import logging
import os
import signal
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from extractors.model import ConfigError
from flows.configure.settings import Settings, read_settings
from flows.cycle import state
from flows.cycle.home import held
from flows.cycle.state import covering, failed, slot_of
from flows.service import operators
from flows.service.children import Child
from flows.service.health import BROKEN, PAUSED, judge, look
from flows.service.prefect import FILE, Engine, read_deployments
from warehouse import files

LOG: Final = logging.getLogger("konato.serve")
TICK: Final = 0.5  # seconds between two looks
PATIENCE: Final = timedelta(seconds=20)  # that Prefect has to start a run, unless it was seen to need more
SHARE: Final = 0.8  # of the interval, at most
LOOK: Final = 5.0  # seconds between two looks for troubles
AGAIN: Final = 60.0  # seconds before telling is tried again
STOPPING: Final = 20.0  # seconds that a cycle in hand may take to its end
UNUSED: Final = 3  # slots in a row in which Prefect came for none although it is up


def run_service(config: Path, *, home: Path, every: timedelta | None) -> None:
    """Serve until SIGTERM or SIGINT; a second service on the same home waits for the first one's end.

    Raises ConfigError: the configuration is broken, which the home's state says too; or prefect.yaml has no interval.
    """
    try:
        settings = read_settings(config)
    except ConfigError as error:
        failed(home, who="konato serve", error=error)
        operators.beat("/fail")
        operators.say_so(config, home, who="konato serve")
        raise
    every = every or read_deployments(FILE)[1]
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    files.private(home)
    _wait(home, over)
    service = None if over.is_set() else Service(settings, home=home, every=every)
    while service and not over.wait(TICK):
        service.look()
    if service:
        service.stop()


class Service:
    """What the loop keeps between two looks."""

    def __init__(self, settings: Settings, *, home: Path, every: timedelta) -> None:
        self.home, self.every = home, every
        before = state.read(home).service
        paused = before is not None and PAUSED in dict(before.problems)
        self.engine = Engine(settings, home=home, every=every, paused=paused)
        self.cycle: Child | None = None
        self.done: datetime | None = None  # the slot that needs nothing more
        self.beaten: datetime | None = None  # the slot in which the monitor was told that the watch is broken
        self.ready_at: datetime | None = None  # since when Prefect can run a slot
        self.telling: Child | None = None
        self.untold = False
        self.unstored = self.heard = ""  # why the home's state cannot be written; what of it the operators have heard
        self.said: tuple[str, ...] = ()
        self.began = datetime.now(UTC)
        self._look_at = self._tell_at = 0.0
        LOG.info("serving %s, a cycle every %s", home, every)
        with suppress(OSError):
            state.put(home, channels=settings.channels)

    def look(self) -> None:
        """Do what this moment asks for."""
        self.engine.look()
        self._look_at_slot(datetime.now(UTC))
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK
            self._note(datetime.now(UTC))
            self._look_for_troubles(datetime.now(UTC))
        self._tell()

    def stop(self) -> None:
        """Let the cycle in hand end, for a while, then end all children."""
        LOG.info("stopping")
        until = time.monotonic() + STOPPING
        while held(self.home) and time.monotonic() < until:
            self.engine.look()
            if self.cycle:
                self.cycle.look()
            time.sleep(0.1)
        self.engine.stop()
        for child in (self.cycle, self.telling):
            if child:
                child.stop(1.0)
        LOG.info("stopped")

    def _look_at_slot(self, now: datetime) -> None:
        slot = slot_of(now, self.every)
        if self.cycle:
            self.cycle.look()
            self.cycle = self.cycle if self.cycle.running else None
        self.ready_at = (self.ready_at or now) if self.engine.ready else None
        if slot == self.done or self.engine.paused:
            return
        if mark := covering(self.home, slot):
            self.done = slot if mark.finished_at else self.done
        elif not self.cycle and not held(self.home) and self._late(now - slot):
            LOG.info("slot %s: a plain cycle", f"{slot:%FT%TZ}")
            self.done = slot  # tried once; what becomes of it is seen at its end
            self.cycle = self._started("run", "--slot", slot.isoformat())

    def _late(self, by: timedelta) -> bool:
        """Whether Prefect is not to be waited for: at the very start, when it cannot, and after what it needs."""
        return self.done is None or self.ready_at is None or by >= self._patience()

    def _patience(self) -> timedelta:
        needs = timedelta(seconds=2 * state.read(self.home).needs)
        return min(max(PATIENCE, needs), SHARE * self.every)

    def _look_for_troubles(self, now: datetime) -> None:
        verdict = judge(look(self.home, now=now))
        try:
            self.untold, self.unstored = bool(operators.note(self.home, verdict, now=now)), ""
        except OSError as error:
            self.unstored = f"The home cannot be written: {error}. Nothing is stored until it can."
        slot = slot_of(now, self.every)
        if verdict.code == BROKEN and self.beaten != slot:  # also where no cycle is left to say so
            self.beaten = slot
            operators.beat("/fail")
        if verdict.problems != self.said:
            self.said = verdict.problems
            for problem in verdict.problems:
                LOG.warning("%s", problem)

    def _problems(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """What is wrong around the cycles, by name, in words."""
        if self.engine.paused:
            where = f"the deployment watch-{self.engine.name}"
            return ((PAUSED, f"A person has paused {where} in Prefect: nothing is polled until it is resumed there."),)
        wrong, came = self.engine.trouble(), state.read(self.home).came_at
        idle = UNUSED * self.every + self._patience()
        since = max(self.ready_at, came or self.ready_at) if self.ready_at else now
        if not wrong and self.every >= timedelta(minutes=1) and now - since > idle:
            wrong = f"Prefect is up and has come for none of the last {UNUSED} slots."
        return (("prefect", f"{wrong} Cycles run without it."),) if wrong else ()

    def _tell(self) -> None:
        """Have a short-lived process tell what is untold; try again where it could not.

        What cannot be stored is told straight away, and when it is over.
        """
        if self.telling:
            self.telling.look()
            if self.telling.running:
                return
            if self.telling.code != 0:
                LOG.warning("the operators could not be told: %s", self.telling.said)
                self._tell_at = time.monotonic() + AGAIN
            elif "--also" in self.telling.command:
                self.heard = self.unstored
            self.untold, self.telling = bool(state.read(self.home).untold), None
        directly = bool(self.unstored) != bool(self.heard)
        if (directly or self.untold) and time.monotonic() >= self._tell_at:
            also = ("--also", self.unstored or f"Over. It was: {self.heard}") if directly else ()
            self.telling = self._started("operators", "tell", *also)

    def _started(self, *words: str) -> Child:
        """Run a command of ours to its end."""
        child = Child(words[0], "flows.cli.main", *words, environment=self.engine.environment, once=True)
        child.start()
        return child

    def _note(self, now: datetime) -> None:
        """Write down how the service stands; as far as the disk allows."""
        engine, ahead, wrong = self.engine, slot_of(now, self.every) + self.every, self._problems(now)
        note = state.Service(
            pid=os.getpid(), since=self.began, every=self.every.total_seconds(), next_slot=ahead, problems=wrong,
            prefect=engine.url, up=engine.up, worker=engine.worker.running,
        )  # fmt: skip
        with suppress(OSError):
            state.put(self.home, service=note)


def _wait(home: Path, over: threading.Event) -> None:
    """Be the home's one service, until this process ends: wait for another's end, or to be told to end before that."""
    lock, told = os.open(home / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600), False
    while not over.is_set():
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                who = os.pread(lock, 20, 0).decode()
                LOG.warning("another service has this home (process %s): waiting for its end", who)
            told = True
            over.wait(1.0)
        else:
            os.truncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            return
