"""What the status and the headers of an answer say: pure functions of them and of the time they came."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from extractors.model import Fetched, OutcomeKind, Request

_KINDS: Final = {
    **dict.fromkeys((401, 403, 451), OutcomeKind.BLOCKED), **dict.fromkeys((404, 410), OutcomeKind.GONE),
    206: OutcomeKind.SERVER_ERROR, 304: OutcomeKind.UNCHANGED, 429: OutcomeKind.RATE_LIMITED,
}  # fmt: skip
_PHRASES: Final = {status.value: f" {status.phrase}" for status in HTTPStatus}
# How challenges are marked, whatever their status: developers.cloudflare.com, "Detect a Challenge Page"; AWS WAF
# developer guide, "How the CAPTCHA and Challenge actions work" (202 and 405, the page for browsers alone).
_CHALLENGES: Final = {"cf-mitigated": {"challenge"}, "x-amzn-waf-action": {"challenge", "captcha"}}
_MAX_AGE: Final = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_UNCACHED: Final = re.compile(r"(?:^|[,\s])no-(?:cache|store)\b", re.IGNORECASE)
_VALIDATOR_LENGTH: Final = 512  # characters: longer ones are no validators but somebody's joke
_CREDENTIALS: Final = re.compile(r"//[^/\s]*@")  # a proxy's, in what aiohttp says of it
_REASON: Final = 300  # characters


def answered(request: Request, status: int, headers: Mapping[str, str], *, url: str, received: datetime) -> Fetched:
    """Return what an answer says before its body is read; header names in any case, `received` for want of a Date."""
    told = status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
    kind = outcome_of(status, headers)
    if kind is OutcomeKind.UNCHANGED and not (request.etag or request.last_modified):
        kind = OutcomeKind.SERVER_ERROR  # RFC 9110 §15.4.5: it answers conditional requests alone
    return Fetched(
        feed=request.feed.name,
        kind=kind,
        reason="" if kind is None else _reason(status, kind),
        status=status,
        url=url,
        content_type=headers.get("Content-Type", ""),
        etag=_validator(headers, "ETag"),
        last_modified=_validator(headers, "Last-Modified"),
        min_wait=min_wait(headers, received=received),
        retry_after=retry_after(headers, received=received) if told else None,
    )


def outcome_of(status: int, headers: Mapping[str, str]) -> OutcomeKind | None:
    """Map a status to an outcome; None for a body to read (2xx, but for a part that was not asked for)."""
    if any(headers.get(name, "").strip().lower() in marks for name, marks in _CHALLENGES.items()):
        return OutcomeKind.BLOCKED
    if status in _KINDS:
        return _KINDS[status]
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    # A redirect that was not followed leads nowhere.
    return OutcomeKind.UNREACHABLE if status < HTTPStatus.BAD_REQUEST else OutcomeKind.SERVER_ERROR


def _reason(status: int, kind: OutcomeKind) -> str:
    """Say a status in words, and what the outcome does not follow from."""
    words = f"{status}{_PHRASES.get(status, ', a status that HTTP does not know')}"
    match status, kind:
        case HTTPStatus.NOT_MODIFIED, OutcomeKind.SERVER_ERROR:
            return f"{words}, to a request that named no earlier answer"
        case HTTPStatus.PARTIAL_CONTENT, _:
            return f"{words}, though the whole was asked for"
        case _, OutcomeKind.BLOCKED if status not in _KINDS:
            return f"{words}, marked as a challenge for browsers"
    return words


def retry_after(headers: Mapping[str, str], *, received: datetime) -> timedelta | None:
    """Read Retry-After (RFC 9110 §10.2.3), seconds or a date; None where it is absent, unreadable or past."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=int(value[:9]))
    return _until(value, headers, received)


def min_wait(headers: Mapping[str, str], *, received: datetime) -> timedelta | None:
    """Read how long an answer stays fresh: Cache-Control max-age less Age, else Expires (RFC 9111 §4.2.1)."""
    control = headers.get("Cache-Control", "")
    if _UNCACHED.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("Age", "").strip()
        left = int(found[1]) - (int(age[:9]) if age.isascii() and age.isdigit() else 0)
        return timedelta(seconds=left) if left > 0 else None
    return _until(headers.get("Expires", ""), headers, received)


def _validator(headers: Mapping[str, str], name: str) -> str | None:
    """Return a validator that can be sent back as it came, else None."""
    value = headers.get(name, "")
    return value if value and value.isascii() and value.isprintable() and len(value) <= _VALIDATOR_LENGTH else None


def _until(value: str, headers: Mapping[str, str], received: datetime) -> timedelta | None:
    """Return the time until a date in a header, by the server's own clock where that makes sense, else by ours."""
    then = _date(value)
    if then is None:
        return None
    for clock in (_date(headers.get("Date", "")), received):
        if clock is not None and clock < then:
            return then - clock
    return None


def _date(value: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return read if read.tzinfo else None


def legible(words: str) -> str:
    """Return words as one line that can be stored and told, without anybody's password."""
    words = _CREDENTIALS.sub("//", words)
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:_REASON]
