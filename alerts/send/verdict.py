"""What one attempt came to: from what was seen of the exchange to a SendResult in safe words.

Classes follow RFC 9110 (HTTP status, Retry-After), RFC 5321 section 4.2 (SMTP replies) and Slack's "Error
responses". Words are our own, but for an SMTP reply's and Slack's error code: exceptions of requests hold the URL.
"""

import json
import re
import smtplib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from alerts.model import ResultKind, SendResult
from alerts.word.escape import clean
from extractors.fetch.answers import retry_after

RETRY_AFTER_MAX: Final = timedelta(days=1)  # a longer one is a mistake: we would be silent for it
_CODE: Final = re.compile("[A-Za-z_]{1,60}")  # an error's
_SAID_MAX: Final = 120  # characters kept of an SMTP reply
_PASSING: Final = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}  # of the 4xx
_SMTP_FINAL: Final = 500  # a reply below it may turn out otherwise at a later attempt
_Judged = tuple[ResultKind, str]


@dataclass(slots=True, kw_only=True)
class Seen:
    """What passed during one send, noted by whoever sends; all but empty for services that hide it."""

    sent: bool = False  # the receiver, or Apprise, said that it has the message
    status: int | None = None  # of the HTTP reply
    retry_after: str = ""
    body: bytes = b""
    error: BaseException | None = None
    connecting: float = 0.0  # seconds that connection and TLS may take, where the message goes through Apprise
    written: bool = False  # the message may have been handed over
    over: bool = False  # the deadline has passed

    def hand_over(self) -> None:
        """Note that from here on the message may arrive; TimeoutError after the deadline, when it must not."""
        self.written = True
        if self.over:
            raise TimeoutError


def verdict(seen: Seen, now: datetime | None = None) -> SendResult:
    """Judge one attempt; `now` is for a Retry-After that is a date: the cycle's clock, else the real one."""
    kind, reason = _unanswered(seen) if seen.status is None else _answered(seen, seen.status)
    status = seen.error.smtp_code if isinstance(seen.error, smtplib.SMTPResponseException) else seen.status
    wait = retry_after({"Retry-After": seen.retry_after}, received=now or datetime.now(UTC))
    return SendResult(kind=kind, reason=reason, status=status, retry_after=wait and min(wait, RETRY_AFTER_MAX))


def _answered(seen: Seen, status: int) -> _Judged:
    reason = f"status {status}"
    if status < HTTPStatus.OK:  # 102, 103: the reply is still to come, and nobody waits for it
        return ResultKind.UNKNOWN, f"{reason}, and no reply after it"
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        code = _code(seen.body.decode(errors="replace"))
        reason += f": {code}" if code else ""
        if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.SERVICE_UNAVAILABLE and seen.retry_after):
            return ResultKind.RATE_LIMITED, reason
        passing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING
        return ResultKind.TRANSIENT if passing else ResultKind.REFUSED, reason
    if seen.error is not None:
        return ResultKind.UNKNOWN, f"{reason}, but the reply broke off"
    if complaint := _complaint(seen.body):
        return ResultKind.REFUSED, f"{reason}, but the reply says: {complaint}"
    return (ResultKind.SENT, "") if seen.sent else (ResultKind.TRANSIENT, f"{reason}, but the reply is not a success")


def _unanswered(seen: Seen) -> _Judged:
    """No HTTP reply: none was due, or an exception says why. Errors of requests and of smtplib are OSErrors."""
    match seen.error:
        case _ if seen.sent:
            return ResultKind.SENT, ""
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=raw):
            said = clean(raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw), _SAID_MAX)
            return ResultKind.TRANSIENT if code < _SMTP_FINAL else ResultKind.REFUSED, f"SMTP {code}: {said}"
        case OSError() | None if seen.written:
            return ResultKind.UNKNOWN, "no reply to the message: it may have arrived"
        case None:
            return ResultKind.TRANSIENT, "the service reported a failure and no cause"
        case OSError() as error if not isinstance(error, smtplib.SMTPNotSupportedError | ValueError):
            name = type(error).__name__
            return ResultKind.TRANSIENT, "TLS failed" if name.startswith("SSL") else f"no connection ({name})"
        case error:
            return ResultKind.REFUSED, f"the message cannot be sent this way ({type(error).__name__})"


def _code(said: object) -> str:
    """One word such as Slack's "invalid_payload": anything longer might repeat what was sent."""
    return said if isinstance(said, str) and _CODE.fullmatch(said) else ""


def _complaint(body: bytes) -> str:
    """The error that a JSON reply with a success status states, or ""; only a code's letters are kept."""
    try:
        reply = json.loads(body)
    except ValueError:
        return ""
    wrong = isinstance(reply, dict) and (reply.get("error") or False in {reply.get("ok"), reply.get("success")})
    return (_code(reply.get("error")) or "an error in the reply") if wrong else ""
