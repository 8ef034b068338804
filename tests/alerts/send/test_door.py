"""Whole sends to real receivers on loopback, and the secrets of their addresses."""

from __future__ import annotations

import logging
import smtplib
import threading
from itertools import chain

import pytest
import requests
from apprise.plugins.email import base as email_base

from alerts.model import ResultKind
from alerts.send import door
from alerts.send.door import check, medium_of, send
from alerts.send.verdict import Seen
from tests.alerts.hostile import HOSTILE
from tests.alerts.making import MESSAGE, SLACK, plain_part, rendered
from tests.receivers import HttpReceiver, SmtpReceiver, closed_port, drip

SENT = ResultKind.SENT


def test_sixty_hostile_headlines_arrive_in_both_media(slack: HttpReceiver, smtp: SmtpReceiver) -> None:
    before = len(smtp.received)
    for name, headline, _ in HOSTILE:
        assert send(rendered("email", title=headline, sentence=headline), smtp.url, timeout=5).kind is SENT, name
        assert send(rendered("slack", title=headline, sentence=headline), SLACK, timeout=5).kind is SENT, name
    mails = smtp.received[before:]
    assert len(mails) == len(slack.received) == len(HOSTILE)
    for (name, _, words), mail, post in zip(HOSTILE, mails, slack.received, strict=True):
        readable = words.replace("∗", "*")
        assert readable in plain_part(mail), name
        assert str(mail["Subject"]).startswith("Agreed, 25 June 2025: "), name
        assert mail["Bcc"] is None, name
        assert mail["X-Evil"] is None, name
        texts = [block["text"]["text"] for block in post.json["attachments"][0]["blocks"]]
        assert words in "\n".join(texts), name
        assert len(texts[0]) <= 150, name
        assert all(len(text) <= 3000 for text in texts), name
        assert not any(
            call in post.text for call in ("<!", "<@", "<#", "@here", "@channel", "@everyone", "\\u0000", "\\u202e")
        ), name


def test_no_library_is_patched_at_run_time(smtp: SmtpReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = (smtplib.SMTP, smtplib.SMTP_SSL, requests, requests.Session, requests.adapters.HTTPAdapter, email_base)

    def state() -> list[dict[str, object]]:
        return [dict(vars(owner)) for owner in watched]

    before, during = state(), []
    monkeypatch.setattr(smtp, "hold", lambda: during.append(state()))
    with HttpReceiver(hold=lambda: during.append(state())) as http:
        for url in (smtp.url, f"json://127.0.0.1:{http.port}/hook", f"xml://127.0.0.1:{http.port}/hook"):
            assert send(MESSAGE, url, timeout=5).kind is SENT
    assert during == [before] * 3
    assert state() == before


DRIPS = [
    ("json://127.0.0.1:{port}/hook", (b"H", b"T"), ResultKind.UNKNOWN),  # the status line
    ("json://127.0.0.1:{port}/hook", (b"HTTP/1.1 200 OK\r\nX-Long: ", b"a"), ResultKind.UNKNOWN),  # a header
    ("json://127.0.0.1:{port}/hook", (b"", b"HTTP/1.1 100 Continue\r\n\r\n"), ResultKind.UNKNOWN),
    ("json://127.0.0.1:{port}/hook", (b"HTTP/1.1 200 OK\r\n\r\n", b"a"), ResultKind.UNKNOWN),  # the body
    ("xml://127.0.0.1:{port}/hook", (b"HTTP/1.1 200 OK\r\nX-Long: ", b"a"), ResultKind.TRANSIENT),  # through Apprise
    ("mailto://u:p@127.0.0.1:{port}?from=a@d.example&to=b@d.example", (b"", b"220-wait\r\n"), ResultKind.TRANSIENT),
    ("mailto://u:p@127.0.0.1:{port}?from=a@d.example&to=b@d.example", (b"220 ", b"x"), ResultKind.TRANSIENT),
]


@pytest.mark.parametrize(("url", "said", "kind"), DRIPS)
def test_t11_x7_a_receiver_that_drips_is_left_at_the_deadline_wherever_it_drips(
    url: str, said: tuple[bytes, bytes], kind: ResultKind
) -> None:
    with drip(*said) as port:
        result = send(MESSAGE, url.format(port=port), timeout=0.5)
    assert result.kind is kind
    assert 400 <= result.milliseconds < 3000


def test_t11_after_the_deadline_nothing_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    go, over, kept = threading.Event(), threading.Event(), []

    def slow(_plugin: object, _message: object, seen: Seen, timeout: float) -> None:
        go.wait(5)
        with pytest.raises(TimeoutError):
            seen.hand_over()
        kept.append(timeout)
        over.set()

    monkeypatch.setattr(door, "_way", lambda _: slow)
    assert send(MESSAGE, "json://127.0.0.1/hook", timeout=0.05).kind is ResultKind.TRANSIENT
    go.set()
    assert over.wait(5)
    assert kept


@pytest.mark.parametrize(
    ("url", "medium"),
    [
        ("mailto://a:b@c.example", "email"),
        ("MAILTOS://a:b@c.example", "email"),
        ("slack://a/b/c", "slack"),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7", "slack"),
        ("json://a.example", "text"),
        ("console://", "text"),
        ("", "text"),
    ],
)
def test_the_medium_of_a_url(url: str, medium: str) -> None:
    assert medium_of(url) == medium


class _Everything(logging.Handler):
    """Keeps every record of every logger, with its trace."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter().format(record))


def test_no_secret_is_logged_or_told_at_any_level(
    slack: HttpReceiver, smtp: SmtpReceiver, capsys: pytest.CaptureFixture[str]
) -> None:
    everything = _Everything()
    root = logging.getLogger()
    level = root.level
    root.addHandler(everything)
    root.setLevel(logging.NOTSET)
    for name in ("mail.log", "asyncio"):  # the test's own server
        logging.getLogger(name).setLevel(logging.CRITICAL)
    canary = smtp.url.replace("user:pass", "canaryuser:canarypass")
    urls = [
        SLACK,
        "slack://CANARY",
        f"json://canary:canary@127.0.0.1:{slack.port}/canary?+X-Key=canary",
        f"json://127.0.0.1:{closed_port()}/canary",
        canary,
        f"canary://{SLACK}",
    ]
    try:
        slack.script.steps = ["ok", "500", "reset", "404"]
        results = list(chain.from_iterable((send(MESSAGE, url, timeout=10) for url in urls) for _ in range(2)))
        said = [str(check(url)) for url in urls]
    finally:
        root.removeHandler(everything)
        root.setLevel(level)
    out = capsys.readouterr()
    told = "\n".join([*everything.lines, *(result.reason for result in results), *said, out.out, out.err])
    assert "canary" not in told.lower()
    assert len({result.kind for result in results}) >= 4
