"""Many bodies read at once: what is well-formed here and now, what needs feedparser and is much by workers.

Workers are fresh interpreters, never forks: a forked child would keep the cycle's lock. Each lives on one
pipe and ends when its parent's end closes, however the parent died. A body that a worker dies of, or does
not finish in time, costs that body alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

from extractors.model import Feed, OutcomeKind, Parsed
from extractors.read.feed import begin, tolerate

PATIENCE = 20.0  # seconds that one body may take a worker
ALONE = 1_000_000  # characters that this process reads itself: about a second, what starting workers costs as well
SMALL = 250_000  # characters of one body that this process reads itself: half a second at the worst
PLAIN = 4_000  # equals signs, and so attributes, of such a body: feedparser's time grows with the square of a tag's
MAX_WORKERS = 4

_WORK = "import sys; sys.path[:] = {path!r}; from extractors.read.workers import work; work({descriptor})"


def parse_all(
    bodies: Sequence[tuple[Feed, bytes, str]], *, max_entries: int = 5_000, patience: float = PATIENCE
) -> tuple[Parsed, ...]:
    """Read each (feed, body, content type); results in the same order; never raises."""
    read = [begin(body, content_type, feed, max_entries=max_entries) for feed, body, content_type in bodies]
    hard = {n: (text, bodies[n][0]) for n, text in enumerate(read) if isinstance(text, str)}
    small = {n for n, (text, _) in hard.items() if len(text) <= SMALL and text.count("=") <= PLAIN}
    if sum(len(hard[n][0]) for n in small) > ALONE:
        small = set()
    done = {n: tolerate(*hard[n]) for n in small}
    if len(done) < len(hard):
        done |= _by_workers({n: task for n, task in hard.items() if n not in done}, patience)
    return tuple(parsed if isinstance(parsed, Parsed) else done[n] for n, parsed in enumerate(read))


def work(descriptor: int) -> None:
    """Be a worker: answer each (text, feed) on the pipe until its other end closes."""
    with Connection(descriptor) as pipe:
        while True:
            try:
                pipe.send(tolerate(*pipe.recv()))
            except (EOFError, OSError):
                return


@dataclass(slots=True, kw_only=True)
class _Worker:
    process: subprocess.Popen[bytes]
    pipe: Connection
    task: int = -1
    until: float = 0.0  # on the monotonic clock


def _by_workers(tasks: Mapping[int, tuple[str, Feed]], patience: float) -> dict[int, Parsed]:
    waiting, done = deque(tasks), dict[int, Parsed]()
    idle: list[_Worker] = []
    busy: list[_Worker] = []
    try:
        while waiting or busy:
            while waiting and len(busy) < min(os.cpu_count() or 1, MAX_WORKERS):
                worker = idle.pop() if idle else _started()
                busy.append(worker)
                worker.task, worker.until = waiting.popleft(), time.monotonic() + patience
                with suppress(OSError):  # one that died already is found out below
                    worker.pipe.send(tasks[worker.task])
            ready = wait([worker.pipe for worker in busy], max(0.0, min(w.until for w in busy) - time.monotonic()))
            for worker in tuple(busy):
                parsed = _answer(worker, ready=worker.pipe in ready, patience=patience)
                if parsed is not None:
                    done[worker.task] = parsed
                    busy.remove(worker)
                    if worker.process.poll() is None:
                        idle.append(worker)
    finally:
        for worker in (*idle, *busy):
            _stop(worker)
    return done


def _answer(worker: _Worker, *, ready: bool, patience: float) -> Parsed | None:
    """Return what came of the worker's task, None while it works within its time; a spent worker is stopped."""
    if ready:
        try:
            parsed: Parsed = worker.pipe.recv()
        except (EOFError, OSError):
            _stop(worker)
            return Parsed(problem=OutcomeKind.NOT_A_FEED, reason="the process that read it died")
        return parsed
    if time.monotonic() < worker.until:
        return None
    _stop(worker)
    return Parsed(problem=OutcomeKind.TOO_LARGE, reason=f"not read within {patience:g} s")


def _started() -> _Worker:
    pipe, theirs = Pipe()
    with theirs:
        code = _WORK.format(path=sys.path, descriptor=theirs.fileno())
        # Our own interpreter on our own code: nothing of a feed is in the command.
        process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])  # noqa: S603
    return _Worker(process=process, pipe=pipe)


def _stop(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.wait()
