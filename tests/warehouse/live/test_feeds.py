from extractors.model import FeedState
from tests import builders as b
from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import Connection
from warehouse.live import feeds
from warehouse.sql import rows


def test_states_are_replaced_feed_by_feed(con: Connection) -> None:
    first = [FeedState(feed="a", last_keys=(1, -(2**63))), FeedState(feed="b")]
    feeds.save_states(con, first)
    feeds.save_states(con, [FeedState(feed="b", failures=2, failing_since=NOW)])
    feeds.save_states(con, [])
    assert feeds.load_states(con) == {"a": first[0], "b": FeedState(feed="b", failures=2, failing_since=NOW)}


def test_feeds_are_what_is_configured(con: Connection) -> None:
    feeds.record_feeds(con, [b.feed(), b.feed(name="b")])
    homes.commit(con)
    feeds.record_feeds(con, [b.feed(name="b"), b.feed()])
    assert [(row["feed"], row["seq"]) for row in rows(con, "FROM feeds ORDER BY 1")] == [("a", 1), ("b", 1)]
    feeds.record_feeds(con, [b.feed(enabled=False)])
    assert [(row["feed"], row["enabled"]) for row in rows(con, "FROM feeds")] == [("a", False)]
