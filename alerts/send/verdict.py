"""What one attempt came to: from what the wire showed and what Apprise answered, to a SendResult in safe words.

Classes follow RFC 9110 (HTTP status, Retry-After), RFC 5321 section 4.2 (SMTP replies) and Slack's "Error
responses". Words are our own, but for an SMTP reply's and Slack's error code: exceptions of requests hold the URL.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from alerts.model import ResultKind, SendResult
from alerts.send.wire import Seen
from alerts.word.escape import clean

RETRY_AFTER_MAX: Final = timedelta(days=1)  # a longer one is a mistake: we would be silent for it
_CODE_MAX: Final = 60  # characters of an error code
_SAID_MAX: Final = 120  # characters kept of an SMTP reply
_PASSING: Final = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}  # of the 4xx
_BUSY: Final = {"ratelimited", "rate_limited", "message_limit_exceeded"}
_PASSING_ERRORS: Final = {
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}
_SMTP_PASSING: Final = 4  # the first digit of a reply that a later attempt may turn
_LOST: Final = "the message may have arrived"
_HTTP_FAULTS: Final = (  # names of exceptions of requests and urllib3, the first that is among the causes decides
    ({"SSLError"}, ResultKind.TRANSIENT, "TLS failed"),
    (
        {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ConnectTimeout", "ProxyError"},
        ResultKind.TRANSIENT,
        "no connection to the server",
    ),
    ({"ReadTimeout", "ReadTimeoutError"}, ResultKind.UNKNOWN, f"no reply in time: {_LOST}"),
    ({"ConnectionError"}, ResultKind.UNKNOWN, f"the connection broke before the reply: {_LOST}"),
)


def verdict(seen: Seen, *, sent: bool, now: datetime | None = None) -> SendResult:
    """Judge one attempt.

    Args:
        seen: what the wire showed; nothing, for services that speak neither HTTP nor SMTP.
        sent: Apprise's own answer.
        now: the cycle's clock, for a Retry-After that is a date; None: the real one.
    """
    found = _judged(seen, sent=sent)
    return replace(found, retry_after=_retry_after(seen, now or datetime.now(UTC))) if seen.retry_after else found


def _judged(seen: Seen, *, sent: bool) -> SendResult:
    if seen.error is not None and not sent:
        return _fault(seen)
    good = seen.status is not None and _success(seen.status)
    if good and (complaint := _complaint(seen.body)):
        return _complained(seen, complaint)
    if sent:
        return _result(ResultKind.SENT, "", seen)
    if seen.status is None:
        return _result(ResultKind.TRANSIENT, "the service reported a failure and no cause", seen)
    if good:
        return _result(ResultKind.TRANSIENT, f"status {seen.status}, but the reply is not a success", seen)
    return _status(seen, seen.status)


def _success(status: int) -> bool:
    return status < HTTPStatus.MULTIPLE_CHOICES


def _result(kind: ResultKind, reason: str, seen: Seen) -> SendResult:
    return SendResult(kind=kind, reason=reason, status=seen.status)


def _status(seen: Seen, status: int) -> SendResult:
    said = seen.body.decode() if _is_code(seen.body) else ""
    reason = f"status {status}" + (f": {said}" if said else "")
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.SERVICE_UNAVAILABLE and seen.retry_after):
        return _result(ResultKind.RATE_LIMITED, reason, seen)
    passing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING
    return _result(ResultKind.TRANSIENT if passing else ResultKind.REFUSED, reason, seen)


def _is_code(body: bytes) -> bool:
    """Whether a reply is one word such as Slack's "invalid_payload": anything longer might repeat what it was sent."""
    return len(body) <= _CODE_MAX and body.replace(b"_", b"").isalpha()


def _complaint(body: bytes) -> str:
    """The error that a JSON reply with a success status states, or ""; only a code's letters are kept."""
    try:
        reply = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(reply, dict):
        return ""
    error = reply.get("error")
    if error or reply.get("ok") is False or reply.get("success") is False:
        return error if isinstance(error, str) and _is_code(error.encode()) else "an error in the reply"
    return ""


def _complained(seen: Seen, complaint: str) -> SendResult:
    reason = f"status {seen.status}, but the reply says: {complaint}"
    if complaint in _BUSY:
        return _result(ResultKind.RATE_LIMITED, reason, seen)
    return _result(ResultKind.TRANSIENT if complaint in _PASSING_ERRORS else ResultKind.REFUSED, reason, seen)


def _fault(seen: Seen) -> SendResult:
    """An exception beneath the send: was the message handed over, and did an answer come back?"""
    match seen.error:
        case error if seen.status is not None or type(error).__module__.startswith("requests"):
            return _http_fault(seen, error)
        case (
            smtplib.SMTPResponseException() | smtplib.SMTPRecipientsRefused() | smtplib.SMTPNotSupportedError() as error
        ):
            return _smtp_refusal(seen, error)
        case OSError() as error:  # smtplib's disconnections among them
            return _socket_fault(seen, error)
        case error:
            return _http_fault(seen, error)


def _socket_fault(seen: Seen, error: OSError) -> SendResult:
    if seen.written:
        return _result(ResultKind.UNKNOWN, "the server broke off after the message and before its reply", seen)
    if isinstance(error, ssl.SSLError):
        return _result(ResultKind.TRANSIENT, "TLS failed", seen)
    return _result(ResultKind.TRANSIENT, f"no connection to the server ({type(error).__name__})", seen)


def _smtp_refusal(seen: Seen, error: smtplib.SMTPException) -> SendResult:
    """A reply below 500 passes, one from 500 on is final; what the server cannot do at all is final too."""
    code, text = _smtp_reply(error)
    said = clean(text.decode(errors="replace"), _SAID_MAX)
    kind = ResultKind.TRANSIENT if code // 100 == _SMTP_PASSING else ResultKind.REFUSED
    reason = f"SMTP {code}: {said}" if code else f"the server does not offer what is needed ({type(error).__name__})"
    return SendResult(kind=kind, reason=reason, status=code or seen.status)


def _smtp_reply(error: smtplib.SMTPException) -> tuple[int, bytes]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies: tuple[tuple[int, bytes], ...] = tuple(error.recipients.values())
        return replies[0]
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return error.smtp_code, text if isinstance(text, bytes) else str(text).encode()
    return 0, b""


def _http_fault(seen: Seen, error: BaseException | None) -> SendResult:
    if seen.status is not None:
        if not _success(seen.status):
            return _status(seen, seen.status)
        return _result(ResultKind.UNKNOWN, f"status {seen.status}, but the reply broke off", seen)
    kinds = {type(link).__name__ for link in _causes(error)}
    for names, kind, reason in _HTTP_FAULTS:
        if kinds & names:
            return _result(kind, reason, seen)
    return _result(ResultKind.REFUSED, f"the request could not be made ({type(error).__name__})", seen)


def _causes(error: object) -> Iterator[BaseException]:
    """An exception of requests and what it wraps, in urllib3's several ways of wrapping."""
    queue, known = [error], set[int]()
    while queue:
        link = queue.pop()
        if isinstance(link, BaseException) and id(link) not in known:
            known.add(id(link))
            yield link
            queue += [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]


def _retry_after(seen: Seen, now: datetime) -> timedelta | None:
    """Seconds, or an HTTP date measured against the reply's own Date, else ours (RFC 9110, section 10.2.3)."""
    raw = seen.retry_after.strip()
    if raw.isdecimal():
        return min(timedelta(seconds=int(raw[:9])), RETRY_AFTER_MAX)
    until = _http_date(raw)
    if until is None:
        return None
    told = _http_date(seen.date)
    clock = told if told is not None and told < until else now
    return min(max(until - clock, timedelta()), RETRY_AFTER_MAX)


def _http_date(raw: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(raw)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
