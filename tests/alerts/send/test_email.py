from dataclasses import replace

import pytest

from alerts.model import ResultKind
from alerts.send.door import send
from tests.alerts.making import HTML, MESSAGE, part, rendered
from tests.alerts.send.conftest import Wire
from tests.receivers import SmtpReceiver
from tests.table import table

SENT, REFUSED, TRANSIENT = ResultKind.SENT, ResultKind.REFUSED, ResultKind.TRANSIENT
UNKNOWN = ResultKind.UNKNOWN


def test_a_mail_arrives_with_both_parts_and_its_ids(wire: Wire) -> None:
    message = replace(rendered("email"), alert_ids=tuple(f"{n:016x}" for n in range(50)))
    result = wire.send("mail", message=message)
    (mail,) = wire.smtp.received
    assert (result.kind, result.reason) == (SENT, "")
    assert (mail["Subject"], mail["To"], mail["Reply-To"]) == (message.title, "reader@desk.example", None)
    assert str(mail["X-Konato-Alert-Id"]).split(", ") == list(message.alert_ids)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert (part(mail), part(mail, "html").strip()) == (message.text, (message.html or "").strip())


@pytest.mark.parametrize(
    "title",
    ["Konato catches up (2): Cancelled (was planned for 5 January 2027): 한-나토 방산협의체 다음 회의 취소", "한" * 150, "가 나 " * 37 + "다", "🤝" * 150, "a" * 150, "한-나토: 협의체 <신설> & 합의",
     "=?utf-8?q?A=0D=0ABcc:_b@evil.example?=", "=?utf-8?b?QQ0KQmNjOiBi?= x"],
)  # fmt: skip
def test_a_subject_of_any_letters_arrives_whole_and_inert_in_lines_that_servers_take(wire: Wire, title: str) -> None:
    assert wire.send("mail", message=replace(MESSAGE, title=title, text="한국\n")).kind is SENT
    (mail,), (content,) = wire.smtp.received, wire.smtp.contents
    assert (mail["Subject"], mail["Bcc"]) == (title.strip().replace("=?", "= ?"), None)
    assert max(map(len, content.split(b"\r\n\r\n", 1)[0].split(b"\r\n"))) <= 200
    assert not mail.defects
    assert (f"Subject: {title}\r\n".encode() in content) is (title.isascii() and "=?" not in title)
    assert content.isascii(), "no server has to offer 8BITMIME"


def test_what_the_address_asks_for_is_done(wire: Wire) -> None:
    for asked in ("format=text", "reply=desk@desk.example", "+X-Desk=Seoul"):
        assert send(MESSAGE, f"{wire.smtp.url}&{asked}", timeout=5).kind is SENT
    open_to_all = wire.smtp.url.replace("user:pass@", "")  # a server without a login is greeted all the same
    assert send(MESSAGE, open_to_all, timeout=5).kind is SENT
    plain, replied, headed, _ = wire.smtp.received
    assert plain.get_content_type() == "text/plain"
    assert HTML in part(headed, "html")
    assert (replied["Reply-To"], headed["X-Desk"]) == ("desk@desk.example", "Seoul")


def test_tls_that_fails_is_a_passing_trouble_and_a_server_without_it_cannot_be_used(wire: Wire) -> None:
    secure = wire.smtp.url.replace("mailto", "mailtos")
    failed = wire.send("jsons"), send(MESSAGE, f"{secure}&mode=ssl", timeout=5)
    assert [(result.kind, result.reason) for result in failed] == [(TRANSIENT, "TLS failed")] * 2
    assert send(MESSAGE, secure, timeout=5).kind is REFUSED


@table("step, kind, status")
def test_each_smtp_fault_has_its_class(wire: Wire, step: str, kind: ResultKind, status: int | None) -> None:
    result = wire.send("mail", step)
    assert (result.kind, result.status) == (kind, status)


@pytest.mark.parametrize(
    ("how", "delay", "kind", "taken"),
    [("slow", 0.5, UNKNOWN, 1), ("dawdle", 0.15, TRANSIENT, 0)],  # at the end, when it may be taken; at every step
)
def test_a_mail_server_that_answers_too_late_is_left(how: str, delay: float, kind: ResultKind, taken: int) -> None:
    with SmtpReceiver(otherwise=how, delay=delay) as receiver:
        result = send(MESSAGE, receiver.url, timeout=0.35)
        assert (result.kind, len(receiver.received)) == (kind, taken)
        assert 200 <= result.milliseconds < 2000


def test_a_wrong_password_is_refused() -> None:
    with SmtpReceiver(login="user:pass") as receiver:
        assert send(MESSAGE, receiver.url, timeout=10).kind is SENT
        result = send(MESSAGE, receiver.url.replace(":pass@", ":wrongcanary@"), timeout=10)
    assert (result.kind, result.status) == (REFUSED, 535)
    assert "wrongcanary" not in result.reason


def test_t10_a_repeat_has_its_message_id_again_and_an_event_is_one_thread(wire: Wire) -> None:
    threads = {"new1": "new1", "adv1": "new1", "dig1": ""}
    first, follow, digest = (replace(MESSAGE, message_id=own, thread=thread) for own, thread in threads.items())
    for message in (first, first, follow, digest, replace(first, channel="Desk 2")):
        assert wire.send("mail", message=message).kind is SENT
    one, again, later, bundle, other = wire.smtp.received
    assert one["Message-ID"] == again["Message-ID"] == later["References"] == later["In-Reply-To"]
    assert len({mail["Message-ID"] for mail in (one, later, bundle, other)}) == 4
    assert (one["References"], bundle["References"]) == (None, None)
    assert one["List-Id"] == "Konato Desk 1 <desk-1.konato.desk.example>"
