"""The unattended service: every slot gets its cycle, and nothing dies unseen.

One thread that wakes twice a second. Prefect runs the slots; when one is late, for whatever reason, a plain cycle is
started here. Heavy work happens in children, so that what watches stays small.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from extractors.model import ConfigError
from flows.configure.settings import Settings, read_settings
from flows.cycle import state
from flows.cycle.home import held
from flows.cycle.slots import covering, failed, slot_of
from flows.service import operators
from flows.service.children import Child
from flows.service.health import judge, look
from flows.service.prefect import ROOT, Engine

LOG: Final = logging.getLogger("konato.serve")
TICK: Final = 0.5  # seconds between two looks
GRACE: Final = timedelta(seconds=5)  # a slot later than this is not waited for
LOOK: Final = 5.0  # seconds between two looks for troubles
AGAIN: Final = 60.0  # seconds before telling is tried again
STOPPING: Final = 20.0  # seconds that a cycle in hand may take to its end
UNUSED: Final = 3  # slots in a row that Prefect did not run although it is up


def run_service(config: Path, *, home: Path, every: timedelta | None) -> None:
    """Serve until SIGTERM or SIGINT; a second service on the same home waits for the first one's end.

    Raises:
        ConfigError: the configuration is broken, which the home's state says too; or prefect.yaml has no interval.
    """
    try:
        settings = read_settings(config)
    except ConfigError as error:
        failed(home, who="konato serve", error=error)
        raise
    every = every or interval(ROOT / "flows" / "prefect.yaml")
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home, over) as first:
        if not first:
            return
        service = Service(settings, home=home, every=every)
        while not over.wait(TICK):
            service.look()
        service.stop()


def interval(file: Path) -> timedelta:
    """Return how often the watch runs, as prefect.yaml says.

    Raises:
        ConfigError: it says nothing of the kind.
    """
    import yaml  # type: ignore[import-untyped]

    try:
        deployments = yaml.safe_load(file.read_text(encoding="utf-8"))["deployments"]
        watch = next(one for one in deployments if one["name"] == "watch")
        return timedelta(seconds=float(watch["schedules"][0]["interval"]))
    except (OSError, KeyError, IndexError, TypeError, ValueError, StopIteration, yaml.YAMLError):
        raise ConfigError(
            file=str(file), table="watch", key="interval", reason="is missing", mend="Write `interval: 600`, in seconds"
        ) from None


class Service:
    """What the loop keeps between two looks."""

    def __init__(self, settings: Settings, *, home: Path, every: timedelta) -> None:
        self.settings, self.home, self.every = settings, home, every
        self.engine = Engine(config=settings.config, home=home, every=every, deadline=settings.deadline)
        self.cycle: Child | None = None
        self.done: datetime | None = None  # the slot that needs nothing more
        self.unused = 0
        self.telling: Child | None = None
        self.untold = False
        self.said: tuple[str, ...] = ()
        self.noted: state.Service | None = None
        self.began = datetime.now(UTC)
        self._look_at = self._tell_at = 0.0
        LOG.info("serving %s, a cycle every %s, Prefect at %s", home, every, self.engine.url)

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
            self._look_at_cycle(self.cycle)
        if slot == self.done:
            return
        if mark := covering(self.home, slot):
            if mark.finished_at:
                self._settled(slot, by_prefect=mark.who.startswith("prefect"))
        elif not self.cycle and not held(self.home) and self._late(now - slot):
            LOG.info("slot %s: a plain cycle", f"{slot:%FT%TZ}")
            self.done = slot  # tried once; what becomes of it is seen at its end
            self.cycle = self._child("run", "--slot", slot.isoformat())
            self.cycle.start()

    def _late(self, by: timedelta) -> bool:
        """Whether Prefect is not to be waited for: at the very start, when it is down, and after the grace."""
        return (
            self.done is None or not (self.engine.up and self.engine.worker.running) or by >= min(GRACE, self.every / 3)
        )

    def _look_at_cycle(self, child: Child) -> None:
        child.look()
        if child.running:
            return
        if self.engine.worker.running:
            self.unused += 1
        self.cycle = None

    def _settled(self, slot: datetime, *, by_prefect: bool) -> None:
        self.done = slot
        if by_prefect:
            self.unused = 0

    def _look_for_troubles(self, now: datetime) -> None:
        verdict = judge(look(self.home, now=now))
        with suppress(OSError):
            self.untold = bool(operators.note(self.home, verdict, now=now))
        if verdict.problems != self.said:
            self.said = verdict.problems
            for problem in verdict.problems:
                LOG.warning("%s", problem)

    def _problems(self) -> tuple[tuple[str, str], ...]:
        """What is wrong around the cycles, by name, in words."""
        if wrong := self.engine.trouble():
            return (("Prefect", f"{wrong} Cycles run without it."),)
        if self.unused >= UNUSED and self.every >= timedelta(minutes=1):
            return (("Prefect", f"Prefect is up and ran none of the last {self.unused} slots. Cycles run without it."),)
        return ()

    def _tell(self) -> None:
        """Have a short-lived process tell what is untold; try again where it could not."""
        if self.telling:
            self.telling.look()
            if self.telling.running:
                return
            if self.telling.code != 0:
                LOG.warning("the operators could not be told: %s", self.telling.said)
                self._tell_at = time.monotonic() + AGAIN
            self.untold = bool(state.read(self.home).untold)
            self.telling = None
        if self.untold and time.monotonic() >= self._tell_at:
            self.telling = self._child("operators", "tell")
            self.telling.start()

    def _child(self, *words: str) -> Child:
        """Run a command of ours to its end."""
        whole = (sys.executable, "-m", "flows.cli.main", *words)
        return Child(words[0], whole, environment=self.engine.environment, folder=ROOT, once=True)

    def _note(self, now: datetime) -> None:
        """Write down how the service stands; as far as the disk allows."""
        engine = self.engine
        note = state.Service(
            pid=os.getpid(),
            since=self.began,
            every=self.every.total_seconds(),
            next_slot=slot_of(now, self.every) + self.every,
            prefect=engine.url,
            up=engine.up,
            worker=engine.worker.running,
            problems=self._problems(),
        )
        if note != self.noted:
            with suppress(OSError):
                state.put(self.home, service=note, channels=self.settings.channels)
                self.noted = note


@contextmanager
def _alone(home: Path, over: threading.Event) -> Iterator[bool]:
    """Be the home's one service, waiting for another's end; yields False when told to end before that."""
    with (home / "serve.lock").open("a+", encoding="utf-8") as file:
        told = False
        while not over.is_set():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not told:
                    file.seek(0)
                    LOG.warning("another service has this home (process %s): waiting for its end", file.read())
                    told = True
                over.wait(1.0)
            else:
                file.truncate(0)
                file.write(str(os.getpid()))
                file.flush()
                yield True
                return
        yield False
