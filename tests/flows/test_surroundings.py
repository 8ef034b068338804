"""Disk, clock and network fail around whole cycles: each row of the table in docs/operating.md."""

from __future__ import annotations

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
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpReceiver]:
    monkeypatch.setattr(watched, "self_test_apart", lambda _: "")
    with HttpReceiver() as made:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{made.port}/")
        yield made


@contextmanager
def staged(folder: Path, host: str = "127.0.0.1") -> Iterator[Stage]:
    """A home that has seen its feed once, and a feed that then tells the founding story."""
    with Publisher({"/en": rss(*noise(2))}, host=host) as site:
        stage = Stage(folder / "stage", site)
        stage.feeds({"en": {}})
        stage.channels({"name": "hook", "url_env": "HOOK"})
        watch(stage.config, home=stage.home, now=NOON)
        site.answers["/en"] = rss(FOUNDING_EN, *noise(2))
        yield stage


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
    tmp_path: Path,
    hook: HttpReceiver,
    monkeypatch: pytest.MonkeyPatch,
    failing: Callable[[Stage], AbstractContextManager[None]],
) -> None:
    monkeypatch.setenv("KONATO_HEARTBEAT_URL", hook.url("/beat"))
    with staged(tmp_path) as stage:
        with failing(stage):
            with pytest.raises((OSError, WarehouseUnwritable)) as refused:
                watch(stage.config, home=stage.home, now=NOON + TEN)
            assert str(stage.home) in str(refused.value)
            assert standing(stage.home).code == BROKEN
            assert hook.received[-1].path == "/beat/fail"
            assert any("Konato health, failing" in one.text for one in hook.received)
        watch(stage.config, home=stage.home, now=NOON + 2 * TEN, everything=True)
        assert (standing(stage.home).code, told(hook)) == (HEALTHY, [False])


NO_FLUSH = """
#include <errno.h>
int fsync(int file) { errno = EIO; return -1; }
int fdatasync(int file) { return fsync(file); }
"""


@pytest.mark.skipif(not shutil.which("cc"), reason="compiles a C library that fails to flush")
def test_an_engine_that_cannot_flush_says_so_in_words_and_loses_nothing(tmp_path: Path, hook: HttpReceiver) -> None:
    library = tmp_path / "noflush.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-xc", "-", "-o", library], input=NO_FLUSH.encode(), check=True)
    with staged(tmp_path) as stage:
        words = (f"--home={stage.home}", f"--config={stage.config}", f"--now={NOON + TEN}")
        failing = {**os.environ, "LD_PRELOAD": str(library)}
        code = "import os; from flows.cli.main import main; os.fsync = print; main()"  # the engine's flush alone
        done = subprocess.run(
            [sys.executable, "-c", code, "run", *words], env=failing, check=False, capture_output=True
        )
        assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
        assert b"konato.duckdb cannot be written: FATAL Error: fsync failed" in done.stderr
        assert standing(stage.home).code == BROKEN
        watch(stage.config, home=stage.home, now=NOON + 2 * TEN, everything=True)
        assert (standing(stage.home).code, told(hook)) == (HEALTHY, [False])


@pytest.mark.parametrize("away", [YEAR, -YEAR], ids=["a year forward", "a year back"])
def test_a_clock_that_jumps_for_one_cycle_tells_once_and_at_once(
    tmp_path: Path, hook: HttpReceiver, away: timedelta
) -> None:
    with staged(tmp_path) as stage:
        story, stage.site.answers["/en"] = stage.site.answers["/en"], rss(*noise(3))
        watch(stage.config, home=stage.home, now=NOON + away)
        stage.site.answers["/en"] = story
        watch(stage.config, home=stage.home, now=NOON + TEN)
        watch(stage.config, home=stage.home, now=NOON + 2 * TEN)
        assert (standing(stage.home).code, told(hook)) == (HEALTHY, [False])


def test_a_feed_on_ipv6_alone_is_read(tmp_path: Path, hook: HttpReceiver) -> None:
    with staged(tmp_path, "::1") as stage:
        watch(stage.config, home=stage.home, now=NOON + TEN)
        assert (standing(stage.home).code, told(hook)) == (HEALTHY, [False])
