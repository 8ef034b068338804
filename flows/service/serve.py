"""The unattended service: every slot gets its cycle, and nothing dies unseen.

One thread that wakes twice a second. Prefect runs the slots; when one is late, for whatever reason, a plain cycle is
started here. Heavy work happens in children, so that what watches stays small.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from extractors.model import ConfigError, FeedNotice
from flows.configure.settings import Settings
from flows.cycle.home import held, holder
from flows.cycle.slots import covering, last, slot_of
from flows.service.children import Child
from flows.service.prefect import ROOT, Engine
from flows.service.troubles import Errand, judge, load, save
from warehouse.live.codec import encode

LOG: Final = logging.getLogger("konato.serve")
STATE: Final = "service.json"
TROUBLES: Final = "service_troubles.json"
TICK: Final = 0.5  # seconds between two looks
GRACE: Final = timedelta(seconds=5)  # a slot later than this is not waited for
SLACK: Final = timedelta(seconds=5)  # past a deadline, before it is told
LOOK: Final = 5.0  # seconds between two looks for troubles
AGAIN: Final = 60.0  # seconds before telling is tried again
STOPPING: Final = 20.0  # seconds that a cycle in hand may take to its end
ROOM: Final = 200_000_000  # bytes that should be free: a publishing and a backup need some
UNUSED: Final = 3  # slots in a row that Prefect did not run although it is up


def run_service(settings: Settings, *, home: Path, every: timedelta | None) -> None:
    """Serve until SIGTERM or SIGINT; a second service on the same home waits for the first one's end.

    Raises:
        ConfigError: prefect.yaml has no interval.
    """
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
        self.failed = ""  # why the last cycle of ours could not run
        self.unused = 0
        self.telling: Child | None = None
        self.untold: list[FeedNotice] = []
        self.troubles = load(home / TROUBLES)
        self.began = datetime.now(UTC)
        self.state = ""
        self._look_at = self._tell_at = 0.0
        self._sent = 0
        LOG.info("serving %s, a cycle every %s, Prefect at %s", home, every, self.engine.url)

    def look(self) -> None:
        """Do what this moment asks for."""
        self.engine.look()
        self._look_at_slot(datetime.now(UTC))
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK
            self._look_for_troubles(datetime.now(UTC))
            self._note(datetime.now(UTC))
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
            self.cycle = self._child("cycle", slot.isoformat())
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
        self.failed = "" if child.code == 0 else f"it ended with code {child.code}: {child.said}"
        if self.engine.worker.running:
            self.unused += 1
        self.cycle = None

    def _settled(self, slot: datetime, *, by_prefect: bool) -> None:
        self.done, self.failed = slot, ""
        if by_prefect:
            self.unused = 0

    def _look_for_troubles(self, now: datetime) -> None:
        found = self._found(now)
        self.troubles, notices = judge(self.troubles, found, now=now)
        for notice in notices:
            LOG.warning("%s, %s: %s", notice.feed, notice.kind, notice.detail)
        if notices:
            self.untold += notices
            save(self.home / TROUBLES, self.troubles)

    def _found(self, now: datetime) -> dict[str, str]:
        found = {}
        mark = last(self.home)
        busy = holder(self.home) if held(self.home) else None
        if busy and datetime.fromisoformat(busy.deadline) + SLACK < now:
            found["cycle overdue"] = f"A cycle has not ended at its deadline, and no other can run: {busy}."
        elif self.failed or (mark and mark.problem and not busy):
            found["cycle"] = f"The last cycle failed: {self.failed or (mark and mark.problem)}"
        ended = max(self.began, (mark and not mark.problem and mark.finished_at) or self.began)
        if not busy and now - ended > 2 * self.every + GRACE + SLACK:
            found["cycles late"] = f"No cycle has come to its end since {ended:%F %H:%M} UTC."
        if wrong := self.engine.trouble():
            found["Prefect"] = f"{wrong} Cycles run without it."
        elif self.unused >= UNUSED and self.every >= timedelta(minutes=1):
            found["Prefect"] = f"Prefect is up and ran none of the last {self.unused} slots. Cycles run without it."
        if wrong := self._disk():
            found["disk"] = wrong
        return found

    def _disk(self) -> str:
        try:
            probe = self.home / ".writable"
            probe.write_bytes(b"x" * 4096)
            probe.unlink()
            free = shutil.disk_usage(self.home).free
        except OSError as error:
            return f"The home cannot be written: {error}. Nothing is stored until it can."
        return f"Only {free // 1_000_000} MB are free in {self.home}." if free < ROOM else ""

    def _tell(self) -> None:
        """Have a short-lived process tell what is untold; try again where it could not."""
        if self.telling:
            self.telling.look()
            if self.telling.running:
                return
            if self.telling.code != 0:
                LOG.warning("the operators could not be told: %s", self.telling.said)
                self._tell_at = time.monotonic() + AGAIN
            else:
                self.untold = self.untold[self._sent :]
            self.telling = None
        if self.untold and time.monotonic() >= self._tell_at:
            self._sent = len(self.untold)
            errand = Errand(
                notices=tuple(self.untold),
                channels=self.settings.channels,
                directly=any(notice.feed == "cycle overdue" and notice.kind != "recovered" for notice in self.untold),
            )
            self.telling = self._child("tell", given=encode(errand))
            self.telling.start()

    def _child(self, command: str, *arguments: str, given: str = "") -> Child:
        whole = (sys.executable, "-m", "flows.service.errands", command, *arguments)
        return Child(command, whole, environment=self.engine.environment, folder=ROOT, once=True, given=given)

    def _note(self, now: datetime) -> None:
        """Write down how the service stands, for `konato status`; as far as the disk allows."""
        engine = self.engine
        state = {
            "pid": os.getpid(),
            "since": self.began.isoformat(),
            "every_seconds": self.every.total_seconds(),
            "next_slot": (slot_of(now, self.every) + self.every).isoformat(),
            "prefect": {"url": engine.url, "state": "up" if engine.up else "down", "worker": engine.worker.running},
            "troubles": {trouble.name: trouble.detail for trouble in self.troubles},
        }
        text = json.dumps(state, indent=1)
        if text != self.state:
            with suppress(OSError):
                (self.home / f"{STATE}.new").write_text(text, encoding="utf-8")
                (self.home / f"{STATE}.new").replace(self.home / STATE)
                self.state = text


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
