"""Feeds as configured, what is remembered of each, and how every poll ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from extractors.model import Feed, FeedState, Outcome
from warehouse.codec import decode, encode
from warehouse.connection import Connection
from warehouse.live.bulk import append


def load_states(con: Connection) -> dict[str, FeedState]:
    """Return what is remembered of each feed, by its name; a feed never polled is missing."""
    return {
        feed: decode(FeedState, facts) for feed, facts in con.execute("SELECT feed, facts FROM feed_states").fetchall()
    }


def save_states(con: Connection, states: Iterable[FeedState] | Mapping[str, FeedState]) -> None:
    """Replace what is remembered of these feeds; the others keep theirs."""
    kept = list(states.values() if isinstance(states, Mapping) else states)
    con.execute(
        "DELETE FROM feed_states WHERE feed IN (SELECT unnest($1::VARCHAR[]))", [[state.feed for state in kept]]
    )
    append(
        con,
        "feed_states",
        [
            {
                "feed": state.feed,
                "health": str(state.health),
                "since": state.since,
                "last_polled_at": state.last_polled_at,
                "next_due_at": state.next_due_at,
                "facts": encode(state),
            }
            for state in kept
        ],
    )


def record_feeds(con: Connection, feeds: Sequence[Feed]) -> None:
    """Make the table of feeds what the configuration says; writes nothing where it already is."""
    wanted = sorted((f.name, f.outlet, f.url, f.kind, f.language, f.enabled) for f in feeds)
    columns = ("feed", "outlet", "url", "kind", "language", "enabled")
    if con.execute(f"SELECT {', '.join(columns)} FROM feeds ORDER BY ALL").fetchall() == wanted:
        return
    con.execute("DELETE FROM feeds")
    append(con, "feeds", [dict(zip(columns, row, strict=True)) for row in wanted])


def record_outcomes(con: Connection, outcomes: Sequence[Outcome]) -> None:
    """Append how polls ended: one row each, so that outcomes add up to polls."""
    append(
        con,
        "polls",
        [
            {
                "feed": outcome.feed,
                "polled_at": outcome.polled_at,
                "outcome": str(outcome.kind),
                "status": outcome.status,
                "bytes": outcome.wire_bytes,
                "milliseconds": outcome.milliseconds,
                "items": outcome.items,
                "new_items": outcome.new_items,
                "reason": outcome.reason,
            }
            for outcome in outcomes
        ],
    )
