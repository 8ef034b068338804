"""One TOML table read key by key: every fault names file, table, key, reason and mend."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from extractors.model import ConfigError

T = TypeVar("T")
Reader = Callable[[object], T]

UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SIZES: Final = {"KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


class FaultError(ValueError):
    """A value that cannot be used: what is wrong, and how to mend it."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason, self.mend = reason, mend


class Table:
    """A TOML table whose keys are taken one by one; what is left over at the end is unknown."""

    def __init__(self, *, file: str, name: str, data: object) -> None:
        self.file, self.name = file, name
        if not isinstance(data, dict):
            raise self.error("", "is not a table", f"Write it as [{name}] or [[{name}]] with keys below it.")
        self._left: dict[str, object] = dict(data)
        self._known: list[str] = []

    def error(self, key: str, reason: str, mend: str) -> ConfigError:
        """Return the error to raise about `key` of this table."""
        return ConfigError(file=self.file, table=self.name, key=key, reason=reason, mend=mend)

    def need(self, key: str, read: Reader[T]) -> T:
        """Take a required key."""
        if key not in self._left:
            raise self.error(key, "is missing", f"Add a line `{key} = …`.")
        return self._take(key, read)

    def get(self, key: str, read: Reader[T], default: T) -> T:
        """Take an optional key."""
        if key not in self._left:
            self._known.append(key)
            return default
        return self._take(key, read)

    def _take(self, key: str, read: Reader[T]) -> T:
        self._known.append(key)
        try:
            return read(self._left.pop(key))
        except FaultError as fault:
            raise self.error(key, fault.reason, fault.mend) from None

    def done(self) -> None:
        """Refuse whatever nobody asked for.

        Raises:
            ConfigError: a key is unknown.
        """
        for key in self._left:
            raise self.error(key, "is an unknown key", f"Known here: {', '.join(sorted(self._known))}.")


def load(path: Path) -> dict[str, object]:
    """Read a TOML file.

    Raises:
        ConfigError: it cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            file=str(path),
            reason=f"cannot be read ({error.strerror})",
            mend="Create it, or name another directory with --config.",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(file=str(path), reason=f"is not TOML: {error}", mend="Mend that line.") from None


def array(path: Path, name: str, *, others: tuple[str, ...] = ()) -> list[Table]:
    """Read a file that holds one array of tables, `[[name]]`; any other top-level key is refused."""
    data = load(path)
    for key in data:
        if key not in {name, *others}:
            raise ConfigError(
                file=str(path), table=key, reason="is unknown here", mend=f"This file holds [[{name}]] tables."
            )
    rows = data.get(name, [])
    if not isinstance(rows, list):
        raise ConfigError(file=str(path), table=name, reason="is one table", mend=f"Write [[{name}]], twice bracketed.")
    return [
        Table(file=str(path), name=f"{name}[{row.get('name', i) if isinstance(row, dict) else i}]", data=row)
        for i, row in enumerate(rows, start=1)
    ]


def text(value: object) -> str:
    """Read a non-empty string without control characters."""
    if not isinstance(value, str) or not value.strip():
        raise FaultError("is not a non-empty string", 'Write it in quotes: "…".')
    if any(ord(char) < ord(" ") for char in value):
        raise FaultError("holds a control character", "Remove it.")
    return value.strip()


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise FaultError(f"{value!r} is neither true nor false", "Write true or false, without quotes.")
    return value


def count(value: object) -> int:
    """Read a whole number of one or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise FaultError(f"{value!r} is not a whole number of 1 or more", "Write it without quotes.")
    return value


def duration(value: object) -> timedelta:
    """Read "30s", "10m", "48h" or "7d"."""
    match = re.fullmatch(r"(\d{1,6})\s*([smhd])", value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise FaultError(f"{value!r} is not a duration", 'Write a number and s, m, h or d, as in "10m".')
    return timedelta(**{UNITS[match[2]]: int(match[1])})


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
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        raise FaultError(f"{name!r} is no time zone", 'Use an IANA name such as "Asia/Seoul".') from None
    except KeyError:
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
    if not isinstance(value, date):
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


def choice(*allowed: str) -> Reader[str]:
    """Make a reader of one of `allowed`."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise FaultError(f"{value!r} is an unknown value", f"Choose one of: {', '.join(allowed)}.")
        return value

    return read


def choices(allowed: Iterable[str] | None = None) -> Reader[tuple[str, ...]]:
    """Make a reader of a list of strings, each one of `allowed` where that is given, none twice."""
    one: Reader[str] = text if allowed is None else choice(*map(str, allowed))

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise FaultError(f"{value!r} is not a list", 'Write ["one", "two"].')
        values = tuple(one(entry) for entry in value)
        if len(set(values)) != len(values):
            raise FaultError("names a value twice", "Remove the second one.")
        return values

    return read


def refuse_duplicates(tables: list[Table], names: list[str], key: str, fold: Mapping[str, str] | None = None) -> None:
    """Refuse two tables with the same value of `key`."""
    seen: set[str] = set()
    for table, name in zip(tables, names, strict=True):
        folded = (fold or {}).get(name, name)
        if folded in seen:
            raise table.error(key, f"{name!r} is a duplicate", "Give each table its own.")
        seen.add(folded)
