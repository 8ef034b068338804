"""The little of Prefect's REST API that the service needs.

Asked with the standard library: `import prefect` costs seconds, and 100 MiB in a process that only watches.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import urllib.request
from datetime import datetime, timedelta
from typing import Final, TypeAlias, cast

POOL: Final = "konato"
SECONDS: Final = 5.0
PORT: Final = 4200  # Prefect's own
ERRORS: Final = (OSError, ValueError, http.client.HTTPException)  # what a server that is down or confused causes
ANCHOR: Final = "2025-01-01T00:00:00+00:00"
Row: TypeAlias = dict[str, object]


def free_port() -> int:
    """Return PREFECT_SERVER_API_PORT, Prefect's usual port or one of the next, or any that is free."""
    if named := os.environ.get("PREFECT_SERVER_API_PORT"):
        return int(named)
    for port in (*range(PORT, PORT + 10), 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free on 127.0.0.1")


def healthy(url: str) -> bool:
    """Whether the server answers and can ask its own database."""
    try:
        ask(url, "GET", "/health")
        ask(url, "POST", "/work_pools/filter", {"limit": 1})
    except ERRORS:
        return False
    return True


def ensure_pool(url: str) -> None:
    """Create the work pool where it is missing. Raises ERRORS."""
    if not any(row["name"] == POOL for row in _rows(url, "/work_pools/filter", {})):
        ask(url, "POST", "/work_pools/", {"name": POOL, "type": "process"})


def ensure_schedule(url: str, every: timedelta) -> None:
    """Make sure that the watch is not paused, its schedule active, at this interval. Raises ERRORS."""
    for deployment in _deployments(url):
        path = f"/deployments/{deployment['id']}"
        if deployment.get("paused"):
            ask(url, "POST", f"{path}/resume_deployment")
        wanted = {"interval": every.total_seconds(), "anchor_date": ANCHOR, "timezone": "UTC"}
        for schedule in cast("list[Row]", deployment["schedules"]):
            given = cast("Row", schedule["schedule"])
            if not schedule["active"] or given.get("interval") != wanted["interval"]:
                ask(url, "PATCH", f"{path}/schedules/{schedule['id']}", {"active": True, "schedule": wanted})


def prune(url: str, *, before: datetime, waiting_before: datetime) -> int:
    """End runs of the watch that cannot live any more; returns how many. Raises ERRORS.

    Those that run, or wait to, since before `before` are dead; those late since before `waiting_before` wait for a
    slot that is past: one catch-up cycle has done the work of them all.
    """
    ids = [deployment["id"] for deployment in _deployments(url)]
    if not ids:
        return 0
    ended = 0
    for states, moment, name, message in (
        (["RUNNING", "PENDING", "CANCELLING"], before, "CRASHED", "its process is dead"),
        (["SCHEDULED"], waiting_before, "CANCELLED", "its slot is past: one cycle has caught up"),
    ):
        wanted: Row = {
            "deployments": {"id": {"any_": ids}},
            "flow_runs": {
                "state": {"type": {"any_": states}},
                "expected_start_time": {"before_": moment.isoformat()},
            },
        }
        for run in _rows(url, "/flow_runs/filter", wanted):
            state = {"type": name, "message": message}
            ask(url, "POST", f"/flow_runs/{run['id']}/set_state", {"force": True, "state": state})
            ended += 1
    return ended


def _deployments(url: str) -> list[Row]:
    names: Row = {"name": {"any_": ["watch"]}}
    return _rows(url, "/deployments/filter", {"deployments": names, "flows": names})


def _rows(url: str, path: str, body: Row) -> list[Row]:
    return cast("list[Row]", ask(url, "POST", path, body))


def ask(url: str, method: str, path: str, body: Row | None = None) -> object:
    """Send one request; returns the answer's JSON. Raises ERRORS, an HTTP status of 400 and more among them."""
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("PREFECT_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    data = None if method == "GET" else json.dumps(body or {}).encode()
    request = urllib.request.Request(url + path, data=data, headers=headers, method=method)  # noqa: S310  the operator's own URL
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  the same
        raw = answer.read()
    return json.loads(raw) if raw else None
