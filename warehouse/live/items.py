"""Items and identities: what was seen, compared by 64-bit fingerprints without an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from extractors.model import Item
from extractors.story import Mention, Rejection
from warehouse.connection import Connection
from warehouse.live.bulk import append, id_of, key_of

RECENT: Final = 2_000  # commits, about two weeks of them: a poll's items are nearly always among those
BATCH: Final = 5_000  # items decoded at a time, for memory

_ALL: Final = """
    SELECT key, list(content), max(revision), arg_min(feed, revision), arg_min(first_seen_at, revision),
        arg_max(origin, revision)
    FROM seen WHERE key IN (SELECT unnest($1)) GROUP BY key
"""
_RECENT: Final = f"""
    WITH seen AS (FROM main.seen WHERE seq > (SELECT seq FROM mark) - {RECENT}) {_ALL} HAVING min(revision) = 0
"""
_COLUMNS: Final = (
    "key", "content", "revision", "outlet", "feed", "language", "url", "title", "summary", "text", "published_at",
    "published_raw", "date_flag", "first_seen_at", "origin", "baseline", "utc_offset",
)  # fmt: skip


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
    return recent | _known(con, _ALL, sorted(set(keys) - recent.keys()))


def _known(con: Connection, question: str, keys: Sequence[int]) -> dict[int, Seen]:
    if not keys:
        return {}
    return {
        key: Seen(feed=feed, contents=frozenset(texts), revision=revision, first_seen_at=first, origin=id_of(origin))
        for key, texts, revision, feed, first, origin in con.execute(question, [list(keys)]).fetchall()
    }


def latest(con: Connection, keys: Sequence[int]) -> dict[int, Item]:
    """Return the last revision of each of these, as far as the live file still holds it."""
    found = con.execute(
        f"SELECT {_names()} FROM items WHERE key IN (SELECT unnest($1))"
        " QUALIFY row_number() OVER (PARTITION BY key ORDER BY revision DESC, seq DESC) = 1",
        [list(keys)],
    ).fetchall()
    return {row[0]: Item(**dict(zip(_COLUMNS, row, strict=True))) for row in found}


def origins(con: Connection, contents: Sequence[int]) -> dict[int, str]:
    """Return, for each of these texts that was seen before, the id of the first item that had it."""
    if not contents:
        return {}
    answer = con.execute(
        "SELECT content, arg_min(key, seq) FROM seen WHERE content IN (SELECT unnest($1)) GROUP BY content",
        [list(contents)],
    ).fetchall()
    return {content: id_of(key) for content, key in answer}


def insert(
    con: Connection, decided: Sequence[tuple[Item, Mention | Rejection]], *, now: datetime | None = None
) -> None:
    """Append unseen items and revisions, each with why it is relevant or not.

    `now` is when they were seen; without it new items say so themselves, and a revision takes the transaction's poll.
    """
    when = now or _polled_at(con)
    for start in range(0, len(decided), BATCH):
        batch = decided[start : start + BATCH]
        append(con, "seen", [_identity(item) for item, _ in batch])
        for table, kind in (("items_relevant", Mention), ("items_other", Rejection)):
            append(con, table, [_row(item, says.reason, when) for item, says in batch if isinstance(says, kind)])


def stored(con: Connection, *, since: datetime, source: str = "items") -> Iterator[Item]:
    """Yield the items of a source seen since then, revisions as they came, oldest first, for a replay."""
    cursor = con.execute(
        f"SELECT {_names()} FROM {source} WHERE seen_at >= $1 ORDER BY seq, seen_at, key, revision",
        [since],
    )
    while found := cursor.fetchmany(BATCH):
        yield from (Item(**dict(zip(_COLUMNS, row, strict=True))) for row in found)


def _names() -> str:
    """Name the columns; of items older than `utc_offset` only the language was known, and Korea's clock is ahead."""
    return ", ".join(_COLUMNS).replace("utc_offset", "coalesce(utc_offset, if(language IN ('ko', 'ja'), 540, 0))")


def _polled_at(con: Connection) -> datetime | None:
    row = con.execute("SELECT max(polled_at) FROM polls WHERE seq = (SELECT seq FROM mark)").fetchone()
    return row[0] if row else None


def _row(item: Item, reason: str, when: datetime | None) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(item, name) for name in _COLUMNS}
    seen_at = when if item.revision and when else item.first_seen_at
    return {**row, "seen_at": seen_at, "reason": reason}


def _identity(item: Item) -> dict[str, object]:
    return {
        "key": item.key,
        "content": item.content,
        "revision": item.revision,
        "feed": item.feed,
        "origin": key_of(item.origin or item.item_id),
        "first_seen_at": item.first_seen_at,
    }
