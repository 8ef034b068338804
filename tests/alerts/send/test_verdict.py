from __future__ import annotations

import smtplib
import ssl
from datetime import UTC, datetime, timedelta

import pytest
import requests

from alerts.model import ResultKind
from alerts.send.verdict import RETRY_AFTER_MAX, Seen, verdict

SENT, REFUSED, TRANSIENT = ResultKind.SENT, ResultKind.REFUSED, ResultKind.TRANSIENT
RATE_LIMITED, UNKNOWN = ResultKind.RATE_LIMITED, ResultKind.UNKNOWN


@pytest.mark.parametrize(
    ("status", "body", "sent", "kind"),
    [
        (200, b"ok", True, SENT),
        (204, b"", True, SENT),
        (200, b'{"ok": true}', True, SENT),
        (200, b'["error"]', True, SENT),
        (200, b'{"error": null, "id": 1}', True, SENT),
        (200, b'{"ok": false, "error": "invalid_auth"}', False, REFUSED),
        (200, b'{"ok": false, "error": "invalid_auth"}', True, REFUSED),
        (200, b'{"success": false}', True, REFUSED),
        (200, b'{"error": {"code": 5}}', True, REFUSED),
        (200, b"<html>Sign in</html>", False, TRANSIENT),
        (400, b"invalid_payload", False, REFUSED),
        (429, b"", False, RATE_LIMITED),
        *((status, b"", False, REFUSED) for status in (301, 401, 403, 404)),
        *((status, b"", False, TRANSIENT) for status in (408, 425, 500, 502, 503)),
        (200, b'{"error": "\\ud800"}', False, REFUSED),  # no letter that can be encoded
    ],
)
def test_an_http_reply_is_judged_by_status_and_body(status: int, body: bytes, sent: bool, kind: ResultKind) -> None:
    result = verdict(Seen(status=status, body=body, sent=sent))
    assert (result.kind, result.status) == (kind, status)
    assert bool(result.reason) is (kind is not SENT)


def test_a_reply_names_its_code_and_nothing_longer() -> None:
    refused = verdict(Seen(error=NO, written=True))
    assert (refused.status, refused.reason) == (554, "SMTP 554: spam 5.7.1 go away")
    assert verdict(Seen(status=404, body=b"no_service")).reason == "status 404: no_service"
    assert verdict(Seen(status=404, body=b"no such hook: T0/B0/secret")).reason == "status 404"
    assert "secret" not in verdict(Seen(status=200, body=b'{"error": "token secret!"}')).reason


NOW = datetime(2025, 6, 26, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "wait"),
    [
        ("30", timedelta(seconds=30)),
        (" 0 ", timedelta()),
        ("99999999999999999999", RETRY_AFTER_MAX),
        ("Thu, 26 Jun 2025 03:02:00 GMT", timedelta(minutes=2)),
        ("Thu, 26 Jun 2025 02:02:00 GMT", timedelta()),
        ("Fri, 26 Jun 2026 02:02:00 GMT", RETRY_AFTER_MAX),
        ("Thu, 26 Jun 2025 03:02:00 -0000", None),  # no zone
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(raw: str, wait: timedelta | None) -> None:
    assert verdict(Seen(status=429, retry_after=raw), NOW).retry_after == wait


GONE = smtplib.SMTPServerDisconnected()
NO = smtplib.SMTPDataError(554, b"spam\r\n5.7.1 go away")


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (Seen(status=503, retry_after="5"), RATE_LIMITED),
        # a service that speaks neither HTTP nor SMTP is believed
        (Seen(sent=True), SENT),
        (Seen(), TRANSIENT),
        # a line that goes dead after the message leaves it unknown
        *(
            (Seen(error=one, written=True), UNKNOWN)
            for one in (GONE, TimeoutError(), ssl.SSLError(), ConnectionResetError())
        ),
        # a refusal after it is an answer, and a fault that the service overcame does not count
        (Seen(error=NO, written=True), REFUSED),
        (Seen(error=TimeoutError(), sent=True), SENT),
    ],
    ids=repr,
)
def test_what_was_seen_is_judged(seen: Seen, kind: ResultKind) -> None:
    assert verdict(seen).kind is kind


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (requests.ConnectTimeout(), None, TRANSIENT),
        (requests.exceptions.SSLError(), None, TRANSIENT),
        (requests.exceptions.ChunkedEncodingError(), 200, UNKNOWN),
        (requests.exceptions.ChunkedEncodingError(), 500, TRANSIENT),
        (requests.exceptions.ChunkedEncodingError(), 403, REFUSED),
        (requests.exceptions.InvalidURL("http://secret"), None, REFUSED),
        (ValueError("secret"), None, REFUSED),
        (smtplib.SMTPServerDisconnected(), None, TRANSIENT),
        (ConnectionRefusedError(), None, TRANSIENT),
        (TimeoutError(), None, TRANSIENT),
        (ssl.SSLError(), None, TRANSIENT),
        (smtplib.SMTPConnectError(421, "busy"), None, TRANSIENT),
        (smtplib.SMTPConnectError(554, b"no"), None, REFUSED),
        (smtplib.SMTPAuthenticationError(535, b"bad password"), None, REFUSED),
        (smtplib.SMTPAuthenticationError(454, b"later"), None, TRANSIENT),
        (smtplib.SMTPSenderRefused(550, b"no", "a@b"), None, REFUSED),
        (smtplib.SMTPDataError(451, b"later"), None, TRANSIENT),
        (smtplib.SMTPNotSupportedError("no AUTH"), None, REFUSED),
    ],
    ids=repr,
)
def test_a_fault_beneath_the_send_has_its_class(error: Exception, status: int | None, kind: ResultKind) -> None:
    result = verdict(Seen(error=error, status=status))
    assert result.kind is kind
    assert result.reason
    assert "secret" not in result.reason
