"""Nouns to rows and back, many in one statement: list parameters and `unnest`, two hundred times faster than by row."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Final, TypeAlias, TypeVar

from warehouse.codec import decode, encode
from warehouse.connection import Connection, EngineError

T = TypeVar("T")
Given: TypeAlias = Callable[[T], object] | str | bool | datetime | None
BATCH: Final = 4_096  # rows a statement: the parameters of forty thousand items took a hundred megabytes


def append(con: Connection, table: str, nouns: Sequence[T], **given: Given[T]) -> None:
    """Append nouns (or mappings) as rows, each stamped with the number of the commit that brings it.

    A column holds what the noun has under its name, and `facts` all of it as JSON, where `given` says nothing else: a
    value for all, or what is made of each. `table` is a name of our own schema, never anything from outside.
    """
    if not nouns:
        return
    shape = con.execute(f"SELECT * EXCLUDE (seq) FROM main.{table} LIMIT 0").description or ()
    columns = {column[0]: _maker(column[0], given, nouns[0]) for column in shape}
    for start in range(0, len(nouns), BATCH):
        batch = nouns[start : start + BATCH]
        values = {name: _one_or_all([of(noun) for noun in batch]) for name, of in columns.items()}
        rows = ", ".join(f"unnest(${name})" if isinstance(one, list) else f"${name}" for name, one in values.items())
        question = f"INSERT INTO main.{table} ({', '.join(columns)}, seq) SELECT {rows}, (SELECT seq FROM main.mark)"
        question += f" FROM range({len(batch)})" if "unnest" not in rows else ""
        try:
            con.execute(question, values)
        except EngineError as error:
            if "surrogate" not in str(error):  # told before anything ran: nothing that a feed sends stops a cycle
                raise
            con.execute(question, {name: _storable(column) for name, column in values.items()})


def _one_or_all(column: list[object]) -> object:
    """Return the one value of a column in which all are equal: handing over a list costs most of what writing does."""
    first = column[0]
    same = not isinstance(first, (list, tuple, dict)) and column.count(first) == len(column)
    return first if same else column


def whole(con: Connection, kind: type[T], question: str, parameters: Mapping[str, object] | None = None) -> list[T]:
    """Return the nouns whose `facts` a question answers."""
    return [decode(kind, facts) for (facts,) in con.execute(question, parameters or {}).fetchall()]


def key_of(item_id: str) -> int:
    """Return an item's id of 16 hex digits as the signed key. Raises ValueError for anything else."""
    key = int(item_id, 16)
    return key - (1 << 64) if key >> 63 else key


def parts_of(item_id: str) -> tuple[int, int]:
    """Return a report's id ("…" or, of an item's further acts, "….1") as the item's key and the act's number."""
    key, _, number = item_id.partition(".")
    return key_of(key), int(number or 0)


def id_of(key: int) -> str:
    """Return a signed key as the item's id of 16 hex digits."""
    return f"{key & 0xFFFFFFFFFFFFFFFF:016x}"


def _maker(name: str, given: Mapping[str, Given[T]], first: T) -> Callable[[T], object]:
    if name in given:
        said = given[name]
        return said if callable(said) else lambda _: said
    if name == "facts":
        return encode
    return itemgetter(name) if isinstance(first, Mapping) else attrgetter(name)  # type: ignore[return-value]  # as `first`


def _storable(value: object) -> object:
    """Replace lone surrogates, which DuckDB refuses."""
    if isinstance(value, (list, tuple)):
        return [_storable(one) for one in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
