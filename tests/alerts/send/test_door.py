"""Whole sends to real receivers on loopback, and the secrets of their addresses."""

import logging
import smtplib
import threading
from dataclasses import replace

import pytest
import requests
from apprise.plugins.email import base as email_base

from alerts.model import ResultKind
from alerts.send import webhook
from alerts.send.door import check, medium_of, send
from alerts.send.verdict import Seen
from alerts.word.render import SUBJECT_MAX
from tests.alerts.hostile import HOSTILE
from tests.alerts.making import MESSAGE, SLACK, part, rendered
from tests.alerts.send.conftest import Wire
from tests.receivers import closed_port, drip
from tests.table import table

SENT, TRANSIENT, UNKNOWN = ResultKind.SENT, ResultKind.TRANSIENT, ResultKind.UNKNOWN
CALLS = ("<!", "<@", "<#", "@here", "@channel", "@everyone", "\\u0000", "\\u202e")
WIRED = ("header", "SMTP", "10,000", "null", "lone", "Slack: ", "stacked")  # what a wire may stumble over


@pytest.mark.parametrize(
    ("headline", "words"),
    [
        pytest.param(headline, words, id=name, marks=() if name.startswith(WIRED) else pytest.mark.long)
        for name, headline, words in HOSTILE
    ],
)
def test_sixty_hostile_headlines_arrive_in_both_media(wire: Wire, headline: str, words: str) -> None:
    for to, medium in (("mail", "email"), ("slack", "slack")):
        assert wire.send(to, message=rendered(medium, title=headline, sentence=headline)).kind is SENT
    (mail,), (post,) = wire.smtp.received, wire.http.received
    assert words.replace("∗", "*") in part(mail)
    assert str(mail["Subject"]).startswith("Agreed, 25 June 2025: ")
    assert (mail["Bcc"], mail["X-Evil"]) == (None, None)
    texts = [block["text"]["text"] for block in post.json["attachments"][0]["blocks"]]
    assert words in "\n".join(texts)
    assert len(texts[0]) <= SUBJECT_MAX
    assert max(map(len, texts)) <= 3000
    assert not any(call in post.text for call in CALLS)


def test_no_library_is_patched_at_run_time(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = (smtplib.SMTP, smtplib.SMTP_SSL, requests, requests.Session, requests.adapters.HTTPAdapter, email_base)
    before, during = [dict(vars(owner)) for owner in watched], []
    for receiver in (wire.smtp, wire.http):
        monkeypatch.setattr(receiver, "hold", lambda: during.append([dict(vars(owner)) for owner in watched]))
    assert [wire.send(kind).kind for kind in ("mail", "json", "xml")] == [SENT] * 3
    assert during == [before] * 3


@table("url, first, again, kind")
def test_t11_x7_a_receiver_that_drips_is_left_in_time(url: str, first: bytes, again: bytes, kind: ResultKind) -> None:
    with drip(first, again) as port:
        result = send(MESSAGE, url.format(port=port), timeout=0.3)
    assert result.kind is kind
    assert 200 <= result.milliseconds < 3000


def test_t11_after_the_deadline_nothing_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    go, over = threading.Event(), threading.Event()

    def slow(_plugin: object, _message: object, seen: Seen, _timeout: float) -> None:
        go.wait(5)
        with pytest.raises(TimeoutError):
            seen.hand_over()
        over.set()

    monkeypatch.setattr(webhook, "send", slow)
    assert send(MESSAGE, "json://127.0.0.1/hook", timeout=0.05).kind is TRANSIENT
    go.set()
    assert over.wait(5)


def test_the_medium_of_a_url() -> None:
    hook = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7"
    urls = (
        "mailto://a:b@c.example",
        "MAILTOS://a:b@c.example",
        "slack://a/b/c",
        hook,
        "json://a.example",
        "console://",
        "",
    )
    assert [medium_of(url) for url in urls] == ["email"] * 2 + ["slack"] * 2 + ["text"] * 3


def test_no_secret_is_logged_or_told_at_any_level(
    wire: Wire, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = f"canary:canary@127.0.0.1:{wire.http.port}/canary"
    mail = wire.smtp.url.replace("user:pass", "canaryuser:canarypass")
    urls = [SLACK, "slack://CANARY", f"json://{hook}?+X-Key=canary", f"xml://{hook}", mail, f"canary://{SLACK}",
            f"json://127.0.0.1:{closed_port()}/canary"]  # fmt: skip
    wire.http.script.steps = ["ok", "500", "reset", "404"]
    with caplog.at_level(logging.NOTSET):
        for name in ("mail.log", "asyncio"):  # the test's own server
            logging.getLogger(name).setLevel(logging.CRITICAL)
        results = [send(replace(MESSAGE, text="x"), url, timeout=10) for url in urls for _ in range(2)]
        said = [str(check(url)) for url in urls]
    lines = [logging.Formatter().format(record) for record in caplog.records]
    told = "\n".join([*lines, *(result.reason for result in results), *said, *capsys.readouterr()])
    assert "canary" not in told.lower()
    assert len({result.kind for result in results}) >= 4
