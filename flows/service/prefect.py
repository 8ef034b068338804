"""Prefect as the service keeps it: a server of our own unless one is named, the deployments, a worker."""

from __future__ import annotations

import logging
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import flows
from flows.cycle.home import held
from flows.service import api as prefect_api
from flows.service.children import Child

LOG: Final = logging.getLogger("konato.serve.prefect")
ROOT: Final = Path(flows.__path__[0]).parent  # where `flows/watch.py` is found: a checkout, or an installed Konato
LOOK: Final = 5.0  # seconds between two looks at the server's health
TIDY: Final = 600.0  # and at its schedules and dead runs
PATIENCE: Final = 90.0  # a first start migrates a fresh database: up to 25 s on a slow machine
AGAIN: Final = 30.0  # after deployments that could not be applied
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

    def __init__(self, *, config: Path, home: Path, every: timedelta, deadline: timedelta) -> None:
        self.home, self.every, self.deadline = home, every, deadline
        self.environment = {
            **os.environ,
            **SETTINGS,
            "KONATO_CONFIG": str(config.resolve()),
            "KONATO_HOME": str(home),
        }
        named = os.environ.get("PREFECT_API_URL")
        self.server: Child | None = None
        if named is None:
            port = str(prefect_api.free_port())
            named = f"http://127.0.0.1:{port}/api"
            self.environment |= {
                "PREFECT_HOME": str(home / "prefect"),
                "PREFECT_SERVER_API_HOST": "127.0.0.1",
                "PREFECT_SERVER_API_PORT": port,  # not `--port` alone: the UI would call 4200
            }
            self.server = self._child("server", "server", "start", "--host", "127.0.0.1", "--port", port)
        self.url = self.environment["PREFECT_API_URL"] = named.rstrip("/")
        self.deploy = self._child("deploy", "--no-prompt", "deploy", "--all", once=True)
        self.worker = self._child("worker", "worker", "start", "--pool", prefect_api.POOL, "--type", "process")
        self.up = self.deployed = False
        self.well_at = self._look_at = self._tidy_at = self._deploy_at = time.monotonic()

    def look(self) -> None:
        """Look after the children; every few seconds after the server's health, and what follows from it."""
        if self.server:
            self.server.look()
        self.deploy.look()
        if self.deployed:
            self.worker.look()
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK
        was, self.up = self.up, prefect_api.healthy(self.url)
        if self.up != was:
            LOG.log(logging.INFO if self.up else logging.WARNING, "%s %s", self.url, "is up" if self.up else "is down")
        if self.up:
            self.well_at = now
            self._settle(now)
        elif self.server and now - max(self.well_at, self.server.started) > PATIENCE:
            self.server.kill()  # it lives and does not answer

    def trouble(self) -> str:
        """Say what is wrong with Prefect; alerts do not depend on it."""
        silent = time.monotonic() - self.well_at
        if silent > PATIENCE:
            return f"Prefect's server at {self.url} has not answered for {silent / 60:.0f} min."
        if self.up and not self.deployed and self.deploy.ends > 1:
            return f"The deployments of prefect.yaml cannot be applied: {self.deploy.said}"
        if self.worker.ends > 2:  # noqa: PLR2004  twice is bad luck
            return f"Prefect's worker has died {self.worker.ends} times in a row: {self.worker.said}"
        return ""

    def stop(self) -> None:
        """End the children, the worker first; schedules stay as they are."""
        for child, seconds in ((self.worker, 10.0), (self.deploy, 1.0), (self.server, 10.0)):
            if child:
                child.stop(seconds)

    def _settle(self, now: float) -> None:
        """Apply the deployments once, then keep schedules active and dead runs out."""
        try:
            if not self.deployed:
                self._apply(now)
            elif now >= self._tidy_at:
                self._tidy(now, first=False)
        except prefect_api.ERRORS as error:
            LOG.warning("the server refuses: %s", error)

    def _apply(self, now: float) -> None:
        if self.deploy.code == 0:
            self._tidy(now, first=True)
            self.deployed = True
        elif not self.deploy.running and now >= self._deploy_at:
            self._deploy_at = now + AGAIN
            self.deploy.ends += 1
            prefect_api.ensure_pool(self.url)
            self.deploy.start()

    def _tidy(self, now: float, *, first: bool) -> None:
        self._tidy_at = now + TIDY
        clock = datetime.now(UTC)
        ours = first and self.server is not None and not held(self.home)  # nobody else can run anything here
        prefect_api.ensure_schedule(self.url, self.every)
        ended = prefect_api.prune(
            self.url,
            before=clock if ours else clock - 2 * self.deadline,
            waiting_before=clock - max(self.every, timedelta(minutes=1)),
        )
        if ended:
            LOG.info("%d runs that were dead or past were ended", ended)

    def _child(self, name: str, *arguments: str, once: bool = False) -> Child:
        command = (sys.executable, "-m", "prefect", *arguments)
        return Child(name, command, environment=self.environment, folder=ROOT, once=once)
