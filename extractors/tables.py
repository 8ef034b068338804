"""TOML read table by table, key by key: every fault names file, table, key, reason and mend.

The one validator of all that an operator writes: feeds, channels, service, history, and the lexicon's words.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar

from extractors.model import ConfigError

T = TypeVar("T")
Reader = Callable[[object], T]
Keys: TypeAlias = Mapping[str, "Reader[object] | Keys"]
"""What a table may hold: a reader a key; keys of their own stand for an inner table."""


class FaultError(ValueError):
    """A value that cannot be used: what is wrong, and how to mend it."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason, self.mend = reason, mend


class Table:
    """A TOML table whose keys are read, each by its reader; any other key is unknown.

    The first fault is raised; with a list of `faults` they are noted there instead, and the reading goes on with what
    stands in for the faulty value.
    """

    def __init__(self, *, file: str, name: str, data: object, faults: list[ConfigError] | None = None) -> None:
        self.file, self.name, self._faults = file, name, faults
        if not isinstance(data, dict):
            raise self.error("", "is not a table", f"Write it as [{name}] or [[{name}]] with keys below it.")
        self._data: dict[str, object] = data

    def error(self, key: str, reason: str, mend: str) -> ConfigError:
        """Return the error to raise about `key` of this table."""
        return ConfigError(file=self.file, table=self.name or key, key=self.name and key, reason=reason, mend=mend)

    def refuse(self, key: str, reason: str, mend: str) -> None:
        """Note a fault of this table. Raises ConfigError where nobody collects faults."""
        if self._faults is None:
            raise self.error(key, reason, mend)
        self._faults.append(self.error(key, reason, mend))

    def read(self, keys: Keys, needed: Mapping[str, object] | None = None) -> dict[str, object]:
        """Take what is given of `keys`, and each that is `needed`, with what stands in for it; refuse all others."""
        found = dict(needed or {})
        for key, read in keys.items():
            if not callable(read):
                name, data = f"{self.name}.{key}".strip("."), self._data.get(key, {})
                found[key] = Table(file=self.file, name=name, data=data, faults=self._faults).read(read)
            elif key in self._data:
                try:
                    found[key] = read(self._data[key])
                except FaultError as fault:
                    self.refuse(key, fault.reason, fault.mend)
            elif key in found:
                self.refuse(key, "is missing", f"Add a line `{key} = …`.")
        for key in [key for key in self._data if key not in keys]:
            self.refuse(key, "is an unknown key", f"Known here: {', '.join(sorted(keys))}.")
        return found


def tried(read: Callable[[], T], faults: list[ConfigError]) -> T | None:
    """Read one thing, and note the fault that ends it, so that the next is still looked through."""
    try:
        return read()
    except ConfigError as fault:
        faults.append(fault)
    return None


def together(faults: Sequence[ConfigError]) -> ConfigError:
    """Return the error to raise about several faults: the first, with the others in it."""
    faults[0].others = tuple(faults[1:])
    return faults[0]


def contents(path: Path) -> bytes:
    """Read a file's bytes. Raises ConfigError where it cannot be read, or is a pipe that nobody may ever write to."""
    mend = "Create it, or name another directory with --config."
    if path.is_fifo():
        raise ConfigError(file=str(path), reason="is a pipe and no file", mend=mend)
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(file=str(path), reason=f"cannot be read ({error.strerror})", mend=mend) from None


def parse(path: Path, raw: bytes) -> dict[str, object]:
    """Read bytes of the file `path` as TOML, with or without a byte order mark. Raises ConfigError for other bytes."""
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError
        raise ConfigError(file=str(path), reason=f"is not TOML: {error}", mend="Mend that line.") from None


def array(path: Path, name: str, faults: list[ConfigError] | None = None) -> list[Table]:
    """Read a file that holds one array of tables, `[[name]]`; any other top-level key is refused."""
    data = parse(path, contents(path))
    if unknown := [key for key in data if key != name]:
        mend = f"This file holds [[{name}]] tables."
        raise ConfigError(file=str(path), table=unknown[0], reason="is unknown here", mend=mend)
    rows = data.get(name, [])
    if not isinstance(rows, list):
        raise ConfigError(file=str(path), table=name, reason="is one table", mend=f"Write [[{name}]], twice bracketed.")
    names = [row.get("name", i) if isinstance(row, dict) else i for i, row in enumerate(rows, start=1)]
    return [
        Table(file=str(path), name=f"{name}[{label}]", data=row, faults=faults)
        for label, row in zip(names, rows, strict=True)
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
    if type(value) is not int or value < 1:
        raise FaultError(f"{value!r} is not a whole number of 1 or more", "Write it without quotes.")
    return value


def share(value: object) -> float:
    """Read a number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise FaultError(f"{value!r} is no number from 0 to 1", "Write one, without quotes.")
    return float(value)


def choice(*allowed: str) -> Reader[str]:
    """Make a reader of one of `allowed`."""
    return partial(one_of, allowed)


def choices(allowed: Iterable[str] | None = None) -> Reader[tuple[str, ...]]:
    """Make a reader of a list of strings, each one of `allowed` where that is given, none twice."""
    return partial(list_of, text if allowed is None else choice(*allowed))


def one_of(allowed: Sequence[str], value: object) -> str:
    """Read one of `allowed`, an enumeration's own member."""
    if not isinstance(value, str) or value not in allowed:
        raise FaultError(f"{value!r} is an unknown value", f"Choose one of: {', '.join(allowed)}.")
    return allowed[allowed.index(value)]


def list_of(one: Reader[str], value: object) -> tuple[str, ...]:
    """Read a list, each entry by `one`, none twice."""
    if not isinstance(value, list):
        raise FaultError(f"{value!r} is not a list", 'Write ["one", "two"].')
    values = tuple(one(entry) for entry in value)
    if len(set(values)) != len(values):
        raise FaultError("names a value twice", "Remove the second one.")
    return values


def refuse_duplicates(tables: list[Table], key: str, values: list[str], spellings: list[str] | None = None) -> None:
    """Refuse two tables with the same value of `key`, or the same spelling of it; what is "" has its own fault."""
    seen: set[str] = set()
    for table, value, spelling in zip(tables, values, spellings or values, strict=True):
        if value and spelling in seen:
            table.refuse(key, f"{value!r} is a duplicate", "Give each table its own.")
        seen.add(spelling)
