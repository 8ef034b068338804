from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.model import ResultKind
from alerts.send.door import send
from tests.alerts.making import MESSAGE, SLACK, rendered
from tests.receivers import HttpReceiver, Reply, closed_port

SENT, REFUSED, TRANSIENT = ResultKind.SENT, ResultKind.REFUSED, ResultKind.TRANSIENT
RATE_LIMITED, UNKNOWN = ResultKind.RATE_LIMITED, ResultKind.UNKNOWN


def test_a_hook_gets_title_and_text(http: HttpReceiver) -> None:
    assert send(rendered("text"), f"json://127.0.0.1:{http.port}/hook", timeout=5).kind is SENT
    got = http.received[0]
    assert got.path == "/hook"
    assert got.json["title"] == rendered("text").title
    assert got.json["message"] == rendered("text").text.strip()
    assert "0000000000000001" in got.json["message"]


@pytest.mark.parametrize(
    ("step", "kind", "status"),
    [
        ("ok", SENT, 200),
        ("500", TRANSIENT, 500),
        ("404", REFUSED, 404),
        ("error-body", REFUSED, 200),
        (Reply(429, {"Retry-After": "120"}), RATE_LIMITED, 429),
        (Reply(301, {"Location": "/elsewhere"}), REFUSED, 301),
        ("reset", UNKNOWN, None),
        ("close", UNKNOWN, None),
        ("cut", UNKNOWN, 200),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind_of_url", ["json", "slack"])
def test_each_http_fault_has_its_class(
    slack: HttpReceiver, kind_of_url: str, step: str | Reply, kind: ResultKind, status: int | None
) -> None:
    slack.script.steps = [step]
    url = SLACK if kind_of_url == "slack" else f"json://127.0.0.1:{slack.port}/hook"
    result = send(MESSAGE, url, timeout=5)
    assert (result.kind, result.status) == (kind, status)
    assert len(slack.received) == 1, "one attempt, whatever happened"
    assert result.retry_after == (timedelta(seconds=120) if kind is RATE_LIMITED else None)


def test_a_slow_receiver_may_have_taken_therendered() -> None:
    with HttpReceiver(otherwise="slow", delay=30) as receiver:
        result = send(MESSAGE, f"json://127.0.0.1:{receiver.port}/hook", timeout=0.2)
        assert (result.kind, len(receiver.received)) == (UNKNOWN, 1)
        assert 100 <= result.milliseconds < 2000


def test_a_reply_that_drips_for_ever_is_left() -> None:
    with HttpReceiver(otherwise="drip", delay=0.05) as receiver:
        result = send(MESSAGE, f"json://127.0.0.1:{receiver.port}/hook", timeout=0.3)
        assert (result.kind, result.status) == (UNKNOWN, 200)


@pytest.mark.parametrize(
    "url", ["json://127.0.0.1:{port}/hook", "mailto://user:pass@127.0.0.1:{port}?from=a@desk.example&to=b@desk.example"]
)
def test_nobody_there_is_a_passing_trouble(url: str) -> None:
    assert send(MESSAGE, url.format(port=closed_port()), timeout=5).kind is TRANSIENT


def test_a_name_that_does_not_resolve_is_a_passing_trouble() -> None:
    assert send(MESSAGE, "json://nowhere.invalid/hook", timeout=5).kind is TRANSIENT
