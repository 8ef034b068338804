"""Whole sends through Apprise to real receivers on loopback."""

from __future__ import annotations

import logging
import smtplib
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from itertools import chain
from types import SimpleNamespace
from typing import Any

import apprise
import pytest
import requests
from apprise.decorators import notify
from apprise.plugins.email import base as email_base
from apprise.plugins.slack import NotifySlack

from alerts.model import Message, ResultKind
from alerts.send import console
from alerts.send.door import check, medium_of, send
from alerts.word import render
from tests import builders
from tests.alerts.hostile import HOSTILE
from tests.alerts.making import facts, outgoing, pair
from tests.builders import NOW
from tests.receivers import HttpReceiver, Reply, SmtpReceiver, closed_port

SENT, REFUSED, TRANSIENT = ResultKind.SENT, ResultKind.REFUSED, ResultKind.TRANSIENT
RATE_LIMITED, UNKNOWN = ResultKind.RATE_LIMITED, ResultKind.UNKNOWN
SLACK = "slack://TCANARYAA/BCANARYBB/CANARYcanaryCANARYcanary"
MESSAGE = Message(
    message_id="m1",
    title="A title",
    text="Some text, id m1\n",
    html="<p>Some <b>text</b>, id m1</p>",
    alert_ids=("a1", "a2"),
)


def _message(medium: str, **changes: Any) -> Message:
    return render.render(outgoing(pair(1, facts=facts(**changes))), builders.channel(), medium, now=NOW)


@pytest.fixture
def http() -> Iterator[HttpReceiver]:
    with HttpReceiver() as receiver:
        yield receiver


@pytest.fixture
def slack(http: HttpReceiver, monkeypatch: pytest.MonkeyPatch) -> HttpReceiver:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{http.url}/services")
    monkeypatch.setattr(NotifySlack, "api_url", f"{http.url}/api/{{}}")
    return http


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpReceiver]:
    with SmtpReceiver() as receiver:
        yield receiver


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


# --- what arrives


def test_a_mail_arrives_with_both_parts_and_its_ids(smtp: SmtpReceiver) -> None:
    message = _message("email")
    result = send(message, smtp.url, timeout=5)
    mail = smtp.received[-1]
    assert (result.kind, result.reason) == (SENT, "")
    assert mail["Subject"] == message.title
    assert mail["X-Konato-Alert-Id"] == message.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["To"] == "reader@desk.example"
    assert mail.get_content_type() == "multipart/alternative"
    assert _part(mail, "plain") == message.text
    assert _part(mail, "html").strip() == (message.html or "").strip()


@pytest.mark.parametrize(
    "title", ["한" * 150, "가 나 " * 37 + "다", "🤝" * 150, "a" * 150, "한-나토: 협의체 <신설> & 합의"]
)
def test_a_subject_of_any_letters_arrives_whole_in_lines_that_servers_take(smtp: SmtpReceiver, title: str) -> None:
    assert send(replace(MESSAGE, title=title), smtp.url, timeout=5).kind is SENT
    assert smtp.received[-1]["Subject"] == title.strip()
    raw = smtp.contents[-1].split(b"\r\n\r\n", 1)[0]
    assert max(map(len, raw.split(b"\r\n"))) <= 200
    assert not smtp.received[-1].defects


def test_a_bundles_mail_names_all_its_alerts(smtp: SmtpReceiver) -> None:
    many = replace(MESSAGE, alert_ids=tuple(f"{n:016x}" for n in range(50)))
    assert send(many, smtp.url, timeout=5).kind is SENT
    assert str(smtp.received[-1]["X-Konato-Alert-Id"]).split(", ") == list(many.alert_ids)


def test_a_mail_channel_that_asks_for_text_gets_text(smtp: SmtpReceiver) -> None:
    assert send(MESSAGE, f"{smtp.url}&format=text", timeout=5).kind is SENT
    assert smtp.received[-1].get_content_type() == "text/plain"
    assert "Some text" in str(smtp.received[-1].get_content())


def test_slack_gets_our_blocks(slack: HttpReceiver) -> None:
    message = _message("slack")
    assert send(message, SLACK, timeout=5).kind is SENT
    (attachment,) = slack.received[0].json["attachments"]
    assert slack.received[0].path == "/services/TCANARYAA/BCANARYBB/CANARYcanaryCANARYcanary"
    assert attachment["blocks"][0] == {
        "type": "header",
        "text": {"type": "plain_text", "text": message.title, "emoji": False},
    }
    assert "".join(block["text"]["text"] for block in attachment["blocks"][1:]).strip() == message.text.strip()
    assert attachment["fallback"] == message.title


def test_slacks_bot_is_judged_by_its_reply(slack: HttpReceiver) -> None:
    url = "slack://xoxb-1234-1234-canary/%23desk"
    slack.script.steps = [
        Reply(body=b'{"ok": true, "channel": "C1"}'),
        Reply(body=b'{"ok": false, "error": "channel_not_found"}'),
    ]
    assert [send(_message("slack"), url, timeout=5).kind for _ in range(2)] == [SENT, REFUSED]


def test_a_hook_gets_title_and_text(http: HttpReceiver) -> None:
    assert send(_message("text"), f"json://127.0.0.1:{http.port}/hook", timeout=5).kind is SENT
    got = http.received[0]
    assert got.path == "/hook"
    assert got.json["title"] == _message("text").title
    assert got.json["message"] == _message("text").text.strip()
    assert "0000000000000001" in got.json["message"]


def test_other_services_go_the_long_way_through_apprise(http: HttpReceiver) -> None:
    assert send(_message("text"), f"xml://127.0.0.1:{http.port}/hook", timeout=5).kind is SENT
    assert "0000000000000001" in http.received[0].text


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


def test_sixty_hostile_headlines_arrive_in_both_media(slack: HttpReceiver, smtp: SmtpReceiver) -> None:
    before = len(smtp.received)
    for name, headline, _ in HOSTILE:
        assert send(_message("email", title=headline, sentence=headline), smtp.url, timeout=5).kind is SENT, name
        assert send(_message("slack", title=headline, sentence=headline), SLACK, timeout=5).kind is SENT, name
    mails = smtp.received[before:]
    assert len(mails) == len(slack.received) == len(HOSTILE)
    for (name, _, words), mail, post in zip(HOSTILE, mails, slack.received, strict=True):
        readable = words.replace("∗", "*")
        assert readable in _part(mail, "plain"), name
        assert str(mail["Subject"]).startswith("New, agreed: "), name
        assert mail["Bcc"] is None, name
        assert mail["X-Evil"] is None, name
        texts = [block["text"]["text"] for block in post.json["attachments"][0]["blocks"]]
        assert words in "\n".join(texts), name
        assert len(texts[0]) <= 150, name
        assert all(len(text) <= 3000 for text in texts), name
        assert not any(
            call in post.text for call in ("<!", "<@", "<#", "@here", "@channel", "@everyone", "\\u0000", "\\u202e")
        ), name


# --- what a receiver may do


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


def test_a_slow_receiver_may_have_taken_the_message() -> None:
    with HttpReceiver(otherwise="slow", delay=30) as receiver:
        result = send(MESSAGE, f"json://127.0.0.1:{receiver.port}/hook", timeout=0.2)
        assert (result.kind, len(receiver.received)) == (UNKNOWN, 1)
        assert result.milliseconds >= 200


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


def test_tls_that_fails_is_a_passing_trouble(http: HttpReceiver, smtp: SmtpReceiver) -> None:
    results = [
        send(MESSAGE, url, timeout=5)
        for url in (f"jsons://127.0.0.1:{http.port}/hook", smtp.url.replace("mailto", "mailtos") + "&mode=ssl")
    ]
    assert [(result.kind, result.reason) for result in results] == [(TRANSIENT, "TLS failed")] * 2


def test_a_server_without_tls_that_is_asked_for_it_cannot_be_used(smtp: SmtpReceiver) -> None:
    assert send(MESSAGE, smtp.url.replace("mailto", "mailtos"), timeout=5).kind is REFUSED


@pytest.mark.parametrize(
    ("step", "kind", "status"),
    [
        ("421", TRANSIENT, 421),
        ("450", TRANSIENT, 450),
        ("550", REFUSED, 550),
        ("rcpt-550", REFUSED, 550),
        ("rcpt-450", TRANSIENT, 450),
        ("disconnect", UNKNOWN, None),
        ("hangup", TRANSIENT, None),
    ],
)
def test_each_smtp_fault_has_its_class(smtp: SmtpReceiver, step: str, kind: ResultKind, status: int | None) -> None:
    smtp.script.steps = [step]
    result = send(MESSAGE, smtp.url, timeout=5)
    assert (result.kind, result.status) == (kind, status)


def test_a_mail_server_that_does_not_answer_in_time_may_have_taken_the_message() -> None:
    with SmtpReceiver(["slow"], delay=0.6) as receiver:
        assert send(MESSAGE, receiver.url, timeout=0.2).kind is UNKNOWN
        assert len(receiver.received) == 1


def test_a_mail_server_that_dawdles_at_every_step_is_left_as_a_whole() -> None:
    with SmtpReceiver(otherwise="dawdle", delay=0.15) as receiver:
        result = send(MESSAGE, receiver.url, timeout=0.4)
        assert (result.kind, receiver.received) == (TRANSIENT, [])
        assert 300 <= result.milliseconds < 2000


def test_a_wrong_password_is_refused() -> None:
    with SmtpReceiver(login="user:pass") as receiver:
        assert send(MESSAGE, receiver.url, timeout=10).kind is SENT
        result = send(MESSAGE, receiver.url.replace(":pass@", ":wrongcanary@"), timeout=10)
    assert (result.kind, result.status) == (REFUSED, 535)
    assert "wrongcanary" not in result.reason


# --- one attempt, and nothing left behind


def test_apprises_own_retries_and_forgiveness_are_off(http: HttpReceiver) -> None:
    http.script.otherwise = "500"
    result = send(MESSAGE, f"json://127.0.0.1:{http.port}/hook?retry=3&wait=5&optional=yes", timeout=5)
    assert (result.kind, len(http.received)) == (TRANSIENT, 1)
    assert result.milliseconds < 4000


def test_nothing_stays_patched(http: HttpReceiver) -> None:
    def watched() -> list[object]:
        smtp = [vars(smtplib.SMTP)[name] for name in ("__init__", "starttls", "login", "sendmail", "send")]
        return [
            vars(requests.Session)["send"],
            vars(requests.adapters.HTTPAdapter)["send"],
            email_base.convert_between,
            *smtp,
        ]

    before = watched()
    for step in ("ok", "500", "reset"):
        http.script.steps = [step]
        send(MESSAGE, f"json://127.0.0.1:{http.port}/hook", timeout=5)
    send(MESSAGE, f"mailto://a:b@127.0.0.1:{closed_port()}?from=a@desk.example&to=b@desk.example", timeout=5)
    assert watched() == before


def test_other_threads_pass_unseen(http: HttpReceiver) -> None:
    other = SimpleNamespace(status=0)

    def meanwhile() -> None:
        thread = threading.Thread(
            target=lambda: setattr(other, "status", requests.get(http.url, timeout=5).status_code)
        )
        thread.start()
        thread.join()

    with HttpReceiver(["404"], hold=meanwhile) as receiver:
        result = send(MESSAGE, f"json://127.0.0.1:{receiver.port}/hook", timeout=5)
    assert (result.kind, other.status) == (REFUSED, 200)


# --- the URL, and its secrets


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


@pytest.mark.parametrize(
    "url",
    [
        "console://",
        "json://127.0.0.1:8080/hook",
        "xml://127.0.0.1/hook",
        "mailto://user:pass@127.0.0.1:2525?from=a@desk.example&to=b@desk.example",
        "mailto://user:pass@mail.example",
        SLACK,
        f"{SLACK}/#desk",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7",
        " json://127.0.0.1:8080/hook ",
    ],
)
def test_a_url_of_one_target_is_fine(url: str) -> None:
    assert check(url) is None


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("", "no such service"),
        ("canary", "no such service"),
        ("canary://canary", "no such service"),
        ("slack://canary", "does not accept"),
        ("slack://canary/canary/canary!", "does not accept"),
        (f"{SLACK}/#one/#two", "2 targets"),
        (f"{SLACK}/#one,#two", "2 targets"),
        ("mailto://canary:canary@mail.example?to=a@desk.example,b@desk.example", "2 targets"),
        ("mailto://canary:canary@mail.example?to=a@desk.example&cc=b@desk.example&bcc=c@desk.example", "3 targets"),
        ("json://canary.example/a, json://canary.example/b", "2 targets"),
        ("mailto://", "does not accept"),
        ("json://[canary", "does not accept"),
        ("slack://[canary]:99999999/%ff", "does not accept"),
    ],
)
def test_what_is_wrong_with_a_url_is_said_without_it(url: str, wrong: str) -> None:
    said = check(url)
    assert said is not None
    assert wrong in said
    assert "canary" not in said
    result = send(MESSAGE, url, timeout=1)
    assert (result.kind, wrong in result.reason, "canary" in result.reason) == (ResultKind.BROKEN, True, False)


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


# --- the console


def test_the_console_shows_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert send(MESSAGE, "console://", timeout=1).kind is SENT
    shown = capsys.readouterr().out
    assert "A title" in shown
    assert "id m1" in shown


class _Broken:
    encoding = "ascii"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        text.encode("ascii")
        if "stop" in text:
            raise BrokenPipeError(32, "Broken pipe")
        self.text += text

    def flush(self) -> None:
        pass


def test_a_console_of_few_letters_shows_what_it_can_and_a_closed_one_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Broken()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert console.show(replace(MESSAGE, text="방산협의체 body")).kind is SENT
    assert "????? body" in terminal.text
    result = console.show(replace(MESSAGE, text="stop"))
    assert (result.kind, result.reason) == (TRANSIENT, "standard output cannot be written: Broken pipe")


def test_apprise_is_the_version_that_this_was_written_for() -> None:
    assert apprise.__version__.startswith("1.13.")
