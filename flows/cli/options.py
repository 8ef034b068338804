"""What commands share: how what is typed is read (by name in commands.toml), and how a command refuses."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final


class Refused(Exception):
    """What was asked for cannot be done: the reason, for standard error; exit code 1."""


@contextmanager
def _read(value: str, wanted: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"{value!r} is no {wanted}") from None


def instant(value: str) -> datetime:
    """Read a cycle's clock: ISO 8601 with an offset."""
    with _read(value, "moment with its offset from UTC; write 2025-06-26T09:00:00+09:00"):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.astimezone(UTC)


def day(value: str) -> datetime:
    """Read a day: the instant at which it begins in UTC."""
    with _read(value, "day; write 2025-06-26"):
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)


def last_day(value: str) -> datetime:
    """Read a last day: the instant after which it is over in UTC."""
    with _read(value, "day; write 2025-06-26"):
        return day(value) + timedelta(days=1)


def duration(value: str) -> timedelta:
    """Read a duration as the configuration writes it."""
    from flows.configure.values import duration as read

    with _read(value, "duration; write 30s, 10m, 2h or 1d"):
        return read(value)


def pair(value: str) -> tuple[str, str]:
    """Read k=v."""
    key, equals, held = value.partition("=")
    if not equals:
        raise ArgumentTypeError(f"{value!r} is not k=v")
    return key, held


READERS: Final[tuple[type | Callable[[str], object], ...]] = (Path, instant, day, last_day, duration, pair)
"""What commands.toml names as `type`."""


def used(home: Path) -> Path:
    """Return a home that somebody watched in. Raises Refused for a mistyped one, which is not made."""
    from warehouse.connection import LIVE, PUBLISHED

    if not (home / LIVE).exists() and not (home / PUBLISHED).exists():
        raise Refused(f"{home} is no home of a watch: the first `konato run` makes one. Is --home right?")
    return home
