"""Feeds as configured, what is remembered of each, and how every poll ended."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter as of
from typing import TypeAlias

from extractors.model import Feed, FeedState
from extractors.polling.poll import Poll
from warehouse.codec import decode, lean
from warehouse.connection import Connection
from warehouse.live.bulk import append
from warehouse.sql import tables

Known: TypeAlias = tuple[Feed, FeedState]
"""A feed as configured, with what is remembered of it."""


def save_states(con: Connection, states: Sequence[FeedState]) -> None:
    """Replace what is remembered of these feeds; the others keep theirs."""
    con.execute("DELETE FROM feed_states WHERE feed IN (SELECT unnest($1::VARCHAR[]))", [[one.feed for one in states]])
    append(con, "feed_states", states, facts=lean(FeedState))


def configured(con: Connection) -> str:
    """Return the seal of the files whose feeds were recorded last; "" for none."""
    return str((con.execute("SELECT seal FROM configured").fetchone() or ("",))[0])


def record_feeds(con: Connection, feeds: Sequence[Feed], seal: str = "") -> None:
    """Make the table of feeds what the configuration says, in its order."""
    con.execute("DELETE FROM feeds; DELETE FROM configured")
    append(con, "feeds", feeds, feed=lambda feed: feed.name, facts=lean(Feed))
    append(con, "configured", [{"seal": seal}])


def may_be_due(con: Connection, *, before: datetime, now: datetime, everything: bool = False) -> list[str]:
    """Return the names of enabled feeds that are due `before` a time, or whose state `schedule` is to look at.

    The longest overdue first and those never polled before them; what is due is decided there.
    """
    given = {"before": before, "now": now, "everything": everything}
    return [name for (name,) in con.execute(tables("live")["feeds"]["may_be_due"], given).fetchall()]


def known(con: Connection, names: Sequence[str]) -> list[Known]:
    """Return these feeds in the configuration's order; one never polled has a new state."""
    return _known(con, "f.feed IN (SELECT unnest($1::VARCHAR[]))", [names])


def ailing(con: Connection) -> list[Known]:
    """Return the enabled feeds that do not do well, or have gaps."""
    return _known(con, "f.enabled AND (s.health IN ('unhealthy', 'silent') OR s.missing_since IS NOT NULL)", [])


def _known(con: Connection, which: str, values: Sequence[object]) -> list[Known]:
    question = f"SELECT f.facts, s.facts FROM feeds AS f LEFT JOIN feed_states AS s USING (feed) WHERE {which}"
    rows = con.execute(f"{question} ORDER BY f.rowid", values).fetchall()
    feeds = [(decode(Feed, feed), state) for feed, state in rows]
    return [(feed, decode(FeedState, state) if state else FeedState(feed=feed.name)) for feed, state in feeds]


def record_polls(con: Connection, polls: Sequence[Poll]) -> None:
    """Append how polls ended: one row each, so that outcomes add up to polls."""
    append(
        con, "polls", polls, feed=of("feed.name"), polled_at=of("now"), outcome=of("kind"), status=of("fetched.status"),
        bytes=of("fetched.wire_bytes"), milliseconds=of("fetched.milliseconds"), items=lambda one: len(one.items),
        new_items=lambda one: len(one.unseen),
    )  # fmt: skip
