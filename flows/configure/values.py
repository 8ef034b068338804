"""How single values of a configuration are written; each reader raises FaultError with what to write instead."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from alerts.decide.quiet import digest_schedule
from extractors.tables import FaultError, count, text

UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SIZES: Final = {"KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
LONGEST: Final = timedelta(days=36_500)
DURATION: Final = r"\s*0*([1-9]\d{0,5})\s*([smhd])\s*"
SIZE: Final = r"\s*0*([1-9]\d{0,8})\s*(KB|MB|GB)\s*"
CLOCK: Final = r"([01]\d|2[0-3]):([0-5]\d)"
VARIABLE: Final = r"[A-Za-z_][A-Za-z0-9_]*"
LANGUAGE: Final = r"[a-z]{2,3}"


def duration(value: object) -> timedelta:
    """Read "30s", "10m", "48h" or "7d", a hundred years at most: no clock is reckoned past the first year of all."""
    found = _written(value, DURATION, "is not a duration", 'Write a number and s, m, h or d, as in "10m".')
    length = timedelta(**{UNITS[found[2]]: int(found[1])})
    if length > LONGEST:
        raise FaultError(f"{value!r} is longer than {LONGEST.days} days", "Write a shorter one.")
    return length


def written(value: object) -> str:
    """Return a value as `duration` or XML reads it again."""
    if not isinstance(value, timedelta):
        return str(value).lower() if isinstance(value, bool) else str(value)
    units = ((unit, timedelta(**{name: 1})) for unit, name in reversed(UNITS.items()))  # the longest first
    return next(f"{value // one}{unit}" for unit, one in units if not value % one)


def deadline(value: object) -> timedelta:
    """Read how long a cycle may take: in less than ten seconds it could send nothing, a day is no bound any more."""
    if not timedelta(seconds=10) <= (found := duration(value)) <= timedelta(days=1):
        raise FaultError(f"{value!r} is no time that a cycle can take", "Write 10s to 1d; 9m suits most.")
    return found


def seconds(value: object) -> float:
    """Read a duration in seconds."""
    return duration(value).total_seconds()


def days(value: object) -> int:
    """Read a number of days, a hundred years at most."""
    if (found := count(value)) > LONGEST.days:
        raise FaultError(f"{value!r} is more than {LONGEST.days} days", "Write fewer.")
    return found


def size(value: object) -> int:
    """Read "500KB" or "10MB", in bytes."""
    found = _written(value, SIZE, "is not a size", 'Write a number and KB, MB or GB, as in "10MB".')
    return int(found[1]) * SIZES[found[2]]


def clock(value: object) -> time:
    """Read a time of day, "22:00"."""
    found = _written(value, CLOCK, "is no time of day", 'Write "HH:MM", as in "22:00".')
    return time(int(found[1]), int(found[2]))


def variable(value: object) -> str:
    """Read the name of an environment variable; what is none may be a secret and is not shown."""
    mend = "Put the URL into an environment variable and its name here: secrets stay out of files."
    return _written(value, VARIABLE, "is not the name of an environment variable", mend, shown=False)[0]


def language(value: object) -> str:
    """Read a language's code, ISO 639."""
    from babel.localedata import exists  # start-up time

    reason, mend = f"{value!r} is no language code", 'Use that of ISO 639, as in "en", "ko" (not "kr") or "ja".'
    if not isinstance(value, str) or not re.fullmatch(LANGUAGE, value) or not exists(value):
        raise FaultError(reason, mend)
    return value


def digest(value: object) -> str:
    """Read days and a time, "Mon-Fri 08:00"."""
    try:
        digest_schedule(said := text(value))
    except ValueError as error:
        raise FaultError(str(error), 'Write days and a time, as in "Mon-Fri 08:00".') from None
    return said


def zone(value: object) -> str:
    """Read an IANA time zone name."""
    try:
        return ZoneInfo(text(value)).key
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise FaultError(f"{value!r} is no known time zone", 'Use an IANA name such as "Asia/Seoul".') from None


def day(value: object) -> date:
    """Read a date, 2025-06-25, without quotes."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise FaultError(f"{value!r} is no date", "Write 2025-06-25, without quotes.")
    return value


def address(value: object) -> str:
    """Read an absolute http or https URL without credentials."""
    url, mend = text(value), "Write the whole address, as in https://example.org/rss.xml."
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FaultError(f"{url!r} is a malformed URL ({error})", mend) from None
    if parts.scheme not in {"http", "https"} or not host or re.search(r"\s", url):
        raise FaultError(f"{url!r} is not an http or https URL", mend)
    if ":" not in host and re.search(r"(^|\.)[-.]|-(\.|$)", host):  # an empty label, a hyphen at an end of one
        raise FaultError(f"{host!r} is no host name", mend)
    if parts.username is not None or parts.password is not None:
        raise FaultError("the URL carries credentials", "Remove user:password@ from it.")
    return url


def folder(value: object) -> str:
    """Read the address of a folder of pages; it ends in "/" as it is kept."""
    if urlsplit(url := address(value)).query or "#" in url or url.endswith(".html"):
        raise FaultError(f"{url!r} is no folder's address", "Write it without page, query and fragment.")
    return url.rstrip("/") + "/"


def same_address(url: str) -> str:
    """Return what two spellings of one address have in common: host in lower case, no default port, no fragment."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.hostname}:{port}{parts.path or '/'}?{parts.query}"


def _written(value: object, pattern: str, reason: str, mend: str, *, shown: bool = True) -> re.Match[str]:
    found = re.fullmatch(pattern, value) if isinstance(value, str) else None
    if found is None:
        raise FaultError(f"{value!r} {reason}" if shown else reason, mend)
    return found
