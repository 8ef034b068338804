"""What tells whether the watch does its whole job: asked of the published copy alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.connection import published


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Figures of one moment."""

    feeds: int  # enabled, polled at least once
    failing: int  # of these, whose last poll failed
    # By channel: how many deliveries wait after a failure, or were given up since its last success, and why.
    waiting: Mapping[str, tuple[int, str]]


def pulse(home: Path, *, failures: Collection[str]) -> Pulse:
    """Take the pulse; `failures` are the outcomes that count as failed polls.

    Raises FileNotFoundError where nothing was published yet.
    """
    with published(home) as con:
        feeds, failing = con.execute(
            """
            SELECT count(*), count(*) FILTER (outcome IN (SELECT unnest($failures::VARCHAR[])))
            FROM (
                SELECT arg_max(p.outcome, (p.polled_at, p.seq)) AS outcome
                FROM polls AS p JOIN feeds AS f USING (feed) WHERE f.enabled GROUP BY feed
            )
            """,
            {"failures": list(failures)},
        ).fetchall()[0]
        waiting = con.execute(
            """
            SELECT channel, count(*), arg_max(reason, recorded_at)
            FROM deliveries JOIN (SELECT channel, max(sent_at) AS last FROM deliveries GROUP BY channel) USING (channel)
            WHERE state = 'unknown' OR (state = 'pending' AND attempts > 0)
                OR (state = 'abandoned' AND recorded_at > coalesce(last, 'epoch'))
            GROUP BY channel ORDER BY channel
            """
        ).fetchall()
        return Pulse(
            feeds=feeds, failing=failing, waiting={channel: (count, reason) for channel, count, reason in waiting}
        )
