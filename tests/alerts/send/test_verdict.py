import smtplib
import ssl
from datetime import UTC, datetime, timedelta

import pytest
import requests

from alerts.model import ResultKind
from alerts.send.verdict import Seen, verdict
from tests.table import table

SENT, REFUSED, TRANSIENT = ResultKind.SENT, ResultKind.REFUSED, ResultKind.TRANSIENT
RATE_LIMITED, UNKNOWN = ResultKind.RATE_LIMITED, ResultKind.UNKNOWN


@table("kind, sent, status, body")
def test_an_http_reply_is_judged_by_status_and_body(kind: ResultKind, sent: bool, status: int, body: bytes) -> None:
    result = verdict(Seen(status=status, body=body, sent=sent))
    assert (result.kind, result.status, bool(result.reason)) == (kind, status, kind is not SENT)


def test_a_reply_names_its_code_and_nothing_longer() -> None:
    refused = verdict(Seen(error=NO, written=True))
    assert (refused.status, refused.reason) == (554, "SMTP 554: spam 5.7.1 go away")
    assert verdict(Seen(status=404, body=b"no_service")).reason == "status 404: no_service"
    assert verdict(Seen(status=404, body=b"no such hook: T0/B0/secret")).reason == "status 404"
    assert "secret" not in verdict(Seen(status=200, body=b'{"error": "token secret!"}')).reason


NOW = datetime(2025, 6, 26, 3, 0, tzinfo=UTC)


@table("raw, wait")
def test_retry_after_is_seconds_or_a_date(raw: str, wait: timedelta | None) -> None:
    assert verdict(Seen(status=429, retry_after=raw), NOW).retry_after == wait


NO = smtplib.SMTPDataError(554, b"spam\r\n5.7.1 go away")
BROKEN = requests.exceptions.ChunkedEncodingError()
LOST: list[OSError] = [smtplib.SMTPServerDisconnected(), TimeoutError(), ssl.SSLError(), ConnectionRefusedError()]
FAULTS: list[tuple[ResultKind, list[Seen]]] = [
    (RATE_LIMITED, [Seen(status=503, retry_after="5")]),
    # a service that speaks neither HTTP nor SMTP is believed, and a fault that it overcame does not count
    (SENT, [Seen(sent=True), Seen(error=TimeoutError(), sent=True)]),
    (TRANSIENT, [Seen(), Seen(error=BROKEN, status=500), *(Seen(error=one) for one in LOST)]),
    (TRANSIENT, [Seen(error=one) for one in (requests.ConnectTimeout(), requests.exceptions.SSLError())]),
    (TRANSIENT, [Seen(error=kind(code, b"no")) for kind, code in ((smtplib.SMTPConnectError, 421), (smtplib.SMTPAuthenticationError, 454), (smtplib.SMTPDataError, 451))]),
    (REFUSED, [Seen(error=kind(code, b"no")) for kind, code in ((smtplib.SMTPConnectError, 554), (smtplib.SMTPAuthenticationError, 535))]),
    (REFUSED, [Seen(error=one) for one in (requests.exceptions.InvalidURL("http://secret"), ValueError("secret"), smtplib.SMTPNotSupportedError("no AUTH"), smtplib.SMTPSenderRefused(550, b"no", "a@b"))]),
    (REFUSED, [Seen(error=BROKEN, status=403)]),
    # a line that goes dead after the message leaves it unknown; a refusal after it is an answer
    (UNKNOWN, [Seen(error=BROKEN, status=200), *(Seen(error=one, written=True) for one in LOST)]),
    (REFUSED, [Seen(error=NO, written=True)]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "seen"), [(kind, one) for kind, seen in FAULTS for one in seen], ids=repr)
def test_a_fault_beneath_the_send_has_its_class(kind: ResultKind, seen: Seen) -> None:
    result = verdict(seen)
    assert (result.kind, bool(result.reason)) == (kind, kind is not SENT)
    assert "secret" not in result.reason
