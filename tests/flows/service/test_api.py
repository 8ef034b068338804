from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta

import pytest

from flows.service import api as prefect_api
from tests import publisher
from tests.publisher import Answer, Asked, Publisher, Scripted
from tests.receivers import closed_port

NOW = datetime(2025, 6, 26, 3, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)


def deployment(*, active: bool, interval: float, paused: bool) -> dict[str, object]:
    return {
        "id": "d1",
        "paused": paused,
        "schedules": [{"id": "s1", "active": active, "schedule": {"interval": interval}}],
    }


def rows(*found: dict[str, object]) -> Answer:
    return Answer(body=json.dumps(found).encode(), headers={"Content-Type": "application/json"})


def asked(site: Publisher) -> list[str]:
    return [f"{one.method} {one.path}" for one in site.requests]


def test_a_pool_is_created_only_where_it_is_missing() -> None:
    with Publisher({"/work_pools/filter": rows({"name": "konato"}), "/work_pools/": rows()}) as site:
        prefect_api.ensure_pool(site.url(""))
        assert asked(site) == ["POST /work_pools/filter"]
        site.answers["/work_pools/filter"] = rows()
        prefect_api.ensure_pool(site.url(""))
        assert asked(site)[-1] == "POST /work_pools/"


@pytest.mark.parametrize(
    ("given", "done"),
    [
        (deployment(active=True, interval=600.0, paused=False), []),
        (deployment(active=False, interval=600.0, paused=False), ["PATCH /deployments/d1/schedules/s1"]),
        (deployment(active=True, interval=30.0, paused=False), ["PATCH /deployments/d1/schedules/s1"]),
        (deployment(active=True, interval=600.0, paused=True), ["POST /deployments/d1/resume_deployment"]),
    ],
)
def test_schedules_are_made_active_at_the_interval(
    given: dict[str, object], done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher._Handler, "do_PATCH", publisher._Handler.do_GET, raising=False)
    answers = {
        "/deployments/filter": rows(given),
        "/deployments/d1/schedules/s1": Answer(status=204),
        "/deployments/d1/resume_deployment": Answer(status=200, body=b"null"),
    }
    with Publisher(answers) as site:
        prefect_api.ensure_schedule(site.url(""), TEN)
        assert asked(site)[1:] == done


def test_dead_and_past_runs_are_ended() -> None:
    states: list[str] = []

    def runs(request: Asked) -> Answer:
        types = json.loads(request.body)["flow_runs"]["state"]["type"]["any_"]
        return rows({"id": "late"} if types == ["SCHEDULED"] else {"id": "dead"})

    def set_state(request: Asked) -> Answer:
        states.append(request.path.split("/")[2] + " " + json.loads(request.body)["state"]["type"])
        return rows()

    answers: dict[str, Scripted] = {
        "/deployments/filter": rows(deployment(active=True, interval=600.0, paused=False)),
        "/flow_runs/filter": runs,
        "/flow_runs/dead/set_state": set_state,
        "/flow_runs/late/set_state": set_state,
    }
    with Publisher(answers) as site:
        assert prefect_api.prune(site.url(""), before=NOW, waiting_before=NOW - TEN) == 2
        assert states == ["dead CRASHED", "late CANCELLED"]
        site.answers["/deployments/filter"] = rows()
        assert prefect_api.prune(site.url(""), before=NOW, waiting_before=NOW) == 0


def test_a_server_is_healthy_when_it_can_ask_its_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_KEY", "key")
    with Publisher({"/health": Answer(body=b"true"), "/work_pools/filter": rows()}) as site:
        assert prefect_api.healthy(site.url(""))
        assert site.requests[0].headers["authorization"] == "Bearer key"
        site.answers["/work_pools/filter"] = Answer(status=503)
        assert not prefect_api.healthy(site.url(""))
    assert not prefect_api.healthy(f"http://127.0.0.1:{closed_port()}")


def test_the_port_is_the_one_named_or_one_that_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_SERVER_API_PORT", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(prefect_api, "PORT", taken.getsockname()[1])
        assert prefect_api.free_port() != taken.getsockname()[1]
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", "4711")
    assert prefect_api.free_port() == 4711
