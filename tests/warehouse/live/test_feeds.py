from datetime import timedelta
from typing import Any

from extractors.model import FeedHealth, FeedState
from tests import builders as b
from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import Connection
from warehouse.live import feeds
from warehouse.live.bulk import whole
from warehouse.sql import rows


def test_states_are_replaced_feed_by_feed(con: Connection) -> None:
    first = [FeedState(feed="a", last_keys=(1, -(2**63))), FeedState(feed="b")]
    feeds.save_states(con, first)
    feeds.save_states(con, [FeedState(feed="b", failures=2, failing_since=NOW)])
    feeds.save_states(con, [])
    assert len(rows(con, "FROM feed_states")) == 2
    found = whole(con, FeedState, "SELECT facts FROM feed_states ORDER BY feed")
    assert found == [first[0], FeedState(feed="b", failures=2, failing_since=NOW)]


def test_feeds_are_what_is_configured(con: Connection) -> None:
    feeds.record_feeds(con, [b.feed(), b.feed(name="b", articles=True)], "one")
    feeds.save_states(con, [FeedState(feed="b", failures=2)])
    both = [(b.feed(), FeedState(feed="a")), (b.feed(name="b", articles=True), FeedState(feed="b", failures=2))]
    assert (feeds.configured(con), feeds.known(con, ["b", "a"])) == ("one", both)
    feeds.record_feeds(con, [b.feed(enabled=False)], "other")
    assert [(row["feed"], row["enabled"]) for row in rows(con, "FROM feeds")] == [("a", False)]
    assert feeds.configured(con) == "other"


def test_which_feeds_may_be_due_and_which_are_ailing_is_asked_of_the_home(con: Connection) -> None:
    hour, url = timedelta(hours=1), b.feed().url
    waits = {"url": url, "next_due_at": NOW + hour}
    states: dict[str, dict[str, Any]] = {
        "waits": waits,
        "due": {"url": url, "next_due_at": NOW, "health": FeedHealth.SILENT},
        "over": {"url": url, "next_due_at": NOW - hour, "missing_since": NOW},
        "off": {"url": url, "next_due_at": NOW - hour, "health": FeedHealth.SILENT},
        "ahead": {**waits, "last_polled_at": NOW + hour},  # a clock that went back
        "moved": {**waits, "url": "https://old.example/"},
    }
    names = [*states, "fresh"]
    feeds.record_feeds(con, [b.feed(name=name, enabled=name != "off") for name in names])
    feeds.save_states(con, [FeedState(feed=name, **state) for name, state in states.items()])
    assert feeds.may_be_due(con, before=NOW, now=NOW) == ["fresh", "over", "due", "ahead", "moved"]
    everything = feeds.may_be_due(con, before=NOW, now=NOW, everything=True)
    assert everything == ["fresh", "over", "due", "waits", "ahead", "moved"]
    assert [feed.name for feed, _ in feeds.ailing(con)] == ["due", "over"]


def test_a_poll_is_a_row_of_how_it_ended(con: Connection) -> None:
    feeds.record_polls(con, [homes.poll()] * 2)
    columns = "feed, polled_at, outcome, status, bytes, milliseconds, items, new_items, reason"
    assert con.execute(f"SELECT {columns} FROM polls").fetchall() == [("a", NOW, "new", 200, 10, 5, 2, 1, "")] * 2
