"""What commands share: how what is typed is read, and how a command refuses."""

from collections.abc import Callable
from contextlib import suppress
from datetime import MAXYEAR, UTC, datetime
from pathlib import Path
from typing import Final

from flows.configure.values import duration, language

EPOCH: Final = 1970  # the first year of a clock: what looks back from it finds a date, too


class Refused(Exception):
    """What was asked for cannot be done: the reason, for standard error; exit code 1."""


def instant(value: str) -> datetime:
    """Read a cycle's clock. Raises ValueError for what has no offset, or is out of range."""
    moment = datetime.fromisoformat(value)
    with suppress(OverflowError):
        if moment.tzinfo and EPOCH <= moment.year < MAXYEAR:
            return moment.astimezone(UTC)
    raise ValueError(value)


def day(value: str) -> datetime:
    """Read a day: the instant at which it begins in UTC. Raises ValueError, also where no day follows it."""
    moment = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    if moment.year == MAXYEAR:
        raise ValueError(value)
    return moment


def pair(value: str) -> tuple[str, str]:
    """Read k=v. Raises ValueError without "="."""
    key, held = value.split("=", 1)
    return key, held


READERS: Final[dict[str, Callable[[str], object]]] = {
    "path": Path,
    "moment with its offset (2025-06-26T09:00:00+09:00)": instant,
    "day (2025-06-26)": day,
    "duration (30s, 10m, 2h)": duration,
    "number of a shard (0)": int,
    "k=v": pair,
    "language (ISO 639, as in en or ko)": language,
}
"""By what commands.toml calls them, and a refusal after it."""


def used(home: Path) -> Path:
    """Return a home that somebody watched in. Raises Refused for a mistyped one, which is not made."""
    from warehouse.connection import LIVE, PUBLISHED

    if not (home / LIVE).exists() and not (home / PUBLISHED).exists():
        raise Refused(f"{home} is no home of a watch: the first `konato run` makes one. Is --home right?")
    return home
