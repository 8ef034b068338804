"""Four pollers claim, and give back, 100,000 due feeds; beside them the least that PostgreSQL needs for as many."""

import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

from extractors.model import Feed, Fetched, OutcomeKind
from extractors.polling.poll import Poll
from flows.cycle.shards import shard_of
from tests.postgres import server
from tests.stage import NOON
from warehouse.cluster import store

FEEDS, POLLERS, MOST = 100_000, 4, 100
LEASE = timedelta(minutes=10)
BARE = (
    "UPDATE bare SET ready_at = 'infinity' WHERE feed IN (SELECT feed FROM bare WHERE shard = %s AND ready_at <= %s"
    " ORDER BY ready_at, feed LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING feed"
)


def bare(url: str, shard: int) -> int:
    """Take what is due of a shard in the least way, a hundred at a time; returns how many."""
    taken = 0
    with store.connected(url) as con:
        while got := len(con.execute(BARE, [shard, NOON, MOST]).fetchall()):
            taken += got
    return taken


def claims(url: str, shard: int, *, back: bool = False) -> int:
    """Claim what is due of a shard, a hundred at a time, and commit unchanged polls of it, if so asked; returns how many."""
    taken = 0
    with store.connected(url) as con:
        while got := store.claim(con, shard, who="bench", now=NOON, lease=LEASE, most=MOST):
            taken += len(got)
            if back:
                later = [(one.state, NOON + LEASE) for one in got]
                store.commit(con, shard, got, [_unchanged(one) for one in got], later)
    return taken


def rounds(url: str, shard: int) -> int:
    """Claim and commit."""
    return claims(url, shard, back=True)


def _unchanged(one: store.Claim) -> Poll:
    fetched = Fetched(feed=one.feed.name, kind=None, reason="")
    unchanged = OutcomeKind.UNCHANGED
    return Poll(feed=one.feed, before=one.state, fetched=fetched, kind=unchanged, reason="", now=NOON, jitter=0.5)


def main() -> None:
    """Measure each in the same run."""
    feeds = [Feed(name=f"f{n}", url=f"https://o{n % 20_000}.example/{n}", outlet="o") for n in range(FEEDS)]
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as running:
        url, rates = running.get_uri(), dict[str, float]()
        with store.connected(url) as con, ProcessPoolExecutor(POLLERS, get_context("spawn")) as pool:
            for name in ("new", "unchanged"):
                begun = time.perf_counter()
                store.register(con, feeds, lambda at: shard_of(at, POLLERS), shards=POLLERS, now=NOON)
                print(f"claims: {FEEDS:,} {name} feeds registered in {time.perf_counter() - begun:.2f} s")
            con.execute("CREATE TABLE bare AS SELECT feed, shard, ready_at FROM feeds")
            con.execute("ALTER TABLE bare ADD PRIMARY KEY (feed)")
            con.execute("CREATE INDEX ON bare (shard, ready_at)")
            for work in (bare, claims, rounds):
                con.execute("UPDATE feeds SET leased_until = '-infinity'")
                con.execute("VACUUM ANALYZE")
                list(pool.map(bare, [url] * POLLERS, [-1] * POLLERS))  # each process is there, and has imported its own
                begun = time.perf_counter()
                taken = sum(pool.map(work, [url] * POLLERS, range(POLLERS)))
                assert taken == FEEDS, (work, taken)
                rates[work.__name__] = taken / (time.perf_counter() - begun)
        for name, what in (("claims", "claimed"), ("rounds", "claimed, polled by nobody and committed")):
            ratio = rates[name] / rates["bare"]
            print(f"  {rates[name]:,.0f} feeds a second {what} by {POLLERS} pollers, {ratio:.2f} x bare SKIP LOCKED")


if __name__ == "__main__":
    main()
