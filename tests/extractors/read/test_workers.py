from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import sys
from multiprocessing import Pipe
from pathlib import Path
from threading import Thread

import pytest

from extractors.model import Feed, OutcomeKind, Parsed
from extractors.read import workers as pool
from extractors.read.feed import parse
from tests.builders import feed
from tests.extractors.read.samples import BODIES, RSS

ROOT = Path(__file__).resolve().parents[3]
MALFORMED = RSS.replace("&amp;", "&")


DEADLY = """
import os, sys, time
sys.path[:] = {path!r}
from extractors.read import workers as pool
tolerate = pool.tolerate
def deadly(text, feed):
    if "DIE" in text:
        os._exit(1)
    if "HANG" in text:
        time.sleep(600)
    return tolerate(text, feed)
pool.tolerate = deadly
pool.work({descriptor})
"""


def bodies(count: int, text: str = MALFORMED) -> list[tuple[Feed, bytes, str]]:
    return [(feed(name=f"f{n}"), text.replace("Ferry", f"Ferry {n}").encode(), "text/xml") for n in range(count)]


def alone(tasks: list[tuple[Feed, bytes, str]]) -> tuple[Parsed, ...]:
    return tuple(parse(body, content_type, source, max_entries=5_000) for source, body, content_type in tasks)


@pytest.fixture
def _eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "ALONE", 0)


def test_little_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_started", None)
    tasks = [
        *bodies(5),
        *((feed(kind="nato-json" if name == "nato" else "feed"), *sample) for name, sample in BODIES.items()),
    ]
    assert pool.parse_all(tasks) == alone(tasks)
    assert pool.parse_all(()) == ()


@pytest.mark.usefixtures("_eager")
def test_much_is_read_by_workers_in_order() -> None:
    tasks = [*bodies(20), (feed(), RSS.encode(), ""), *bodies(3)]
    assert pool.parse_all(tasks) == alone(tasks)


@pytest.mark.parametrize("odd", ["Monday" * 30, "Monday" + "=" * 40])
def test_one_large_body_goes_to_a_worker_and_the_small_ones_do_not(monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    started: list[pool._Worker] = []
    start = pool._started

    def counted() -> pool._Worker:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(pool, "_started", counted)
    monkeypatch.setattr(pool, "SMALL", len(MALFORMED) + 100)
    monkeypatch.setattr(pool, "PLAIN", MALFORMED.count("="))
    tasks = [*bodies(3), *bodies(1, MALFORMED.replace("Monday", odd))]
    assert pool.parse_all(tasks) == alone(tasks)
    assert len(started) == 1


@pytest.mark.usefixtures("_eager")
def test_a_body_that_a_worker_dies_of_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_WORK", DEADLY)
    tasks = bodies(6)
    tasks[2] = (tasks[2][0], MALFORMED.replace("Ferry", "DIE").encode(), "")
    parsed = pool.parse_all(tasks)
    assert (parsed[2].problem, parsed[2].reason) == (OutcomeKind.NOT_A_FEED, "the process that read it died")
    assert [len(one.entries) for n, one in enumerate(parsed) if n != 2] == [2] * 5


@pytest.mark.usefixtures("_eager")
def test_a_body_that_takes_for_ever_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_WORK", DEADLY)
    tasks = bodies(4)
    tasks[0] = (tasks[0][0], MALFORMED.replace("Ferry", "HANG").encode(), "")
    parsed = pool.parse_all(tasks, patience=3.0)
    assert (parsed[0].problem, parsed[0].reason) == (OutcomeKind.TOO_LARGE, "not read within 3 s")
    assert [len(one.entries) for one in parsed[1:]] == [2] * 3


@pytest.mark.usefixtures("_eager")
def test_a_worker_that_never_starts_is_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_WORK", "raise SystemExit({path!r} and {descriptor})")
    assert {one.reason for one in pool.parse_all(bodies(3))} == {"the process that read it died"}


def test_a_worker_answers_until_its_pipe_closes() -> None:
    ours, theirs = Pipe()
    worker = Thread(target=pool.work, args=(os.dup(theirs.fileno()),))
    worker.start()
    for _ in range(2):
        ours.send((MALFORMED, feed()))
        assert len(ours.recv().entries) == 2
    ours.close()
    theirs.close()
    worker.join(timeout=60)
    assert not worker.is_alive()


PARENT = """
import fcntl, sys
from extractors.read import workers as pool
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
workers = [pool._started(), pool._started()]
print(*(worker.process.pid for worker in workers), flush=True)
sys.stdin.read()
"""


def test_a_killed_parent_leaves_no_worker_and_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    command = [sys.executable, "-c", PARENT, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [os.pidfd_open(int(pid)) for pid in parent.stdout.readline().split()]
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert len(workers) == 2
    for worker in workers:
        assert select.select([worker], [], [], 60)[0], "a worker outlived its parent"
        os.close(worker)
