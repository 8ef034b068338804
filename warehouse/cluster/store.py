"""Claims, batches and cursors in PostgreSQL; the only place that imports psycopg.

A poller claims what is ready of a shard, with a lease and a number (fence) that grows with each claim, and commits one
immutable batch together with the claims' release. A learner reads batches in the order of their commits: a number is
drawn under a lock that the transaction keeps to its end. Leases are by the server's clock, readiness by the caller's.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Final, TypeAlias

import msgspec
import psycopg
from backports import zstd
from psycopg.rows import class_row, kwargs_row, tuple_row

from extractors.model import Feed, FeedState
from extractors.polling.poll import Poll
from warehouse.cluster.standing import Shard, Standing
from warehouse.codec import decode, encode
from warehouse.live.migrate import DONE, had, steps
from warehouse.sql import tables

Connection: TypeAlias = psycopg.Connection[tuple[object, ...]]

FORGOTTEN: Final = timedelta(days=14)  # a home that took nothing for so long holds no batch any more
BATCHES: Final = 0x4B6F6E61  # the advisory lock under which batches are numbered, …
SCHEMA: Final = BATCHES + 1  # … the schema changed, and (with the shard's number) …
SHARDS: Final = BATCHES + 2  # … a shard polled
CRASHED: Final = 1  # batch at most that a home learned from and could not note here: with more, numbers began anew
CONNECT: Final = 10  # seconds
SILENT: Final = 60_000  # milliseconds that a server may let a question lie unacknowledged
_ASK: Final = {name: asked.encode() for name, asked in tables("cluster")["store"].items()}


class ClusterError(ConnectionError):
    """The shared database cannot be used now; `str()` says why, never with its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A feed that is ours to poll while its lease lasts."""

    feed: Feed
    state: FeedState
    fence: int


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Yield a connection whose statements commit one by one, its schema this version's.

    Raises ClusterError where the server cannot be reached or ends meanwhile, MigrationChanged.
    """
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=CONNECT, tcp_user_timeout=SILENT) as con:
            con.execute(_ASK["alive"])
            _migrated(con)
            yield con
    except psycopg.Error as error:  # what it quotes may be of the address, a password of odd letters misread as a host
        first = re.sub(r""" ".*?"| '.*?'""", " …", str(error)).partition("\n")[0]
        raise ClusterError(f"the cluster's database cannot be used: {type(error).__name__}: {first}") from None


def _migrated(con: Connection) -> None:
    """Apply what is missing of the schema, one machine at a time."""
    known = steps("warehouse.cluster")
    there = con.execute("SELECT to_regclass('migrations')").fetchone() != (None,)
    if there and had(con.execute(DONE).fetchall(), known) == len(known):
        return
    with con.transaction():
        con.execute("SELECT pg_advisory_xact_lock(%s)", [SCHEMA])
        con.execute(_ASK["migrations"])
        for step in known[had(con.execute(DONE).fetchall(), known) :]:
            con.execute(step.sql.encode())
            row = [step.version, step.name, step.sha256]
            con.execute("INSERT INTO migrations VALUES (%s, %s, %s, now())", row)


def register(
    con: Connection, feeds: Sequence[Feed], place: Callable[[str], int], *, shards: int, now: datetime
) -> None:
    """Make the shared feeds what a poller's configuration says, each in the shard of its address; what is gone goes.

    Only what changed is written, and nothing is looked at where all is as it was last registered. A feed of another
    address is ready at once.
    """
    enabled = [one for one in feeds if one.enabled]
    digest = sha256(msgspec.msgpack.encode((shards, enabled))).hexdigest()
    if con.execute("SELECT 1 FROM standing WHERE configuration = %s", [digest]).fetchone():
        return
    with con.transaction():
        con.execute("UPDATE standing SET configuration = %s", [digest])  # a second poller waits here
        known = {row[0]: row[1:] for row in con.execute("SELECT feed, shard, configured FROM feeds")}
        rows = [(one.name, place(one.url), encode(one), one.url) for one in enabled]
        changed = [row for row in rows if known.get(row[0]) != row[1:3]]
        gone = [*known.keys() - {name for name, *_ in rows}]
        con.execute("DELETE FROM feeds WHERE feed = ANY (%s::text[])", [gone])
        con.execute(_ASK["register"], [now, *_columns(changed, 4)])


def _columns(rows: Sequence[tuple[object, ...]], count: int) -> list[list[object]]:
    return [[row[at] for row in rows] for at in range(count)]


def alone(con: Connection, shard: int) -> bool:
    """Be the one poller of a shard as long as the connection lasts: so a host's politeness lives in one place."""
    if con.execute("SELECT pg_try_advisory_lock(%s, %s)", [SHARDS, shard]).fetchone() == (False,):
        return False
    con.execute(_ASK["polled"], [shard, 0])
    return True


def claim(con: Connection, shard: int, *, who: str, now: datetime, lease: timedelta, most: int) -> list[Claim]:
    """Claim feeds of a shard that are ready and nobody else's, the longest ready first."""
    rows = con.execute(_ASK["claim"], [lease, who, shard, now, most]).fetchall()
    return [
        Claim(feed=decode(Feed, str(feed)), state=decode(FeedState, str(state)), fence=int(str(fence)))
        for feed, state, fence in rows
    ]


def commit(
    con: Connection,
    shard: int,
    claims: Sequence[Claim],
    polls: Sequence[Poll],
    after: Sequence[tuple[FeedState, datetime]],
) -> int:
    """Commit a round as one batch with its claims' release; returns how many polls came too late, under an old fence.

    `after` gives each claim's new state, and when its feed is ready again; `polls` and it are in the claims' order.
    """
    rows = [(one.feed.name, one.fence, encode(state), at) for one, (state, at) in zip(claims, after, strict=True)]
    with con.transaction():
        ours = {feed for (feed,) in con.execute(_ASK["release"], _columns(rows, 4)).fetchall()}
        batch = tuple(one for one in polls if one.feed.name in ours)
        body = zstd.compress(encode(batch).encode())
        con.execute("SELECT pg_advisory_xact_lock(%s)", [BATCHES])
        row = [shard, len(batch), late := len(polls) - len(batch), body]
        con.execute("INSERT INTO batches (shard, polls, refused, body) VALUES (%s, %s, %s, %s)", row)
        con.execute(_ASK["polled"], [shard, late])
    return late


def batches(con: Connection, *, beyond: int) -> Iterator[tuple[int, tuple[Poll, ...]]]:
    """Yield the batches after this one in the order of their commits, one in memory at a time."""
    question = "SELECT batch, body FROM batches WHERE batch > %s ORDER BY batch LIMIT 1"
    while row := con.cursor(row_factory=tuple_row).execute(question, [beyond]).fetchone():
        beyond, body = row
        yield beyond, decode(tuple[Poll, ...], zstd.decompress(body).decode())


def taken(con: Connection, home: str, *, batch: int) -> None:
    """Note how far a home has come, and delete the batches that each known home has taken.

    A home that was not seen for two weeks is forgotten: what it had not taken is lost to it, and `resumed` says so.
    """
    with con.transaction():
        con.execute(_ASK["taken"], [home, batch])
        con.execute("DELETE FROM homes WHERE seen_at < now() - %s", [FORGOTTEN])
        con.execute("DELETE FROM batches WHERE batch <= (SELECT min(taken) FROM homes)")
        con.execute("UPDATE standing SET deleted = greatest(deleted, (SELECT min(taken) FROM homes))")


def resumed(con: Connection, home: str, *, after: int) -> tuple[int, bool]:
    """Return the batch after which a home goes on, as a rule `after`, its last one; and whether it lost some.

    It did where later ones were deleted before it took them (it was restored from an older copy, or forgotten) or where
    the numbers began anew: then every feed is asked in full once more. A new home begins with what is kept.
    """
    asked = con.cursor(row_factory=tuple_row).execute(_ASK["resumed"], [after, after, home])
    [(deleted, last, noted, unnoted)] = asked.fetchall()
    at = max(deleted, noted if unnoted > CRASHED else min(after, last))
    if lost := at != after and bool(after or noted is not None):
        again(con)
    return at, lost


def again(con: Connection, feeds: Sequence[str] | None = None) -> None:
    """Have these feeds, or all, asked in full as soon as may be; what pollers have of them now comes too late."""
    con.execute(_ASK["again"], [feeds, feeds])


def standing(con: Connection, *, shards: int, after: int, now: datetime, patience: timedelta) -> Standing:
    """Say how each of so many shards stands at `now`, a poller's clock, and what a home has yet to take `after` one."""
    with con.cursor(row_factory=class_row(Shard)) as found:
        known = tuple(found.execute(_ASK["shards"], [now, shards]))
    rest = con.cursor(row_factory=kwargs_row(partial(Standing, shards=known, patience=patience.total_seconds())))
    return rest.execute(_ASK["behind"], [after]).fetchall()[0]
