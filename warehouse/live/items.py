"""Items and identities: what was seen, compared by 64-bit fingerprints without an index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from extractors.model import Item
from extractors.story import Mention, Rejection
from warehouse.connection import Connection
from warehouse.live.bulk import append, id_of, key_of
from warehouse.sql import tables

RECENT: Final = 2_000  # commits, about two weeks of them: a poll's items are nearly always among those
BATCH: Final = 5_000  # items decoded at a time, for memory

_ASK: Final = tables("live")["items"]
_RECENT: Final = _ASK["recent"].format(commits=RECENT, known=_ASK["known"])
_COLUMNS: Final = tuple(one.name for one in fields(Item) if one.name != "guid")
# Of items older than `utc_offset` only the language was known, and Korea's clock is ahead.
_NAMES: Final = ", ".join(_COLUMNS).replace("utc_offset", "coalesce(utc_offset, if(language IN ('ko', 'ja'), 540, 0))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of an item that a poll brought again."""

    feed: str  # the one that brought it first
    contents: frozenset[int]
    revision: int  # the last one
    first_seen_at: datetime
    origin: str


def known(con: Connection, keys: Sequence[int]) -> dict[int, Seen]:
    """Return what is known of these keys; unseen ones are missing.

    The latest commits are asked first; only what did not begin there needs the scan of all identities.
    """
    recent = _known(con, _RECENT, keys)
    return recent | _known(con, _ASK["known"], sorted(set(keys) - recent.keys()))


def _known(con: Connection, question: str, keys: Sequence[int]) -> dict[int, Seen]:
    if not keys:
        return {}
    return {
        key: Seen(feed=feed, contents=frozenset(texts), revision=revision, first_seen_at=first, origin=id_of(origin))
        for key, texts, revision, feed, first, origin in con.execute(question, [list(keys)]).fetchall()
    }


def latest(con: Connection, keys: Sequence[int]) -> dict[int, Item]:
    """Return the last revision of each of these, as far as the live file still holds it."""
    found = con.execute(_ASK["latest"].format(columns=_NAMES), [list(keys)]).fetchall()
    return {item.key: item for item in map(_item, found)}


def origins(con: Connection, contents: Sequence[int]) -> dict[int, str]:
    """Return, for each of these texts that was seen before, the id of the first item that had it."""
    question = "SELECT content, arg_min(key, seq) FROM seen WHERE content IN (SELECT unnest($1::BIGINT[])) GROUP BY 1"
    return {content: id_of(key) for content, key in con.execute(question, [list(contents)]).fetchall()}


def insert(con: Connection, decided: Sequence[tuple[Item, Mention | Rejection]], *, now: datetime) -> None:
    """Append what was unseen until `now`, items and revisions, each with why it is relevant or not."""
    append(con, "seen", [item for item, _ in decided], origin=lambda one: key_of(one.origin) if one.origin else one.key)
    why = {(item.key, item.revision): says.reason for item, says in decided}
    for table, kind in (("items_relevant", Mention), ("items_other", Rejection)):
        nouns = [item for item, says in decided if isinstance(says, kind)]
        append(
            con,
            table,
            nouns,
            origin=lambda one: one.origin or one.item_id,
            reason=lambda one: why[one.key, one.revision],
            seen_at=lambda one: now if one.revision else one.first_seen_at,
        )


def stored(con: Connection, *, since: datetime, source: str = "items") -> Iterator[Item]:
    """Yield the items of a source seen since then, revisions as they came, oldest first, for a replay."""
    question = f"SELECT {_NAMES} FROM {source} WHERE seen_at >= $1 ORDER BY seq, seen_at, key, revision"
    cursor = con.execute(question, [since])
    while found := cursor.fetchmany(BATCH):
        yield from map(_item, found)


def count(con: Connection, *, since: datetime, source: str) -> int:
    """Return how many items `stored` yields."""
    [(found,)] = con.execute(f"SELECT count(*) FROM {source} WHERE seen_at >= $1", [since]).fetchall()
    return int(found)


def _item(row: Sequence[object]) -> Item:
    return Item(**dict(zip(_COLUMNS, row, strict=True)))  # type: ignore[arg-type]  # the columns are the fields
