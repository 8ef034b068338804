from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.model import ResultKind
from alerts.send.door import send
from tests.alerts.making import MESSAGE, part, plain_part, rendered
from tests.receivers import HttpReceiver, SmtpReceiver

SENT, REFUSED, TRANSIENT = ResultKind.SENT, ResultKind.REFUSED, ResultKind.TRANSIENT
UNKNOWN = ResultKind.UNKNOWN


def test_a_mail_arrives_with_both_parts_and_its_ids(smtp: SmtpReceiver) -> None:
    message = rendered("email")
    result = send(message, smtp.url, timeout=5)
    mail = smtp.received[-1]
    assert (result.kind, result.reason) == (SENT, "")
    assert mail["Subject"] == message.title
    assert mail["X-Konato-Alert-Id"] == message.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["To"] == "reader@desk.example"
    assert mail.get_content_type() == "multipart/alternative"
    assert plain_part(mail) == message.text
    assert part(mail, "html").strip() == (message.html or "").strip()


@pytest.mark.parametrize(
    "title", ["한" * 150, "가 나 " * 37 + "다", "🤝" * 150, "a" * 150, "한-나토: 협의체 <신설> & 합의"]
)
def test_a_subject_of_any_letters_arrives_whole_in_lines_that_servers_take(smtp: SmtpReceiver, title: str) -> None:
    assert send(replace(MESSAGE, title=title, text="한국\n"), smtp.url, timeout=5).kind is SENT
    assert smtp.received[-1]["Subject"] == title.strip()
    raw = smtp.contents[-1].split(b"\r\n\r\n", 1)[0]
    assert max(map(len, raw.split(b"\r\n"))) <= 200
    assert not smtp.received[-1].defects
    assert smtp.contents[-1].isascii(), "no server has to offer 8BITMIME"


def test_a_bundles_mail_names_all_its_alerts(smtp: SmtpReceiver) -> None:
    many = replace(MESSAGE, alert_ids=tuple(f"{n:016x}" for n in range(50)))
    assert send(many, smtp.url, timeout=5).kind is SENT
    assert str(smtp.received[-1]["X-Konato-Alert-Id"]).split(", ") == list(many.alert_ids)


def test_a_mail_channel_that_asks_for_text_gets_text(smtp: SmtpReceiver) -> None:
    assert send(MESSAGE, f"{smtp.url}&format=text", timeout=5).kind is SENT
    assert smtp.received[-1].get_content_type() == "text/plain"
    assert "Some text" in str(smtp.received[-1].get_content())


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


def test_a_mail_server_that_does_not_answer_in_time_may_have_taken_therendered() -> None:
    with SmtpReceiver(["slow"], delay=1.5) as receiver:
        assert send(MESSAGE, receiver.url, timeout=1).kind is UNKNOWN
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


def test_t10_a_repeat_has_its_message_id_again_and_an_event_is_one_thread(smtp: SmtpReceiver) -> None:
    first = replace(MESSAGE, message_id="new1", thread="new1")
    follow = replace(MESSAGE, message_id="adv1", thread="new1")
    digest = replace(MESSAGE, message_id="dig1", thread="")
    for message in (first, first, follow, digest, replace(first, channel="Desk 2")):
        assert send(message, smtp.url, timeout=5).kind is SENT
    one, again, later, bundle, other = smtp.received[-5:]
    assert one["Message-ID"] == again["Message-ID"] == later["References"] == later["In-Reply-To"]
    assert len({mail["Message-ID"] for mail in (one, later, bundle, other)}) == 4
    assert (one["References"], bundle["References"]) == (None, None)
    assert one["List-Id"] == "Konato Desk 1 <desk-1.konato.desk.example>"


@pytest.mark.parametrize("title", ["=?utf-8?q?A=0D=0ABcc:_b@evil.example?=", "=?utf-8?b?QQ0KQmNjOiBi?= x"])
def test_an_encoded_word_in_a_headline_stays_as_it_is_written(smtp: SmtpReceiver, title: str) -> None:
    assert send(replace(MESSAGE, title=title), smtp.url, timeout=5).kind is SENT
    assert smtp.received[-1]["Subject"] == title.replace("=?", "= ?")
    assert smtp.received[-1]["Bcc"] is None
