"""Quiet hours and digest times: when a channel may next be spoken to, in its own time zone.

Both walk real minutes and ask the zone what its clocks show, so every daylight-saving change comes
out right without a case of its own: an hour that is skipped or repeated is skipped or repeated here.
"""

import re
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from alerts.model import Channel

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTE = timedelta(minutes=1)
_DIGEST = re.compile(r"(?P<days>[A-Za-z,\s-]+?)\s+(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)")


@lru_cache(maxsize=64)
def digest_schedule(text: str) -> tuple[frozenset[int], time]:
    """Read "Mon-Fri 08:00", "daily 08:00" or "Mon,Wed-Thu 07:30": weekdays (Monday is 0) and wall time.

    Raises ValueError for a text that is none of these; the message says what would be.
    """
    match = _DIGEST.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'{text!r} is no digest time: write "Mon-Fri 08:00", "daily 08:00" or "Mon,Wed 07:30"')
    days = match["days"].lower().replace("daily", "mon-sun")
    return frozenset().union(*map(_span, days.split(","))), time(int(match["hour"]), int(match["minute"]))


def _span(text: str) -> set[int]:
    """Weekdays of "mon" or "fri-mon" (which passes the week's end)."""
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not {first, last if dash else first} <= set(_DAYS):
        raise ValueError(f"{text.strip()!r} is no weekday: write Mon, Tue, Wed, Thu, Fri, Sat, Sun, Mon-Fri, or daily")
    start = _DAYS.index(first)
    length = (_DAYS.index(last) - start) % 7 if dash else 0
    return {(start + step) % 7 for step in range(length + 1)}


def next_digest(channel: Channel, now: datetime) -> datetime:
    """First digest time at or after `now`, UTC; a wall time that is skipped that day means the minute after the gap."""
    days, wall = digest_schedule(channel.digest_at)
    zone = ZoneInfo(channel.timezone)
    today = now.astimezone(zone).date()
    walls = (datetime.combine(today + timedelta(days=ahead), wall) for ahead in range(9))
    return next(at for on in walls if on.weekday() in days and (at := _instant(on, zone)) >= now)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Earliest real minute, UTC, at which clocks of `zone` show `wall` or have just jumped over it."""
    moment = min(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    while moment.astimezone(zone).replace(tzinfo=None) < wall:
        moment += _MINUTE
    return moment


def quiet_until(channel: Channel, now: datetime) -> datetime | None:
    """First allowed minute, UTC, when `now` falls into the channel's quiet hours; None when it does not."""
    if channel.quiet_from is None or channel.quiet_to is None:
        return None
    until = _allowed(channel.timezone, channel.quiet_from, channel.quiet_to, now.astimezone(UTC))
    return until if until > now else None


@lru_cache(maxsize=64)
def _allowed(zone_name: str, start: time, end: time, moment: datetime) -> datetime:
    """The moment itself when it lies outside [start, end), which may span midnight, else the first minute that does."""
    zone = ZoneInfo(zone_name)
    while True:
        wall = moment.astimezone(zone).time()
        if not (start <= wall < end if start <= end else wall >= start or wall < end):
            return moment
        moment = moment.replace(second=0, microsecond=0) + _MINUTE
