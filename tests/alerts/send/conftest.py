"""Receivers on loopback that the tests of sending share."""

from collections.abc import Iterator

import pytest
from apprise.plugins.slack import NotifySlack

from alerts.model import Message, SendResult
from alerts.send.door import send
from tests.alerts.making import MESSAGE, SLACK
from tests.receivers import HttpReceiver, Reply, SmtpReceiver


class Wire:
    """A receiver of HTTP and one of mail, and the addresses by which a channel names them."""

    def __init__(self, http: HttpReceiver, smtp: SmtpReceiver) -> None:
        self.http, self.smtp = http, smtp

    def url(self, kind: str) -> str:
        return {"slack": SLACK, "bot": "slack://xoxb-1234-1234-canary/%23desk", "mail": self.smtp.url}.get(
            kind, f"{kind}://127.0.0.1:{self.http.port}/hook"
        )

    def send(self, kind: str, step: str | Reply = "ok", message: Message = MESSAGE) -> SendResult:
        """What becomes of a message to one of these, whose receiver does `step`."""
        script = self.smtp.script if "mail" in kind else self.http.script
        script.steps = [step]
        return send(message, self.url(kind), timeout=5)


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpReceiver]:
    with SmtpReceiver() as receiver:
        yield receiver


@pytest.fixture
def wire(smtp: SmtpReceiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    smtp.received.clear()
    smtp.contents.clear()
    with HttpReceiver() as http:
        monkeypatch.setattr(NotifySlack, "webhook_url", http.url("/services"))
        monkeypatch.setattr(NotifySlack, "api_url", http.url("/api/{}"))
        yield Wire(http, smtp)
