"""Quiet hours and digest times over every daylight-saving change of three zones, 2025–2028."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.decide import bundle
from alerts.decide.quiet import digest_schedule, next_digest, quiet_until
from alerts.decide.rules import due_at, for_notices
from alerts.model import DeliveryState
from extractors.model import FeedNotice
from tests import builders
from tests.table import table

ZONES = ("Europe/Brussels", "America/New_York", "Asia/Seoul")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@cache
def _changes(zone: str) -> list[datetime]:
    """Every moment, to the hour, at which a zone's clocks are changed; some ordinary ones where there is none."""
    hours = [datetime(2025, 1, 1, tzinfo=UTC) + HOUR * step for step in range(24 * 365 * 4)]
    clocks = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours]
    found = [hour for hour, (a, b) in zip(hours[1:], pairwise(clocks), strict=True) if a != b]
    return found or [datetime(year, 3, 30, 1, tzinfo=UTC) for year in range(2025, 2029)]


WALLS = st.times(max_value=time(23, 59)).map(lambda wall: wall.replace(second=0, microsecond=0))


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, datetime]:
    zone = draw(st.sampled_from(ZONES))
    change = draw(st.sampled_from(_changes(zone)))
    return zone, change + timedelta(seconds=draw(st.integers(-36 * 3600, 36 * 3600)))


def _is_quiet(moment: datetime, zone: str, start: time, end: time) -> bool:
    wall = moment.astimezone(ZoneInfo(zone)).time()
    return (start <= wall < end) if start <= end else not (end <= wall < start)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(moments(), WALLS, WALLS, st.integers(1, 40))
def test_what_is_held_goes_out_once_after_it(where: tuple[str, datetime], start: time, end: time, every: int) -> None:
    zone, now = where
    channel = builders.channel(timezone=zone, quiet_from=start, quiet_to=end)
    notice = FeedNotice(feed="f", outlet="F", kind="unhealthy", since=now, detail="", key="")
    (alert,), (delivery,) = for_notices([notice], [channel], now=now)
    release = delivery.release_at
    assert release == quiet_until(channel, now) == due_at(channel, now)
    assert (delivery.state is DeliveryState.HELD) is _is_quiet(now, zone, start, end) is (release is not None)
    if release:
        assert now < release <= now + timedelta(hours=25, minutes=1)
        assert (release.second, release.microsecond) == (0, 0)
        assert not _is_quiet(release, zone, start, end)
        waited = range(1, int((release - now) / MINUTE))
        assert all(_is_quiet(release - MINUTE * step, zone, start, end) for step in waited)
    first = next(at for step in range(27 * 60) if (at := now + MINUTE * every * step) >= (release or now))
    planned = bundle.plan([(alert, delivery)], {"desk": channel}, now=first)
    assert [part[1].alert_id for message in planned for part in message.parts] == [alert.alert_id]


@table("text, days, wall")
def test_digest_times_are_read(text: str, days: set[int], wall: time) -> None:
    assert digest_schedule(text) == (frozenset(days), wall)


@table("text")
def test_what_is_no_digest_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="Mon"):
        digest_schedule(text)


@table("zone, at, now, digest")
def test_the_next_digest_by_hand(zone: str, at: str, now: str, digest: str) -> None:
    channel = builders.channel(mode="digest", timezone=zone, digest_at=at)
    assert next_digest(channel, datetime.fromisoformat(now)) == datetime.fromisoformat(digest)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(moments(), WALLS)
def test_there_is_one_digest_a_day_whatever_the_clocks_do(where: tuple[str, datetime], wall: time) -> None:
    zone, now = where
    channel = builders.channel(mode="digest", digest_at=f"daily {wall:%H:%M}", timezone=zone)
    days: list[date] = []
    for _ in range(4):
        digest = next_digest(channel, now)
        assert now <= digest <= now + timedelta(hours=25)
        days.append(digest.astimezone(ZoneInfo(zone)).date())
        now = digest + timedelta(seconds=1)
    assert all(b - a == timedelta(days=1) for a, b in pairwise(days))


def test_a_digest_that_falls_into_quiet_hours_waits_for_their_end() -> None:
    channel = builders.channel(mode="digest", digest_at="daily 06:00", quiet_from=time(22), quiet_to=time(7))
    assert due_at(channel, builders.NOW) == datetime(2025, 6, 26, 22, tzinfo=UTC)


def test_a_channel_without_quiet_hours_is_never_quiet() -> None:
    assert quiet_until(builders.channel(), datetime(2025, 1, 1, tzinfo=UTC)) is None
