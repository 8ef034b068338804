"""Feeds as configured, what is remembered of each, and how every poll ended."""

from collections.abc import Sequence

from extractors.model import Feed, FeedState, Outcome
from warehouse.connection import Connection
from warehouse.live.bulk import append, whole


def load_states(con: Connection) -> dict[str, FeedState]:
    """Return what is remembered of each feed, by its name; a feed never polled is missing."""
    return {state.feed: state for state in whole(con, FeedState, "SELECT facts FROM feed_states")}


def save_states(con: Connection, states: Sequence[FeedState]) -> None:
    """Replace what is remembered of these feeds; the others keep theirs."""
    con.execute("DELETE FROM feed_states WHERE feed IN (SELECT unnest($1::VARCHAR[]))", [[one.feed for one in states]])
    append(con, "feed_states", states)


def record_feeds(con: Connection, feeds: Sequence[Feed]) -> None:
    """Make the table of feeds what the configuration says; writes nothing where it already is."""
    wanted = sorted((f.name, f.outlet, f.url, f.kind, f.language, f.enabled) for f in feeds)
    if con.execute("SELECT feed, outlet, url, kind, language, enabled FROM feeds ORDER BY ALL").fetchall() != wanted:
        con.execute("DELETE FROM feeds")
        append(con, "feeds", feeds, feed=lambda feed: feed.name)


def record_outcomes(con: Connection, outcomes: Sequence[Outcome]) -> None:
    """Append how polls ended: one row each, so that outcomes add up to polls."""
    append(con, "polls", outcomes, outcome=lambda one: one.kind, bytes=lambda one: one.wire_bytes)
