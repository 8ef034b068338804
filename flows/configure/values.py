"""How single values of a configuration are written: durations, sizes, zones, times of day, dates, addresses."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from extractors.tables import FaultError, count, text

UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LONGEST: Final = timedelta(days=36_500)
SIZES: Final = {"KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


def duration(value: object) -> timedelta:
    """Read "30s", "10m", "48h" or "7d", a hundred years at most: no clock is reckoned past the first year of all."""
    match = re.fullmatch(r"(\d{1,6})\s*([smhd])", value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise FaultError(f"{value!r} is not a duration", 'Write a number and s, m, h or d, as in "10m".')
    found = timedelta(**{UNITS[match[2]]: int(match[1])})
    if found > LONGEST:
        raise FaultError(f"{value!r} is longer than {LONGEST.days} days", "Write a shorter one.")
    return found


def days(value: object) -> int:
    """Read a number of days, a hundred years at most."""
    found = count(value)
    if found > LONGEST.days:
        raise FaultError(f"{value!r} is more than {LONGEST.days} days", "Write fewer.")
    return found


def size(value: object) -> int:
    """Read "500KB", "10MB" or a number of bytes."""
    match = re.fullmatch(r"(\d{1,9})\s*(KB|MB|GB)", value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise FaultError(f"{value!r} is not a size", 'Write a number and KB, MB or GB, as in "10MB".')
    return int(match[1]) * SIZES[match[2]]


def zone(value: object) -> str:
    """Read an IANA time zone name."""
    name = text(value)
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise FaultError(f"{name!r} is no known time zone", 'Use an IANA name such as "Asia/Seoul".') from None
    return name


def clock(value: object) -> time:
    """Read a time of day, "22:00"."""
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if match is None:
        raise FaultError(f"{value!r} is no time of day", 'Write "HH:MM", as in "22:00".')
    return time(int(match[1]), int(match[2]))


def day(value: object) -> date:
    """Read a date, 2025-06-25, without quotes."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise FaultError(f"{value!r} is no date", "Write 2025-06-25, without quotes.")
    return value


def address(value: object) -> str:
    """Read an absolute http or https URL without credentials."""
    url = text(value)
    mend = "Write the whole address, as in https://example.org/rss.xml."
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FaultError(f"{url!r} is a malformed URL ({error})", mend) from None
    if parts.scheme not in {"http", "https"} or not host or re.search(r"\s", url):
        raise FaultError(f"{url!r} is not an http or https URL", mend)
    if ":" not in host and any(
        not label or label[0] == "-" or label[-1] == "-" for label in host.rstrip(".").split(".")
    ):
        raise FaultError(f"{host!r} is no host name", mend)
    if parts.username is not None or parts.password is not None:
        raise FaultError("the URL carries credentials", "Remove user:password@ from it.")
    return url


def same_address(url: str) -> str:
    """Return what two spellings of one address have in common: host in lower case, no default port, no fragment."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.hostname}:{port}{parts.path or '/'}?{parts.query}"
