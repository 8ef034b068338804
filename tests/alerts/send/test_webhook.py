import gzip
import socket
from base64 import b64decode
from datetime import timedelta

import pytest

from alerts.model import ResultKind
from alerts.send import apprise, webhook
from alerts.send.door import send
from tests.alerts.making import MESSAGE, rendered
from tests.alerts.send.conftest import Wire
from tests.receivers import HttpReceiver, Reply, closed_port

SENT, REFUSED, TRANSIENT = ResultKind.SENT, ResultKind.REFUSED, ResultKind.TRANSIENT
RATE_LIMITED, UNKNOWN = ResultKind.RATE_LIMITED, ResultKind.UNKNOWN


def test_a_hook_gets_title_and_text(wire: Wire) -> None:
    message = rendered("text")
    assert wire.send("json", message=message).kind is SENT
    (got,) = wire.http.received
    assert (got.path, got.json["title"], got.json["message"]) == ("/hook", message.title, message.text.strip())
    assert "authorization" not in got.headers
    for user, told in (("me:secret", b"me:secret"), ("me", b"me:")):
        assert send(MESSAGE, f"json://{user}@127.0.0.1:{wire.http.port}/hook", timeout=5).kind is SENT
        assert b64decode(wire.http.received[-1].headers["authorization"].removeprefix("Basic ")) == told


@pytest.mark.parametrize(
    ("query", "ours"), [("", True), ("?method=PUT", False), ("?-key=value", False), ("?:title=subject", False), ("?+X-Own=1", True)]
)  # fmt: skip
def test_what_is_asked_for_beside_a_plain_hook_is_apprises(query: str, ours: bool) -> None:
    assert webhook.can(apprise.read(f"json://127.0.0.1/hook{query}")) is ours


def test_of_an_endless_reply_no_more_is_read_than_its_bound(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "REPLY_MAX", 10)
    packed = Reply(body=gzip.compress(b'{"error": "no_auth"}'), headers={"Content-Encoding": "gzip"})
    assert wire.send("json", packed).kind is SENT  # its error lies beyond the bound
    monkeypatch.setattr(webhook, "REPLY_MAX", 1 << 20)
    assert wire.send("json", packed).kind is REFUSED


@pytest.mark.parametrize(
    ("step", "kind", "status"),
    [("500", TRANSIENT, 500), ("404", REFUSED, 404), ("error-body", REFUSED, 200), ("reset", UNKNOWN, None),
     ("close", UNKNOWN, None), ("cut", UNKNOWN, 200), (Reply(status=429, headers={"Retry-After": "120"}), RATE_LIMITED, 429),
     (Reply(status=301, headers={"Location": "/elsewhere"}), REFUSED, 301)],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("to", ["json", "slack"])
def test_http_faults_have_a_class(wire: Wire, to: str, step: str | Reply, kind: ResultKind, status: int | None) -> None:
    result = wire.send(to, step)
    assert (result.kind, result.status) == (kind, status)
    assert len(wire.http.received) == 1, "one attempt, whatever happened"
    assert result.retry_after == (timedelta(seconds=120) if kind is RATE_LIMITED else None)


@pytest.mark.parametrize(("how", "delay", "status"), [("slow", 30, None), ("drip", 0.05, 200)])
def test_a_receiver_without_an_end_may_have_taken_the_message(how: str, delay: float, status: int | None) -> None:
    with HttpReceiver(otherwise=how, delay=delay) as receiver:
        result = send(MESSAGE, f"json://127.0.0.1:{receiver.port}/hook", timeout=0.2)
        assert (result.kind, result.status, len(receiver.received)) == (UNKNOWN, status, 1)
        assert 100 <= result.milliseconds < 2000


@pytest.mark.parametrize("url", ["json://127.0.0.1:{port}/hook", "json://nowhere.invalid/hook",
                                 "mailto://user:pass@127.0.0.1:{port}?from=a@desk.example&to=b@desk.example"])  # fmt: skip
def test_nobody_there_is_a_passing_trouble(url: str) -> None:
    assert send(MESSAGE, url.format(port=closed_port()), timeout=5).kind is TRANSIENT


@pytest.mark.parametrize("url", ["jsons://127.0.0.1:{port}/hook", "mailtos://u:p@127.0.0.1:{port}?from=a@desk.example&to=b@desk.example",
                                 "mailtos://u:p@127.0.0.1:{port}?from=a@desk.example&to=b@desk.example&mode=ssl"])  # fmt: skip
def test_x7_a_handshake_that_stalls_is_a_failed_attempt_since_nothing_was_handed_over(url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        result = send(MESSAGE, url.format(port=silent.getsockname()[1]), timeout=0.2)
    assert result.kind is TRANSIENT
