"""Dates as feeds write them, read by ourselves: feedparser drops zone names and times of day.

A date without a zone is in the feed's own, a date without a time is midnight there.
"""

import re
import tomllib
from contextlib import suppress
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from html import unescape
from pathlib import Path
from unicodedata import normalize
from zoneinfo import ZoneInfo

FUTURE = timedelta(minutes=10)  # a publisher's clock may be ahead by this much
ANCIENT = 1995  # before this year nobody published by feed
MAX_RAW = 100  # characters; no form is longer

# Seconds since 1970, or their thousandths, millionths …; bare or as .NET has them: /Date(1750813200000+0900)/
_EPOCH = re.compile(r"(?:/?date\()?(\d{10})(?:(?:\d{3}){0,3}|\.\d+)(?:[+-]\d{4})?(?:\)/?)?", re.IGNORECASE)
_KNOWN = tomllib.loads(Path(__file__).with_name("stamps.toml").read_text("utf-8"))
_HOURS = {name: float(hours) for hours, names in _KNOWN["zones"].items() for name in names.split()}
_WRITTEN = [(re.compile(form), plain) for form, plain in _KNOWN["written"]]
_ERAS = _KNOWN["eras"]
_MONTHS = [(name, n) for n, names in enumerate(_KNOWN["months"], 1) for name in names.split()]
# Years by their era: 令和8年6月25日 · R8.6.25 · 民國114年
_ERA = re.compile(rf"\b({'|'.join(_ERAS)})\.?\s?(元|\d{{1,3}})\s?[年./-]\s?(?=\d)")
_BUDDHIST = 543  # years that the calendar of Thailand is ahead


def _forms(kind: str) -> list[re.Pattern[str]]:
    """Return the forms of a kind, the parts that they name put in."""
    forms = "\n".join(_KNOWN["forms"][kind])
    for name, part in _KNOWN["parts"].items():
        forms = forms.replace(f"%{name}%", part)
    return [re.compile(form) for form in forms.splitlines()]


_NUMBERED, _NAMED = _forms("numbered"), _forms("named")
_WEEKDAY = re.compile(r"^[^\W\d]+\s*[.:]?(?:,\s*|\s+)")  # or any other word before the day


def read(raw: str, *, zone: str, now: datetime) -> tuple[datetime | None, str]:
    """Read a date as a feed wrote it; `zone` (IANA) is the feed's own.

    Returns the time by its outlet's clock and "": its offset is the stamp's, else the feed zone's; UTC and GMT, which
    servers write wherever they stand, say nothing of that clock. What lies more than ten minutes after `now` counts as
    `now`, flagged "future". Without a time: None and why, "missing", "unreadable" or "ancient" (before 1995).
    """
    text = " ".join(normalize("NFKC", unescape(raw[: 2 * MAX_RAW])).split())
    if not text:
        return None, "missing"
    try:
        when = _read(text, zone, now) if len(text) <= MAX_RAW else None
        late = when is not None and when > now + FUTURE
        ancient = when is not None and when.year < ANCIENT
    except (ValueError, KeyError, OverflowError, OSError):  # no such month, day, time or zone
        return None, "unreadable"
    if when is None or ancient:
        return None, "ancient" if ancient else "unreadable"
    return (now.astimezone(when.tzinfo), "future") if late else (when, "")


@lru_cache(maxsize=4096)  # an outlet's section feeds bring the same ones
def _read(text: str, zone: str, now: datetime) -> datetime | None:
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(epoch[1]), ZoneInfo(zone))
    text = _ERA.sub(lambda era: f"{_ERAS[era[1]] + int(era[2].replace('元', '1'))}-", text.lower())
    plain = text
    for form, meant in _WRITTEN if not (found := _matched(text)) else ():
        plain = form.sub(meant, plain)
    found = found or _matched(" ".join(plain.split()))
    parts = {name: value for name, value in found.groupdict().items() if value} if found else {}
    if "first" in parts:
        return _turned(parts, zone, now)
    if parts:
        return _build(parts, zone)
    with suppress(ValueError):  # the rest of ISO 8601: weeks, and a packed time behind a day that is not
        local, own = datetime.fromisoformat(text.upper()), ZoneInfo(zone)
        return local if local.utcoffset() else local.replace(tzinfo=local.tzinfo or own).astimezone(own)
    return None


def _matched(text: str) -> re.Match[str] | None:
    written = (text, _WEEKDAY.sub("", text, 1))
    tried = ((form, one) for one in written for form in (_NUMBERED if one[:1].isdigit() else _NAMED))
    return next((found for form, one in tried if (found := form.fullmatch(one))), None)


def _turned(parts: dict[str, str], zone: str, now: datetime) -> datetime:
    """Read a year of two digits in front or behind: in front in Asia, elsewhere whichever lies nearer before now."""
    first, last = parts.pop("first"), parts.pop("last")
    found = list[datetime]()
    for year, day in ((first, last), (last, first)):
        with suppress(ValueError):
            found.append(_build({**parts, "year": year, "day": day}, zone))
    if not found:
        raise ValueError("no day")
    past = [one for one in found if one <= now + FUTURE]
    return found[0] if zone.startswith("Asia/") else max(past, default=min(found))


def _build(parts: dict[str, str], zone: str) -> datetime:
    year, month, number = int(parts["year"]), parts["month"], int(parts.get("day", 1))
    if len(parts["year"]) == 2:  # noqa: PLR2004 - two digits, as POSIX's %y has them
        year += 2000 if year < 69 else 1900  # noqa: PLR2004 - POSIX again
    if year > 2400:  # noqa: PLR2004 - no other calendar has come so far
        year -= _BUDDHIST
    hour, minute, second = (int(parts.get(name, 0)) for name in ("hour", "minute", "second"))
    half = parts.get("half", parts.get("after", ""))
    if half and hour <= 12:  # noqa: PLR2004 - 오후 15:05 is written too
        hour = hour % 12 + (12 if half == "pm" else 0)
    # 24:00:00 and the leap second :60 are the next day and the next minute.
    if hour > 24 or minute > 59 or second > 60:  # noqa: PLR2004 - the clock
        raise ValueError("no time of day")
    american = parts.get("sign") in {"/", "-"} and zone.startswith("America/")
    turned = "sign" in parts and (int(month) > 12 or (number <= 12 and american))  # noqa: PLR2004 - months
    month, number = (str(number), int(month)) if turned else (month, number)
    day = datetime(year, int(month) if month.isdigit() else _month(month), number)  # noqa: DTZ001 - the zone follows
    local = day + timedelta(hours=hour, minutes=minute, seconds=second)
    when = local.replace(tzinfo=_zone(parts.get("zone", ""), local, zone))
    return when if when.utcoffset() else when.astimezone(ZoneInfo(zone))


def _month(word: str) -> int:
    fits = [(len(name), n) for name, n in _MONTHS if word.startswith(name)]
    return max(fits, default=(0, 0))[1]  # no month: ValueError


def _zone(text: str, local: datetime, feed_zone: str) -> tzinfo:
    if text[-1:].isdigit():
        digits = re.sub(r"\D", "", text)
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")  # noqa: PLR2004 - hhmm
        return timezone(timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if "-" in text else 1))
    own = ZoneInfo(feed_zone)
    if text in {"", "uhr"} or text.upper() == local.replace(tzinfo=own).tzname():
        return own
    return ZoneInfo(text.title()) if "/" in text else timezone(timedelta(hours=_HOURS[text]))
