from __future__ import annotations

import json

import pytest

from flows.service.api import ERRORS, Api, Row
from tests import publisher
from tests.publisher import Answer, Asked, Publisher, Scripted
from tests.receivers import closed_port

KEY = {"PREFECT_API_AUTH_STRING": "konato:key"}
OURS = "Basic a29uYXRvOmtleQ=="
DEPLOYMENT: Row = {"name": "watch-var-1", "schedules": [{"schedule": {"interval": 600.0}, "active": True}]}


def answer(found: object) -> Answer:
    return Answer(body=json.dumps(found).encode(), headers={"Content-Type": "application/json"})


def known(name: str = "watch-var-1", *, paused: bool = False, active: bool = True) -> dict[str, object]:
    return {"id": f"id {name}".replace(" ", "-"), "name": name, "paused": paused, "schedules": [{"active": active}]}


def asked(site: Publisher) -> list[str]:
    return [f"{one.method} {one.path}" for one in site.requests if "csrf" not in one.path]


def api(site: Publisher, **environment: str) -> Api:
    return Api(url=site.url(""), environment=environment)


@pytest.mark.parametrize(
    ("lets_in", "ours", "is_up"),
    [
        ([OURS], True, True),
        ([OURS, None], True, False),  # a stranger's: it lets in whoever asks
        ([], True, False),
        ([OURS], False, True),
        ([], False, False),
    ],
)
def test_o4_a_server_is_ours_when_it_lets_us_in_and_nobody_else(
    lets_in: list[str | None], ours: bool, is_up: bool
) -> None:
    def version(request: Asked) -> Answer:
        return answer("3") if request.headers.get("authorization") in lets_in else Answer(status=401)

    with Publisher({"/admin/version": version}) as site:
        assert api(site, **KEY).answers(ours=ours) is is_up


def test_a_server_that_is_down_does_not_answer() -> None:
    gone = Api(url=f"http://127.0.0.1:{closed_port()}", environment={})
    assert gone.answers(ours=True) is gone.answers(ours=False) is None
    with pytest.raises(ERRORS):
        gone.paused("x")


def test_a_pool_is_created_only_where_it_is_missing() -> None:
    with Publisher({"/work_pools/filter": answer([{"name": "konato"}]), "/work_pools/": answer({})}) as site:
        api(site).ensure_pool("konato")
        assert asked(site) == ["POST /work_pools/filter"]
        site.answers["/work_pools/filter"] = answer([])
        api(site).ensure_pool("konato")
        assert asked(site)[-1] == "POST /work_pools/"


@pytest.mark.parametrize(
    ("before", "paused", "active"),
    [
        ([], False, True),
        ([known()], False, True),
        ([known(paused=True)], True, True),
        ([known(active=False)], False, False),
        ([known("watch-var-2", paused=True)], False, True),  # another home's
    ],
)
def test_o11_deploying_keeps_a_persons_pause(before: list[object], paused: bool, active: bool) -> None:
    answers = {
        "/flows/": answer({"id": "f"}),
        "/deployments/filter": answer(before),
        "/deployments/": answer({"id": "d"}),
    }
    with Publisher(answers) as site:
        assert api(site).apply(DEPLOYMENT, flow="watch", alone=False) == "d"
        sent = json.loads(site.requests[-1].body)
        assert (sent["paused"], sent["schedules"][0]["active"], sent["flow_id"]) == (paused, active, "f")


def test_on_our_own_server_an_older_home_s_deployment_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher._Handler, "do_DELETE", publisher._Handler.do_GET, raising=False)
    answers = {
        "/flows/": answer({"id": "f"}),
        "/deployments/filter": answer([known("watch"), known()]),
        "/deployments/": answer({"id": "d"}),
        "/deployments/id-watch": Answer(status=204),
    }
    with Publisher(answers) as site:
        api(site).apply(DEPLOYMENT, flow="watch", alone=True)
        assert [one for one in asked(site) if "DELETE" in one] == ["DELETE /deployments/id-watch"]


@pytest.mark.parametrize(
    ("found", "paused"), [(known(), False), (known(paused=True), True), (known(active=False), True)]
)
def test_a_pause_is_the_deployment_s_or_its_schedule_s(found: object, paused: bool) -> None:
    with Publisher({"/deployments/d": answer(found)}) as site:
        assert api(site).paused("d") is paused


def test_dead_runs_are_ended() -> None:
    answers: dict[str, Scripted] = {
        "/flow_runs/filter": answer([{"id": "dead"}]), "/flow_runs/dead/set_state": answer({})
    }  # fmt: skip
    with Publisher(answers) as site:
        assert api(site).bury("d") == 1
        assert json.loads(site.requests[-1].body)["state"]["type"] == "CRASHED"
        site.answers["/flow_runs/filter"] = answer([])
        assert api(site).bury("d") == 0


@pytest.mark.parametrize(
    ("environment", "sent"),
    [({}, None), (KEY, OURS), ({"PREFECT_API_KEY": "cloud", **KEY}, "Bearer cloud")],
)
def test_every_request_carries_the_credentials_and_a_token_where_one_is_wanted(
    environment: dict[str, str], sent: str | None
) -> None:
    with Publisher({"/x": answer([]), "/csrf-token?client=konato-serve": answer({"token": "t"})}) as site:
        assert api(site, **environment).rows("/x", {}) == []
        assert {one.headers.get("authorization") for one in site.requests} == {sent}
        assert site.requests[-1].headers.get("prefect-csrf-token") == "t"
