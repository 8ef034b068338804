"""Prefect as the service keeps it: a server of our own unless one is named, this home's deployments, a worker.

Our server listens on loopback and lets in whoever has the key of this start, which stands in the home, readable by its
owner alone: else any local user, and any web page in a browser here, could have the worker run code of theirs.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from typing import Final, cast

import flows
from extractors.model import ConfigError
from flows.configure.settings import Settings
from flows.cycle.home import held
from flows.service.api import ERRORS, Api, Row
from flows.service.children import Child
from flows.service.health import KEY

LOG: Final = logging.getLogger("konato.serve.prefect")
ROOT: Final = Path(flows.__path__[0]).parent  # where `flows/watch.py` is found: a checkout, or an installed Konato
FILE: Final = ROOT / "flows" / "prefect.yaml"
PORT: Final = 4201  # the one after Prefect's own
PORTS: Final = 790  # from there on, one a home
LOOK: Final = 5.0  # seconds between two looks at the server
PATIENCE: Final = 90.0  # a first start migrates a fresh database: up to 25 s on a slow machine
SETTINGS: Final = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P3D",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "true",  # old runs go too, not only events
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "1209600",  # seconds: 14 days
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_PROMPT": "false",
    "PYTHONUNBUFFERED": "1",
}


class Engine:
    """The server, the deployments and the worker; `look` every moment, never raises for Prefect's sake."""

    def __init__(self, settings: Settings, *, home: Path, every: timedelta, paused: bool = False) -> None:
        self.settings, self.home, self.every = settings, home, every
        own = {"KONATO_CONFIG": str(settings.config.resolve()), "KONATO_HOME": str(home)}
        self.environment = {**os.environ, **SETTINGS, **own}
        named = os.environ.get("PREFECT_API_URL", "").rstrip("/")
        self.name = home_name(home, shared=bool(named))
        self.server: Child | None = None
        if named:
            self.environment["PREFECT_API_URL"] = named
        else:
            self.server = self._child("server", "server", "start")
            self.server.before = self._place
        self.worker = self._child("worker", "worker", "start", "--pool", f"konato-{self.name}", "--type", "process")
        self.up, self.paused = False, paused
        self.deployed, self.refused = "", ""  # the watch's id; why it cannot be deployed
        self.well_at = self._look_at = time.monotonic()

    @property
    def url(self) -> str:
        """The server's API."""
        return self.environment.get("PREFECT_API_URL", "")

    def look(self) -> None:
        """Look after the children; every few seconds after the server, and what follows from its health."""
        if self.server:
            self.server.look()
        if self.deployed:
            self.worker.look()
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK
        was, self.up = self.up, self._ask()
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
            return f"Prefect's server at {self.url} has not answered for {silent / 60:.0f} min."
        if self.up and self.refused:
            return f"The deployments of prefect.yaml cannot be applied: {self.refused}"
        if self.worker.ends > 2:  # noqa: PLR2004  twice is bad luck
            return f"Prefect's worker has died {self.worker.ends} times in a row: {self.worker.said}"
        return ""

    def stop(self) -> None:
        """End the children, the worker first; schedules stay as they are."""
        for child, seconds in ((self.worker, 10.0), (self.server, 10.0)):
            if child:
                child.stop(seconds)

    def _place(self, server: Child) -> None:
        """Before our server starts: a port that is free now, and a new key; whoever knew the old ones starts anew."""
        port, key = free_port(self.home), f"konato:{secrets.token_urlsafe(24)}"
        origin = f"http://127.0.0.1:{port}"
        self.environment |= {
            "PREFECT_HOME": str(self.home / "prefect"),
            "PREFECT_API_URL": f"{origin}/api",
            "PREFECT_API_AUTH_STRING": key,
            "PREFECT_SERVER_API_AUTH_STRING": key,
            "PREFECT_SERVER_API_HOST": "127.0.0.1",
            "PREFECT_SERVER_API_PORT": str(port),
            "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": origin,
        }
        keep_key(self.home / KEY, key)
        private = {"KONATO_HEARTBEAT_URL", *(channel.url_env for channel in self.settings.channels)}
        server.environment = {name: value for name, value in self.environment.items() if name not in private}
        self.deployed = ""
        self.worker.kill()

    def _ask(self) -> bool:
        """Whether the server answers as ours; deployments are applied, and a person's pause is noticed."""
        api = Api(url=self.url, environment=self.environment)
        try:
            if self.deployed:
                self.paused = api.paused(self.deployed)
                return True
            answers = api.answers(ours=self.server is not None)
            if not answers:
                if answers is False and self.server:
                    self.server.kill()  # a stranger has our port: ours starts again on another
                return False
        except ERRORS:
            self.deployed = ""  # it is down, or has forgotten us
            return False
        self._deploy(api)
        return True

    def _deploy(self, api: Api) -> None:
        try:
            api.ensure_pool(f"konato-{self.name}")
            watch, *_ = [api.apply(row, flow=flow, alone=self.server is not None) for flow, row in self._deployments()]
            if not held(self.home):
                api.bury(watch)
            self.paused = api.paused(watch)
            self.deployed, self.refused = watch, ""
        except ERRORS as error:
            self.refused = str(error)
            LOG.warning("the server refuses the deployments: %s", error)

    def _deployments(self) -> Iterator[tuple[str, Row]]:
        """Yield prefect.yaml's deployments by flow, with this home's name, folder, parameters and interval."""
        for one in read_deployments(FILE):
            flow = str(one["entrypoint"]).rpartition(":")[2]
            yield (
                flow,
                {
                    "name": f"{one['name']}-{self.name}",
                    "description": one["description"],
                    "entrypoint": one["entrypoint"],
                    "path": ".",
                    "pull_steps": [{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}],
                    "parameters": {"config": self.environment["KONATO_CONFIG"], "home": str(self.home)},
                    "enforce_parameter_schema": False,
                    "work_pool_name": f"konato-{self.name}",
                    "tags": ["konato", f"home {self.home}"],
                    "version": metadata.version("konato"),
                    "schedules": [
                        {"schedule": schedule | {"interval": self.every.total_seconds()}, "active": True}
                        for schedule in cast("list[Row]", one["schedules"])
                    ],
                },
            )

    def _child(self, name: str, *arguments: str) -> Child:
        return Child(name, (sys.executable, "-m", "prefect", *arguments), environment=self.environment, folder=ROOT)


def read_deployments(file: Path) -> list[Row]:
    """Return the deployments that prefect.yaml lists, the watch first.

    Raises:
        ConfigError: it cannot be read, or gives the watch no interval in seconds.
    """
    import yaml  # type: ignore[import-untyped]

    try:
        found: list[Row] = yaml.safe_load(file.read_text(encoding="utf-8"))["deployments"]
        found.sort(key=lambda one: one["name"] != "watch")
        interval(found)
    except (OSError, LookupError, TypeError, ValueError, yaml.YAMLError):
        raise ConfigError(
            file=str(file), table="watch", key="interval", reason="is missing", mend="Write `interval: 600`, in seconds"
        ) from None
    return found


def interval(deployments: Sequence[Row]) -> timedelta:
    """Return how often the watch runs."""
    first = cast("list[Row]", deployments[0]["schedules"])[0]
    return timedelta(seconds=float(cast("float", first["interval"])))


def home_name(home: Path, *, shared: bool) -> str:
    """Return what tells a home from others on its server: on one that is `shared`, from those of other hosts too."""
    whole = f"{platform.node() if shared else ''} {home}"
    return f"{home.name}-{hashlib.blake2b(whole.encode(), digest_size=3).hexdigest()}"


def free_port(home: Path) -> int:
    """Return PREFECT_SERVER_API_PORT, else the home's own port or one of the next, or any that can be bound.

    A server binds seconds after its start: two homes on one host must not even try the same.
    """
    if named := os.environ.get("PREFECT_SERVER_API_PORT"):
        return int(named)
    first = PORT + int(home_name(home, shared=False).rpartition("-")[2], 16) % PORTS
    for port in (*range(first, first + 10), 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free on 127.0.0.1")


def keep_key(place: Path, key: str) -> None:
    """Write the key where its owner alone reads it, as far as the disk allows."""
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{key}\n")
