"""Prefect as the service keeps it: a server of our own unless one is named, and a worker, each a child.

Our server listens on loopback and lets in whoever has the key of this start, which stands in the home, readable by its
owner alone: else any local user, and any web page in a browser here, could have the worker run code of theirs.
This process imports no prefect, which costs two seconds and 100 MiB: the worker's process tells it what it must know.
"""

import hashlib
import http.client
import logging
import os
import platform
import secrets
import socket
import time
import tomllib
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias

from extractors.model import ConfigError
from flows.configure.settings import Settings
from flows.service.children import ROOT, Child, direct
from flows.service.health import KEY
from flows.service.operators import VARIABLE
from warehouse import files

LOG: Final = logging.getLogger("konato.serve.prefect")
FILE: Final = ROOT / "flows" / "prefect.yaml"
PORTS: Final = range(4201, 4991)  # from the one after Prefect's own, one a home
LOOK: Final = 5.0  # seconds between two looks at the server
SAID: Final = {True: "a person has paused the watch", False: "the watch goes on"}  # what the worker says
PATIENCE: Final = 90.0  # a first start migrates a fresh database: up to 25 s on a slow machine
STOPPING: Final = 10.0  # seconds for each child's end
SETTINGS: Final[dict[str, dict[str, str]]] = tomllib.loads(Path(__file__).with_name("settings.toml").read_text("utf-8"))
Row: TypeAlias = dict[str, object]


class Engine:
    """The server and the worker; `look` every moment, never raises for Prefect's sake."""

    def __init__(self, settings: Settings, *, home: Path, every: timedelta, paused: bool = False) -> None:
        self.home, self.secrets = home, {VARIABLE, *(channel.url_env for channel in settings.channels)}
        own = {"KONATO_CONFIG": str(settings.config.resolve()), "KONATO_HOME": str(home)}
        self.environment = {**direct(os.environ), **SETTINGS["both"], **own}
        named = os.environ.get("PREFECT_API_URL", "").rstrip("/")
        self.name = home_name(home, shared=bool(named))
        self.server: Child | None = None
        if named:
            self.environment["PREFECT_API_URL"] = named
        else:
            self.server = Child("server", "prefect", "server", "start", environment=self.environment)
            self.server.before = self._place
        words = (self.name, str(every.total_seconds()), *(() if named else ("ours",)))
        self.worker = Child("worker", "flows.service.worker", *words, environment=self.environment)
        self.worker.hear = self._hear
        self.up, self.paused = False, paused
        self.deployed = -1.0  # when the worker started that last said how the watch stands
        self.well_at = self._look_at = time.monotonic()

    @property
    def url(self) -> str:
        """The server's API."""
        return self.environment.get("PREFECT_API_URL", "")

    @property
    def ready(self) -> bool:
        """Whether Prefect can run a slot."""
        return self.up and self.worker.running and self.deployed == self.worker.started

    def look(self) -> None:
        """Look after the children; every few seconds after the server, and what follows from its health."""
        if self.server:
            self.server.look()
        if self.up or self.worker.running:
            self.worker.look()
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at, was, self.up = now + LOOK, self.up, _answers(self.url)
        if self.up != was:
            LOG.log(logging.INFO if self.up else logging.WARNING, "%s %s", self.url, "is up" if self.up else "is down")
        if self.up:
            self.well_at = now
        elif self.server and now - max(self.well_at, self.server.started) > PATIENCE:
            self.server.kill()  # it lives and does not answer

    def trouble(self) -> str:
        """Say what is wrong with Prefect; alerts do not depend on it."""
        silent = time.monotonic() - self.well_at
        if silent > PATIENCE:
            said = self.server.said if self.server and not self.server.running else ""
            why = f" Its last line: {said}" if said else ""
            return f"Prefect's server at {self.url} has not answered for {silent / 60:.0f} min.{why}"
        if self.worker.ends > 2:  # noqa: PLR2004  twice is bad luck
            return f"Prefect's worker has died {self.worker.ends} times in a row: {self.worker.said}"
        return ""

    def stop(self) -> None:
        """End the children, the worker first; schedules stay as they are."""
        for child in (self.worker, self.server):
            if child:
                child.stop(STOPPING)

    def _place(self) -> None:
        """Before our server starts: a port that is free now, and a new key; whoever knew the old ones starts anew."""
        port, key = free_port(self.home), f"konato:{secrets.token_urlsafe(24)}"
        made = {"home": self.home, "port": port, "origin": f"http://127.0.0.1:{port}", "key": key}
        self.environment |= {name: text.format(**made) for name, text in SETTINGS["server"].items()}
        with suppress(OSError):  # as far as the disk allows; readable by its owner alone, as all of the home is
            files.write(self.home / KEY, f"{key}\n".encode())
        if self.server:
            public = self.environment.keys() - self.secrets
            self.server.environment = {name: self.environment[name] for name in public}
        self.up = False
        self.worker.kill()

    def _hear(self, line: str) -> None:
        if line in SAID.values():
            self.deployed, self.paused = self.worker.started, line == SAID[True]


def _answers(url: str) -> bool:
    """Whether a server is there, whoever may enter."""
    past = [urllib.request.ProxyHandler({})] if "//127.0.0.1:" in url else []  # no proxy stands before this host
    try:
        with urllib.request.build_opener(*past).open(f"{url}/health", timeout=LOOK) as answer:
            return bool(answer.read())
    except urllib.error.HTTPError:  # it asks for a key
        return True
    except (OSError, ValueError, http.client.HTTPException):
        return False


def read_deployments(file: Path) -> tuple[list[Row], timedelta]:
    """Return the deployments that prefect.yaml lists for a home, the watch first, and how often that runs.

    Raises ConfigError: it cannot be read, or gives the watch no interval in seconds.
    """
    import yaml  # type: ignore[import-untyped]

    try:
        listed = yaml.safe_load(file.read_text(encoding="utf-8"))["deployments"]
        found = [one for one in listed if "cluster" not in one.get("tags", ())]
        found.sort(key=lambda one: one["name"] != "watch")
        return found, timedelta(seconds=float(found[0]["schedules"][0]["interval"]))
    except (OSError, LookupError, TypeError, ValueError, yaml.YAMLError):
        mend = "Write `interval: 600`, in seconds"
        raise ConfigError(file=str(file), table="watch", key="interval", reason="is missing", mend=mend) from None


def home_name(home: Path, *, shared: bool) -> str:
    """Return what tells a home from others on its server: on one that is `shared`, from those of other hosts too."""
    whole = f"{platform.node() if shared else ''} {home}"
    return f"{home.name}-{hashlib.blake2b(whole.encode(), digest_size=3).hexdigest()}"


def free_port(home: Path) -> int:
    """Return PREFECT_SERVER_API_PORT, else the home's own port, or any that can be bound.

    A server binds seconds after its start: two homes on one host must not even try the same.
    """
    if named := os.environ.get("PREFECT_SERVER_API_PORT"):
        return int(named)
    own = PORTS[int(home_name(home, shared=False).rpartition("-")[2], 16) % len(PORTS)]
    for port in (own, 0):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)) as probe:
            return int(probe.getsockname()[1])
    raise OSError("no port is free on 127.0.0.1")
