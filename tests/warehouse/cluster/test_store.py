"""Against a real PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from extractors.model import Feed, FeedState, Fetched, OutcomeKind
from extractors.polling.poll import Poll
from tests.stage import NOON
from warehouse.cluster import store
from warehouse.live.migrate import MigrationChanged

MINUTE = timedelta(minutes=1)
FEEDS = tuple(Feed(name=f"f{n}", url=f"https://f{n}.example/rss", outlet="o") for n in range(6))


def register(con: Any, feeds: tuple[Feed, ...] = FEEDS) -> None:
    store.register(con, [(feed, 0) for feed in feeds], now=NOON)


def claim(con: Any, who: str = "a", most: int = 9, lease: timedelta = MINUTE) -> list[store.Claim]:
    return store.claim(con, 0, who=who, now=NOON, lease=lease, most=most)


def commit(con: Any, claims: list[store.Claim]) -> int:
    """Commit a poll of each claim, due again in ten minutes."""
    polls = [
        Poll(
            feed=one.feed,
            before=one.state,
            fetched=Fetched(feed=one.feed.name, kind=None, reason=""),
            kind=OutcomeKind.UNCHANGED,
            reason="\ud800",
            now=NOON,
            jitter=0.5,
        )
        for one in claims
    ]
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
        [shard] = store.shards(con)
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


def test_the_configuration_is_what_is_polled(database: str) -> None:
    with store.connected(database) as con:
        register(con)
        commit(con, claim(con))
        moved = replace(FEEDS[0], url="https://new.example/rss")
        register(con, (moved, replace(FEEDS[1], enabled=False), *FEEDS[2:4]))
        assert [(one.feed, one.state.feed) for one in claim(con)] == [(moved, "f0")]  # the others are not due yet
        assert [one.feeds for one in store.shards(con)] == [3]
        register(con, ())
        assert store.shards(con) == []


def test_a_shard_has_one_poller_at_a_time(database: str) -> None:
    with store.connected(database) as one, store.connected(database) as other:
        assert (store.alone(one, 3), store.alone(other, 3), store.alone(other, 4)) == (True, False, True)


def test_a_schema_that_is_not_ours_is_refused(database: str) -> None:
    with store.connected(database) as con:
        con.execute("UPDATE migrations SET sha256 = 'x'")
    with pytest.raises(MigrationChanged, match="edited"), store.connected(database):
        pass


def test_a_server_that_is_not_there_is_an_error_in_words() -> None:
    with pytest.raises(OSError, match="the cluster's database"), store.connected("postgresql://u:secret@127.0.0.1:1/x"):
        pass


def test_states_are_kept_with_the_claims_release(database: str) -> None:
    with store.connected(database) as con:
        register(con, FEEDS[:1])
        [claimed] = claim(con)
        commit(con, [replace(claimed, state=FeedState(feed="f0", etag='"1"'))])
        [again] = store.claim(con, 0, who="a", now=NOON + 10 * MINUTE, lease=MINUTE, most=9)
        assert (again.state.etag, again.fence) == ('"1"', claimed.fence + 1)
