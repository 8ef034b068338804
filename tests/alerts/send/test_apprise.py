import socket
from dataclasses import replace
from typing import Any

import pytest
from apprise.decorators import notify

from alerts.model import ResultKind
from alerts.send import apprise
from alerts.send.door import check, send
from alerts.send.verdict import Seen
from tests.alerts.making import MESSAGE
from tests.alerts.send.conftest import Wire
from tests.table import table

SENT, REFUSED, TRANSIENT = ResultKind.SENT, ResultKind.REFUSED, ResultKind.TRANSIENT


@table("step, kind, status")
def test_other_services_go_through_apprise_and_what_it_says_in_its_log_alone_is_heard(
    wire: Wire, step: str, kind: ResultKind, status: int | None
) -> None:
    result = wire.send("xml", step)
    assert (result.kind, result.status) == (kind, status)
    assert MESSAGE.text.strip() in wire.http.received[0].text


@pytest.mark.parametrize(("scheme", "written"), [("xmls", False), ("xml", True)])
def test_x7_a_handshake_that_stalls_is_told_from_a_reply_that_does(scheme: str, written: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        plugin, seen = apprise.read(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/hook"), Seen()
        apprise.send(plugin, MESSAGE, seen, 0.2)
    assert seen.written is written


def test_a_custom_scheme_is_reached_too() -> None:
    got: list[tuple[str, str]] = []

    @notify(on="konatotest")  # type: ignore[untyped-decorator]  # Apprise has no types
    def record(body: str, title: str, notify_type: object, **_: Any) -> bool:
        del notify_type
        got.append((title, body))
        return "fail" not in body

    assert send(MESSAGE, "konatotest://", timeout=1).kind is SENT
    assert send(replace(MESSAGE, text="fail"), "konatotest://", timeout=1).kind is TRANSIENT
    assert got[0] == ("A title", "Some text, id m1")


def test_apprises_own_retries_and_forgiveness_are_off(wire: Wire) -> None:
    wire.http.script.otherwise = "500"
    result = send(MESSAGE, f"{wire.url('xml')}?retry=3&wait=5&optional=yes", timeout=5)
    assert (result.kind, len(wire.http.received), result.milliseconds < 4000) == (TRANSIENT, 1, True)


@table("url")
def test_a_url_of_one_target_is_fine(url: str) -> None:
    assert check(url) is None


@table("url, wrong")
def test_what_is_wrong_with_a_url_is_said_without_it(url: str, wrong: str) -> None:
    result = send(MESSAGE, url, timeout=1)
    assert result.kind is ResultKind.BROKEN
    for said in (check(url) or "", result.reason):
        assert wrong in said
        assert "canary" not in said
