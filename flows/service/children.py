"""Children of the service: started, watched, restarted with back-off, ended with it; their output becomes log lines."""

import ctypes
import json
import logging
import os
import re
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import flows
from flows.cycle.home import held

ROOT: Final = Path(flows.__path__[0]).parent  # where our packages are found: a checkout, or an installed Konato
FIRST_WAIT: Final = 1.0  # seconds before the first restart; doubled each time
LONGEST_WAIT: Final = 60.0
STEADY: Final = 120.0  # seconds after which a child counts as well again
FOLLOWS: Final = 1.0  # seconds between two looks whether a run's worker is there
EMPTY: Final = ("", "An exception occurred.")  # the latter is Prefect's last word after the reason
_GRAVE: Final = re.compile(r"\b(WARNING|ERROR|CRITICAL|Traceback)\b")
_LIBC: Final = ctypes.CDLL(None)
_PDEATHSIG: Final = 1  # PR_SET_PDEATHSIG, prctl(2)


def direct(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which no proxy stands before this host, whatever else it is to reach through one."""
    past = ",".join(filter(None, (environment.get("no_proxy") or environment.get("NO_PROXY"), "127.0.0.1")))
    return {**environment, "NO_PROXY": past, "no_proxy": past}


class Child:
    """A module of Python's that is kept running, or (`once`) run to its end; call `look` every moment."""

    def __init__(self, name: str, *command: str, environment: Mapping[str, str], once: bool = False) -> None:
        self.command, self.environment, self.once = command, environment, once
        self.before: Callable[[], None] = lambda: None  # called before each start
        self.hear: Callable[[str], None] = lambda _: None  # called with each line that it says
        self.code: int | None = None  # of the last end
        self.ends = 0  # in a row, without a steady time between
        self.said = ""  # its last line
        self.process: subprocess.Popen[bytes] | None = None
        self.started = self.restart_at = 0.0
        self.log = logging.getLogger(f"konato.serve.{name}")
        self._pipe, self._rest = -1, b""

    @property
    def running(self) -> bool:
        """Whether the process lives, as of the last look."""
        return self.process is not None

    def start(self) -> None:
        """Start it in a session of its own: a terminal's Ctrl-C is the service's to pass on."""
        self.started, self.code = time.monotonic(), None
        self.before()
        self._pipe, end = os.pipe()
        os.set_blocking(self._pipe, False)
        self.process = subprocess.Popen(  # noqa: S603  commands of our own
            (sys.executable, "-m", *self.command),
            env=dict(self.environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=end,
            stderr=end,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  the service has one thread
        )
        os.close(end)
        self.log.info("started, process %d", self.process.pid)

    def look(self) -> None:
        """Pass on what it said; notice its end; start it again when its time has come."""
        if self.process:
            self.code = self.process.poll()
            self._listen()
            if self.code is not None:
                os.close(self._pipe)
                self.process = None
                self._plan()
        if self.process is None and not self.once and time.monotonic() >= self.restart_at:
            self.start()

    def stop(self, seconds: float) -> None:
        """Ask it to end, and kill it, with its children, when it has not in time."""
        self.once = True
        if self.process:
            self.process.terminate()
        until = time.monotonic() + seconds
        while self.running and time.monotonic() < until:
            self.look()
            time.sleep(0.05)
        self.kill()

    def kill(self) -> None:
        """Kill it with its children; a killed cycle is safe by design."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.look()

    def _plan(self) -> None:
        if self.once:
            self.log.log(logging.INFO if self.code == 0 else logging.WARNING, "ended with code %s", self.code)
            return
        self.ends = 1 if time.monotonic() - self.started > STEADY else self.ends + 1
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (self.ends - 1))
        self.restart_at = time.monotonic() + wait
        self.log.warning("ended with code %s, starts again in %.0f s; it said: %s", self.code, wait, self.said)

    def _listen(self) -> None:
        with suppress(BlockingIOError):
            while chunk := os.read(self._pipe, 65536):
                *lines, self._rest = (self._rest + chunk).split(b"\n")
                for line in lines:
                    self._say(line.decode(errors="replace").strip())

    def _say(self, line: str) -> None:
        if line.startswith('{"time"'):  # a line of our own logs already
            sys.stderr.write(f"{line}\n")
            line = str(json.loads(line)["message"])
        elif line:
            self.log.log(logging.WARNING if _GRAVE.search(line) else logging.DEBUG, "%s", line)
        self.hear(line)
        self.said = self.said if line in EMPTY else line


def _end_with_parent() -> None:
    """Have the kernel kill this process when the service dies, however it dies (Linux; elsewhere the next one does).

    Asked to end, Prefect's worker waits for its run, which waits for somebody who reads what it says: both for ever.
    """
    if sys.platform == "linux":
        _LIBC.prctl(_PDEATHSIG, signal.SIGKILL)


def follow(worker: int, home: Path) -> None:
    """End this process, a run of Prefect's, once `worker`, its parent, is gone; a cycle in hand comes to its end first.

    The kernel's signal that ends a worker with its service does not reach the worker's own children, and an engine
    sleeps for minutes between its tries of a server that is gone too, with 100 MB.
    """
    while os.getppid() == worker or held(home):
        time.sleep(FOLLOWS)
    os._exit(1)


if __name__ == "__main__":  # as `flows.service.worker` has Prefect start a run
    os.setpgrp()  # what kills the worker's group leaves the cycle in hand
    started_by = int(sys.argv.pop())  # it may be gone by now: then somebody else is our parent
    threading.Thread(target=follow, args=(started_by, Path(os.environ["KONATO_HOME"])), daemon=True).start()
    runpy.run_module("prefect.engine", run_name="__main__")
