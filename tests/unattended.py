"""The unattended service as a process, a person at its Prefect's page, and somebody else's Prefect beside it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import requests
from requests.auth import HTTPBasicAuth

from flows.cycle import state
from flows.service.children import ROOT
from flows.service.health import KEY
from flows.service.prefect import home_name
from tests.publisher import Answer
from tests.stage import FOUNDING_EN, Stage, noise, rss

Row = dict[str, str]


def until(what: Callable[[], object], seconds: float = 90.0, *, doing: Callable[[], object] = lambda: None) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        doing()
        time.sleep(0.05)


def orphan(program: str, path: Path) -> int:
    """Run a program, with `path` on Python's, that prints its child's number; kill it, and return the number."""
    there = {**os.environ, "PYTHONPATH": os.pathsep.join((str(path), str(ROOT))), "KONATO_HOME": str(path)}
    with subprocess.Popen([sys.executable, "-c", program], env=there, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    return child


def gone(pid: int) -> Callable[[], bool]:
    """Tells whether a process has ended."""

    def look() -> bool:
        try:
            return ") Z " in Path(f"/proc/{pid}/stat").read_text("ascii")  # where nobody has asked for its end
        except (FileNotFoundError, ProcessLookupError):
            return True

    return look


def news() -> Answer:
    """A feed in which the body was agreed on just now."""
    link, title, _, text = FOUNDING_EN
    return rss((link, title, format_datetime(datetime.now(UTC)), text), *noise(2))


def left(home: Path) -> list[str]:
    """The processes that work for a home, by what they were started with."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"KONATO_HOME={home}\0".encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_text("utf-8").replace("\0", " "))
    return found


class Page:
    """Prefect's page: whoever has the key may look and press buttons."""

    def __init__(self, url: str, key: str = "") -> None:
        self.url, self.session = url, requests.Session()
        self.session.auth = HTTPBasicAuth(*key.split(":")) if key else None
        token = self.session.get(f"{url}/csrf-token?client=page", timeout=10)
        if token.ok:
            self.session.headers.update({"Prefect-Csrf-Token": token.json()["token"], "Prefect-Csrf-Client": "page"})

    def press(self, path: str, **wanted: object) -> requests.Response:
        answer = self.session.post(f"{self.url}{path}", json=wanted, timeout=10)
        answer.raise_for_status()
        return answer

    def rows(self, path: str, **wanted: object) -> list[Row]:
        found: list[Row] = self.press(path, **wanted).json()
        return found


class Serving:
    """`konato serve` on a stage's home, killed at the end unless it has ended."""

    def __init__(
        self, stage: Stage, given: Mapping[str, str], *, every: str, python: str = sys.executable, folder: str = "."
    ) -> None:
        self.stage, self.name = stage, home_name(stage.home, shared=False)
        self.log = stage.folder / "log"
        where = ("--config", str(stage.config), "--home", str(stage.home))
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [python, "-m", "flows.cli.main", "serve", "--every", every, *where],
                env={**os.environ, **given}, cwd=folder, stdout=log, stderr=log,
            )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def note(self) -> state.Service | None:
        """What the service wrote of itself; None before it did."""
        found = state.read(self.stage.home).service
        return found if found and found.pid == self.process.pid else None

    def page(self) -> Page:
        """Its Prefect's page, once its worker runs and the server answers: what is noted may be older than a kill."""
        found: list[Page] = []

        def opened() -> bool:
            if self.note and self.note.worker:
                with suppress(requests.ConnectionError):
                    found.append(Page(self.note.prefect, (self.stage.home / KEY).read_text(encoding="utf-8").strip()))
            return bool(found)

        until(opened, 150)
        return found[0]

    def completed(self, page: Page) -> list[Row]:
        """Prefect's own word on the runs that did a cycle."""
        done = {"state": {"name": {"any_": ["Completed"]}}}
        deployment = {"name": {"any_": [f"watch-{self.name}"]}}
        return page.rows("/flow_runs/filter", deployments=deployment, flow_runs=done)

    def said(self, words: str) -> int:
        """How often its log, which those before it on the stage wrote as well, has the words."""
        return self.log.read_text(encoding="utf-8").count(words)

    def child(self, name: str) -> int | None:
        """Its child of that name: "server" or "worker"."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                stat = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                words = (folder / "cmdline").read_text(encoding="utf-8").split("\0")
            except OSError:
                continue
            if int(stat[1]) == self.process.pid and stat[0] != "Z" and {name, f"flows.service.{name}"} & {*words}:
                return int(folder.name)
        return None

    def kill(self, name: str) -> bool:
        """Kill a child; whether there was one."""
        if pid := self.child(name):
            os.kill(pid, signal.SIGKILL)
        return bool(pid)

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(90) == 0


@contextmanager
def stranger(folder: Path) -> Iterator[Page]:
    """Somebody else's Prefect on its usual port, open to all."""
    url, command = "http://127.0.0.1:4200/api", [sys.executable, "-m", "prefect", "server", "start", "--port", "4200"]
    environment = {**os.environ, "PREFECT_HOME": str(folder), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    quiet = subprocess.DEVNULL

    def answers() -> bool:
        try:
            return requests.get(f"{url}/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as process:
        try:
            until(answers, 120)
            yield Page(url)
        finally:
            process.terminate()
