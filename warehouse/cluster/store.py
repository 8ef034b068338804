"""Claims, batches and cursors in PostgreSQL; the only place that imports psycopg.

A poller claims what is ready of a shard, with a lease and a number (fence) that grows with each claim, and commits one
immutable batch together with the claims' release. A learner reads batches in the order of their commits: a number is
drawn under a lock that the transaction keeps to its end. Leases are by the server's clock, readiness by the caller's.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import psycopg
from backports import zstd
from psycopg.rows import tuple_row

from extractors.model import Feed, FeedState
from extractors.polling.poll import Poll
from warehouse.codec import decode, encode
from warehouse.live.migrate import EDITED, NEWER, MigrationChanged, steps

Connection: TypeAlias = psycopg.Connection[tuple[object, ...]]

FORGOTTEN: Final = timedelta(days=14)  # a home that took nothing for so long holds no batch any more
BATCHES: Final = 0x4B6F6E61  # the advisory lock under which batches are numbered, …
SCHEMA: Final = BATCHES + 1  # … the schema changed, and (with the shard's number) …
SHARDS: Final = BATCHES + 2  # … a shard polled
CONNECT: Final = 10  # seconds
_REGISTER: Final = """
    INSERT INTO feeds (feed, shard, configured, url, state, ready_at)
    SELECT feed, shard, configured, url, state, %s::timestamptz
    FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::text[]) AS new (feed, shard, configured, url, state)
    ORDER BY feed -- two pollers at once wait for one another in one order
    ON CONFLICT (feed) DO UPDATE SET shard = excluded.shard, configured = excluded.configured, url = excluded.url,
        ready_at = CASE WHEN feeds.url = excluded.url THEN feeds.ready_at ELSE excluded.ready_at END
    WHERE (feeds.shard, feeds.configured) IS DISTINCT FROM (excluded.shard, excluded.configured)
"""
_TAKEN: Final = """
    INSERT INTO homes VALUES (%s, %s, now())
    ON CONFLICT (home) DO UPDATE SET taken = excluded.taken, seen_at = excluded.seen_at
"""


class ClusterError(ConnectionError):
    """The shared database cannot be used now; `str()` says why, never with its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A feed that is ours to poll while its lease lasts."""

    feed: Feed
    state: FeedState
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """How a shard stands."""

    shard: int
    feeds: int
    leased: int  # by pollers now, or by dead ones until their lease ends
    refused: int  # polls of kept batches that came too late
    oldest: datetime  # since when its longest due feed is due, or when its first one will be


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Yield a connection whose statements commit one by one, its schema this version's.

    Raises ClusterError where the server cannot be reached or ends meanwhile, MigrationChanged.
    """
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=CONNECT) as con:
            _migrated(con)
            yield con
    except psycopg.Error as error:  # its text names host and port, and no password
        raise ClusterError(f"the cluster's database: {type(error).__name__}: {error}") from error


def _migrated(con: Connection) -> None:
    """Apply what is missing of the schema, one machine at a time."""
    known = steps("warehouse.cluster")
    if con.execute("SELECT to_regclass('migrations')").fetchone() != (None,) and _standing(con) == len(known):
        return
    with con.transaction():
        con.execute("SELECT pg_advisory_xact_lock(%s)", [SCHEMA])
        con.execute(
            "CREATE TABLE IF NOT EXISTS migrations (version INT, name TEXT, sha256 TEXT, applied_at TIMESTAMPTZ)"
        )
        for step in known[_standing(con) :]:
            con.execute(step.sql.encode())
            row = [step.version, step.name, step.sha256]
            con.execute("INSERT INTO migrations VALUES (%s, %s, %s, now())", row)


def _standing(con: Connection) -> int:
    known = {step.version: step.sha256 for step in steps("warehouse.cluster")}
    done = con.execute("SELECT version, name, sha256 FROM migrations ORDER BY 1").fetchall()
    for version, name, sha256 in done:
        if known.get(int(str(version))) != sha256:
            raise MigrationChanged(file=str(name), reason=EDITED if version in known else NEWER)
    return len(done)


def register(con: Connection, feeds: Sequence[tuple[Feed, int]], *, now: datetime) -> None:
    """Make the shared feeds what a poller's configuration says, each in its shard; what is gone or not enabled goes.

    A feed of another address is ready at once.
    """
    wanted = [
        (one.name, shard, encode(one), one.url, encode(FeedState(feed=one.name))) for one, shard in feeds if one.enabled
    ]
    names, shards, configured, urls, states = (
        (list(column) for column in zip(*wanted, strict=True)) if wanted else ([],) * 5
    )
    with con.transaction():
        con.execute("DELETE FROM feeds WHERE feed <> ALL (%s::text[])", [names])
        con.execute(_REGISTER, [now, names, shards, configured, urls, states])


def alone(con: Connection, shard: int) -> bool:
    """Be the one poller of a shard as long as the connection lasts: so a host's politeness lives in one place."""
    return con.execute("SELECT pg_try_advisory_lock(%s, %s)", [SHARDS, shard]).fetchone() == (True,)


def claim(con: Connection, shard: int, *, who: str, now: datetime, lease: timedelta, most: int) -> list[Claim]:
    """Claim feeds of a shard that are ready and nobody else's, the longest ready first."""
    rows = con.execute(
        "UPDATE feeds SET fence = fence + 1, leased_until = clock_timestamp() + %s, leased_by = %s WHERE feed IN ("
        " SELECT feed FROM feeds WHERE shard = %s AND ready_at <= %s AND leased_until < clock_timestamp()"
        " ORDER BY ready_at, feed LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING configured, state, fence",
        [lease, who, shard, now, most],
    ).fetchall()
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
    states, ready = [encode(state) for state, _ in after], [at for _, at in after]
    with con.transaction():
        kept = con.execute(
            "UPDATE feeds SET state = new.state, ready_at = new.ready_at, leased_until = '-infinity', leased_by = ''"
            " FROM (SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::timestamptz[])"
            " AS t (feed, fence, state, ready_at)) AS new"
            " WHERE feeds.feed = new.feed AND feeds.fence = new.fence RETURNING feeds.feed",
            [[one.feed.name for one in claims], [one.fence for one in claims], states, ready],
        ).fetchall()
        ours = {feed for (feed,) in kept}
        batch = tuple(one for one in polls if one.feed.name in ours)
        body = zstd.compress(encode(batch).encode())
        con.execute("SELECT pg_advisory_xact_lock(%s)", [BATCHES])
        row = [shard, len(batch), len(polls) - len(batch), body]
        con.execute("INSERT INTO batches (shard, polls, refused, body) VALUES (%s, %s, %s, %s)", row)
    return len(polls) - len(batch)


def batches(con: Connection, *, beyond: int) -> Iterator[tuple[int, tuple[Poll, ...]]]:
    """Yield the batches after this one in the order of their commits, one in memory at a time."""
    question = "SELECT batch, body FROM batches WHERE batch > %s ORDER BY batch LIMIT 1"
    while row := con.cursor(row_factory=tuple_row).execute(question, [beyond]).fetchone():
        beyond, body = row
        yield beyond, decode(tuple[Poll, ...], zstd.decompress(body).decode())


def taken(con: Connection, home: str, *, batch: int) -> None:
    """Note how far a home has come, and delete the batches that each known home has taken.

    A home that was not seen for two weeks is forgotten: what it had not taken is lost to it.
    """
    with con.transaction():
        con.execute(_TAKEN, [home, batch])
        con.execute("DELETE FROM homes WHERE seen_at < now() - %s", [FORGOTTEN])
        con.execute("DELETE FROM batches WHERE batch <= (SELECT min(taken) FROM homes)")


def shards(con: Connection) -> list[Shard]:
    """Say how each shard stands."""
    rows = con.execute(
        "SELECT shard, count(*), count(*) FILTER (WHERE leased_until > clock_timestamp()),"
        " (SELECT coalesce(sum(refused), 0) FROM batches AS b WHERE b.shard = feeds.shard),"
        " min(ready_at) FROM feeds GROUP BY shard ORDER BY shard"
    ).fetchall()
    return [Shard(**dict(zip(("shard", "feeds", "leased", "refused", "oldest"), row, strict=True))) for row in rows]  # type: ignore[arg-type]  # the columns are the fields
