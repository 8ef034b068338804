"""The little of Prefect's REST API that the service needs.

Asked with the standard library: `import prefect` costs two seconds and 100 MiB in a process that only watches, and each
call of Prefect's command line as much again.
"""

from __future__ import annotations

import base64
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

SECONDS: Final = 5.0
CLIENT: Final = "konato-serve"
OK: Final = 200
ERRORS: Final = (OSError, ValueError, KeyError, TypeError, http.client.HTTPException)
"""What a server that is down or confused causes; an HTTP status of 400 and more is an OSError."""
Row: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A server by its URL, with the credentials of this environment."""

    url: str
    environment: Mapping[str, str]

    def ask(self, method: str, path: str, body: Row | None = None) -> object:
        """Send one request; returns the answer's JSON. Raises ERRORS."""
        headers = {"Content-Type": "application/json", **self._credentials()}
        if method != "GET":
            headers |= self._token()
        return _send(method, self.url + path, headers, body)

    def rows(self, path: str, body: Row) -> list[Row]:
        """Ask for a list. Raises ERRORS."""
        return cast("list[Row]", self.ask("POST", path, body))

    def answers(self, *, ours: bool) -> bool | None:
        """Whether the server lets us in; None where nobody answers.

        One that is to be ours also refuses whoever has not our key: else it is a stranger's.
        """
        try:
            mine = self._status(self._credentials())
            return mine == OK and not (ours and self._status({}) == OK)
        except ERRORS:
            return None

    def apply(self, deployment: Row, *, flow: str, alone: bool) -> str:
        """Create or update a deployment and return its id; a person's pause stays. Raises ERRORS.

        `alone`: the server is our own, so that other deployments of the flow are a moved home's, or an older version's.
        """
        made = cast("Row", self.ask("POST", "/flows/", {"name": flow}))
        known = self.rows("/deployments/filter", {"flows": {"name": {"any_": [flow]}}})
        for other in known:
            if alone and other["name"] != deployment["name"]:
                self.ask("DELETE", f"/deployments/{other['id']}")
        before = next((one for one in known if one["name"] == deployment["name"]), None)
        stays = {"paused": bool(before and before["paused"])}
        schedules = [dict(one) for one in cast("Sequence[Row]", deployment["schedules"])]
        if before and before["schedules"] and not _active(before):
            schedules = [one | {"active": False} for one in schedules]
        whole = deployment | stays | {"flow_id": made["id"], "schedules": schedules}
        return str(cast("Row", self.ask("POST", "/deployments/", whole))["id"])

    def paused(self, deployment_id: str) -> bool:
        """Whether a person has paused a deployment, or its schedule. Raises ERRORS."""
        found = cast("Row", self.ask("GET", f"/deployments/{deployment_id}"))
        return bool(found["paused"]) or not _active(found)

    def bury(self, deployment_id: str) -> int:
        """End the runs of a deployment that are said to be at work; returns how many. Raises ERRORS.

        For whoever knows that none can be: the home's lock is free.
        """
        wanted: Row = {
            "deployments": {"id": {"any_": [deployment_id]}},
            "flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}},
        }
        dead = self.rows("/flow_runs/filter", wanted)
        for run in dead:
            state = {"type": "CRASHED", "message": "its process is dead"}
            self.ask("POST", f"/flow_runs/{run['id']}/set_state", {"force": True, "state": state})
        return len(dead)

    def ensure_pool(self, name: str) -> None:
        """Create a work pool where it is missing. Raises ERRORS."""
        if not self.rows("/work_pools/filter", {"work_pools": {"name": {"any_": [name]}}}):
            self.ask("POST", "/work_pools/", {"name": name, "type": "process"})

    def _status(self, headers: Mapping[str, str]) -> int:
        try:
            _send("GET", f"{self.url}/admin/version", headers, None)
        except urllib.error.HTTPError as error:
            return error.code
        return OK

    def _credentials(self) -> dict[str, str]:
        if key := self.environment.get("PREFECT_API_KEY"):
            return {"Authorization": f"Bearer {key}"}
        if pair := self.environment.get("PREFECT_API_AUTH_STRING"):
            return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        return {}

    def _token(self) -> dict[str, str]:
        """Return a token against forged requests; nothing where the server wants none."""
        try:
            found = cast("Row", self.ask("GET", f"/csrf-token?client={CLIENT}"))
        except urllib.error.HTTPError:
            return {}
        return {"Prefect-Csrf-Token": str(found["token"]), "Prefect-Csrf-Client": CLIENT}


def _active(deployment: Row) -> bool:
    return any(one["active"] for one in cast("list[Row]", deployment["schedules"]))


def _send(method: str, url: str, headers: Mapping[str, str], body: Row | None) -> object:
    data = None if method == "GET" else json.dumps(body or {}).encode()
    request = urllib.request.Request(url, data=data, headers=dict(headers), method=method)  # noqa: S310  the operator's own URL
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  the same
        raw = answer.read()
    return json.loads(raw) if raw else None
