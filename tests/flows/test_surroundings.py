"""Disk, clock and network fail around whole cycles: each row of the table in docs/operating.md."""

import errno
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from flows.service import watched
from flows.service.health import BROKEN, HEALTHY, standing
from flows.service.watched import watch
from tests.publisher import Publisher
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss
from warehouse.connection import WarehouseUnwritable

TEN, YEAR = timedelta(minutes=10), timedelta(days=365)


@pytest.fixture
def telling(well: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A home that has seen its feed once, and a feed that then tells the founding story."""
    monkeypatch.setattr(watched, "self_test_apart", lambda _: "")
    well.site.answers["/en"] = rss(FOUNDING_EN, *noise(2))
    return well


def told(hook: HttpReceiver) -> list[bool]:
    """The messages about the story, each whether it says that it may be a repeat; those about our own health go by."""
    return ["may be a repeat" in one.text for one in hook.received if FOUNDING_EN[0] in one.text]


@contextmanager
def full(_: Stage) -> Iterator[None]:
    """No file may grow past 200 kB: as on a full disk, the write is refused."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(stage: Stage) -> Iterator[None]:
    def mount(*words: str) -> None:
        done = subprocess.run(["mount", *words, str(stage.home)], check=False, capture_output=True)
        if done.returncode:
            pytest.skip("takes the right to mount")

    mount("--bind", str(stage.home))
    try:
        mount("-o", "remount,ro,bind")
        yield
    finally:
        subprocess.run(["umount", str(stage.home)], check=False)


@contextmanager
def unflushed(_: Stage) -> Iterator[None]:
    def fails(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", fails)
        yield


@pytest.mark.parametrize("failing", [full, read_only, unflushed])
def test_o1_a_disk_that_refuses_is_told_and_loses_nothing(
    telling: Stage,
    hook: HttpReceiver,
    monkeypatch: pytest.MonkeyPatch,
    failing: Callable[[Stage], AbstractContextManager[None]],
) -> None:
    monkeypatch.setenv("KONATO_HEARTBEAT_URL", hook.url("/beat"))
    with failing(telling):
        with pytest.raises((OSError, WarehouseUnwritable)) as refused:
            watch(telling.config, home=telling.home, now=NOON + TEN)
        assert str(telling.home) in str(refused.value)
        assert standing(telling.home).code == BROKEN
        assert hook.received[-1].path == "/beat/fail"
        assert any("Konato health, failing" in one.text for one in hook.received)
    watch(telling.config, home=telling.home, now=NOON + 2 * TEN, everything=True)
    assert (standing(telling.home).code, told(hook)) == (HEALTHY, [False])


NO_FLUSH = """
#include <errno.h>
int fsync(int file) { errno = EIO; return -1; }
int fdatasync(int file) { return fsync(file); }
"""


@pytest.mark.skipif(not shutil.which("cc"), reason="compiles a C library that fails to flush")
def test_an_engine_that_cannot_flush_loses_nothing(telling: Stage, hook: HttpReceiver, tmp_path: Path) -> None:
    library = tmp_path / "noflush.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-xc", "-", "-o", library], input=NO_FLUSH.encode(), check=True)
    words = (f"--home={telling.home}", f"--config={telling.config}", f"--now={NOON + TEN}")
    failing = {**os.environ, "LD_PRELOAD": str(library)}
    code = "import os; from flows.cli.main import main; os.fsync = print; main()"  # the engine's flush alone
    done = subprocess.run([sys.executable, "-c", code, "run", *words], env=failing, check=False, capture_output=True)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1), done.stderr.decode()
    assert b"konato.duckdb cannot be read or written: FATAL Error: fsync failed" in done.stderr
    assert standing(telling.home).code == BROKEN
    watch(telling.config, home=telling.home, now=NOON + 2 * TEN, everything=True)
    assert (standing(telling.home).code, told(hook)) == (HEALTHY, [False])


@pytest.mark.parametrize("away", [YEAR, -YEAR], ids=["a year forward", "a year back"])
def test_a_clock_that_jumps_tells_once_and_at_once(telling: Stage, hook: HttpReceiver, away: timedelta) -> None:
    story, telling.site.answers["/en"] = telling.site.answers["/en"], rss(*noise(3))
    watch(telling.config, home=telling.home, now=NOON + away)
    telling.site.answers["/en"] = story
    watch(telling.config, home=telling.home, now=NOON + TEN)
    watch(telling.config, home=telling.home, now=NOON + 2 * TEN)
    assert (standing(telling.home).code, told(hook)) == (HEALTHY, [False])


def test_a_feed_on_ipv6_alone_is_read(telling: Stage, hook: HttpReceiver) -> None:
    with Publisher(telling.site.answers, host="::1") as site:
        telling.site = site
        telling.feeds({"en": {}})
        watch(telling.config, home=telling.home, now=NOON + TEN)
    assert (standing(telling.home).code, told(hook)) == (HEALTHY, [False])
