from dataclasses import replace
from datetime import timedelta
from traceback import format_exception
from typing import Any

import pytest

from extractors.model import Feed, FeedState, Fetched, OutcomeKind
from extractors.polling.poll import Poll
from tests.stage import NOON
from tests.table import table
from warehouse.cluster import store
from warehouse.cluster.standing import Shard, Standing
from warehouse.live.migrate import MigrationChanged

MINUTE = timedelta(minutes=1)
FEEDS = tuple(Feed(name=f"f{n}", url=f"https://f{n}.example/rss", outlet="o") for n in range(6))


def register(con: Any, feeds: tuple[Feed, ...] = FEEDS) -> None:
    store.register(con, feeds, lambda _: 0, shards=1, now=NOON)


def standing(con: Any, *, after: int = 0) -> Standing:
    return store.standing(con, shards=1, after=after, now=NOON + 5 * MINUTE, patience=MINUTE)


def claim(con: Any, who: str = "a", most: int = 9, lease: timedelta = MINUTE) -> list[store.Claim]:
    return store.claim(con, 0, who=who, now=NOON, lease=lease, most=most)


def commit(con: Any, claims: list[store.Claim]) -> int:
    """Commit a poll of each claim, due again in ten minutes."""
    usual: dict[str, Any] = {"kind": OutcomeKind.UNCHANGED, "reason": "\ud800", "now": NOON, "jitter": 0.5}
    got = [Fetched(feed=one.feed.name, kind=None, reason="") for one in claims]
    polls = [Poll(feed=one.feed, before=one.state, fetched=it, **usual) for one, it in zip(claims, got, strict=True)]
    return store.commit(con, 0, claims, polls, [(one.state, NOON + 10 * MINUTE) for one in claims])


def read(con: Any, beyond: int = 0) -> list[list[str]]:
    return [[poll.feed.name for poll in polls] for _, polls in store.batches(con, beyond=beyond)]


def test_a_feed_is_claimed_once_and_comes_back_when_it_is_ready(database: str) -> None:
    with store.connected(database) as one, store.connected(database) as other:
        register(one)
        with one.transaction():  # nobody waits for whoever is at it
            first, second = claim(one, most=4), claim(other, "b")
        assert {len(first), len(second)} == {4, 2}
        assert {one.feed for one in (*first, *second)} == set(FEEDS)
        assert commit(other, second) == commit(one, first) == 0
        assert not claim(one)
        assert len(store.claim(one, 0, who="a", now=NOON + 10 * MINUTE, lease=MINUTE, most=9)) == 6
        assert [len(names) for names in read(one)] == [2, 4]  # in the order of their commits
        assert next(store.batches(one, beyond=0))[1][0].reason == "\ud800"


def test_what_comes_too_late_under_an_old_fence_is_refused_and_counted(database: str) -> None:
    with store.connected(database) as con:
        register(con)
        late = claim(con, lease=-MINUTE)  # its lease is over at once
        assert commit(con, claim(con, "b", most=2)) == 0
        assert commit(con, late) == 2
        assert [len(names) for names in read(con)] == [2, 4]
        store.taken(con, "desk", batch=2)  # and its batch is deleted
        [shard] = standing(con).shards
        assert (shard.feeds, shard.leased, shard.refused) == (6, 0, 2)


def test_a_batch_is_kept_until_every_home_has_taken_it(database: str) -> None:
    with store.connected(database) as con:
        register(con)
        store.taken(con, "desk", batch=0)
        for _ in range(3):
            commit(con, claim(con, most=2))
        store.taken(con, "other", batch=2)
        assert len(read(con)) == 3
        store.taken(con, "desk", batch=1)
        assert len(read(con)) == 2
        con.execute("UPDATE homes SET seen_at = now() - interval '15 days' WHERE home = 'desk'")
        store.taken(con, "other", batch=3)
        assert read(con) == []


@table("home, after, goes_on")
def test_a_home_that_lost_batches_asks_in_full(database: str, home: str, after: int, goes_on: tuple[int, bool]) -> None:
    with store.connected(database) as con:
        register(con)
        for _ in range(4):
            commit(con, [replace(one, state=replace(one.state, etag='"1"')) for one in claim(con, most=2)])
        store.taken(con, "desk", batch=2)
        assert store.resumed(con, home, after=after) == goes_on
        tags = {one.state.etag for one in store.claim(con, 0, who="a", now=NOON + 10 * MINUTE, lease=MINUTE, most=9)}
        assert tags == ({None} if goes_on[1] else {'"1"'})


def test_how_shards_stand(database: str) -> None:
    with store.connected(database) as con:
        none = Shard(shard=0, feeds=0, leased=0, refused=0, idle=None, waits=0.0)
        assert standing(con) == Standing(shards=(none,), behind=0, lag=0.0, patience=60.0)
        register(con)
        assert store.alone(con, 0)
        commit(con, claim(con, most=2))
        claim(con, most=3)
        found = standing(con)
        [shard] = found.shards
        assert (shard.feeds, shard.leased, shard.waits, found.behind) == (6, 3, 300.0, 1)
        assert 0 <= (shard.idle or 0) < 60
        assert 0 < found.lag < 60
        assert standing(con, after=1).behind == 0


def test_only_what_changed_of_the_configuration_is_written(database: str) -> None:
    with store.connected(database) as con:

        def written() -> dict[object, object]:
            return dict(con.execute("SELECT feed, xmin::text FROM feeds").fetchall())  # type: ignore[arg-type]  # pairs

        register(con)
        before = written()
        store.register(con, FEEDS, lambda _: 1 // 0, shards=1, now=NOON)  # the same: nothing is even placed
        register(con, (replace(FEEDS[0], every=MINUTE), *FEEDS[1:]))
        after = written()
        assert {feed for feed in after if after[feed] != before[feed]} == {"f0"}


def test_the_configuration_is_what_is_polled(database: str) -> None:
    with store.connected(database) as con:
        register(con)
        commit(con, claim(con))
        moved = replace(FEEDS[0], url="https://new.example/rss")
        register(con, (moved, replace(FEEDS[1], enabled=False), *FEEDS[2:4]))
        assert [(one.feed, one.state.feed) for one in claim(con)] == [(moved, "f0")]  # the others are not due yet
        assert [one.feeds for one in standing(con).shards] == [3]
        register(con, ())
        assert [one.feeds for one in standing(con).shards] == [0]


def test_a_shard_has_one_poller_at_a_time(database: str) -> None:
    with store.connected(database) as one, store.connected(database) as other:
        assert (store.alone(one, 3), store.alone(other, 3), store.alone(other, 4)) == (True, False, True)


def test_a_schema_that_is_not_ours_is_refused(database: str) -> None:
    with store.connected(database) as con:
        con.execute("UPDATE migrations SET sha256 = 'x'")
    with pytest.raises(MigrationChanged, match="edited"), store.connected(database):
        pass


@table("address, says")
def test_a_server_that_cannot_be_used_is_an_error_in_words_without_its_password(address: str, says: str) -> None:
    with pytest.raises(OSError, match="the cluster's database cannot be used: ") as failed, store.connected(address):
        pass
    told = "".join(format_exception(failed.value))
    assert (says in told, "hidden" in str(failed.value), "\n" in str(failed.value)) == (True, False, False)
    assert failed.value.__suppress_context__  # nor in a trace


def test_states_are_kept_with_the_claims_release(database: str) -> None:
    with store.connected(database) as con:
        register(con, FEEDS[:1])
        [claimed] = claim(con)
        commit(con, [replace(claimed, state=FeedState(feed="f0", etag='"1"'))])
        [again] = store.claim(con, 0, who="a", now=NOON + 10 * MINUTE, lease=MINUTE, most=9)
        assert (again.state.etag, again.fence) == ('"1"', claimed.fence + 1)
