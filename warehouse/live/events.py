"""Events, the reports behind them, and what people asked not to hear of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final, cast

from extractors.learned import PREDECESSORS, Known, Resolution
from extractors.story import Event, Mention, Report
from warehouse.codec import decode, encode
from warehouse.connection import Connection, rows
from warehouse.live.bulk import append, key_of, parts_of, texts

_WINDOW: Final = f"""
    SELECT facts FROM current_events WHERE last_reported_at >= $since OR event_date >= $since::DATE OR history
    UNION
    SELECT facts FROM (FROM current_events WHERE alertable AND merged_into IS NULL
        QUALIFY row_number() OVER (PARTITION BY track ORDER BY event_date DESC NULLS LAST, event_id) <= {PREDECESSORS})
"""
_REPORTS: Final = """
    SELECT if(n > 0, item_id || '.' || n, item_id) AS item_id, outlet, language, title, url, published_at,
        first_seen_at, origin, baseline, summary, mention, event_id
    FROM reports WHERE event_id IN (SELECT unnest($events::VARCHAR[])) ORDER BY 1
"""


def window(con: Connection, *, since: datetime) -> Known:
    """Return what identity needs: events reported or dated since then, history, and the last ones of each track."""
    facts = con.execute(_WINDOW, {"since": since}).fetchall()
    events = sorted((decode(Event, text) for (text,) in facts), key=lambda event: event.event_id)
    found = _reports(con, [event.event_id for event in events])
    return Known(
        events=tuple(events),
        reports=tuple(report for _, report in found),
        membership=tuple((report.item_id, event_id) for event_id, report in found),
    )


def by_ids(con: Connection, event_ids: Iterable[str]) -> tuple[Event, ...]:
    """Return these events as they stand; unknown ids are missing."""
    facts = con.execute(
        "SELECT facts FROM current_events WHERE event_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY event_id",
        [list(event_ids)],
    ).fetchall()
    return tuple(decode(Event, text) for (text,) in facts)


def all_reports(con: Connection, event_ids: Collection[str]) -> dict[str, tuple[Report, ...]]:
    """Return every report of these events, oldest first."""
    found: dict[str, list[Report]] = {event_id: [] for event_id in event_ids}
    for event_id, report in _reports(con, list(found)):
        found[event_id].append(report)
    return {
        event_id: tuple(sorted(of, key=lambda report: (report.when, report.item_id))) for event_id, of in found.items()
    }


def save(con: Connection, resolution: Resolution, reports: Sequence[Report], *, now: datetime) -> None:
    """Append what the new reports say, the events as they now stand, who joined which and why."""
    append(con, "mentions", [_mention(report.mention, now) for report in reports])
    append(con, "evidence", [row for report in reports for row in _evidence(report.mention)])
    append(con, "events", [_event(event, now) for event in resolution.events])
    joins = [
        {"key": key, "n": n, "event_id": event_id, "why": why, "recorded_at": now}
        for (key, n), event_id, why in ((parts_of(name), event_id, why) for name, event_id, why in resolution.joins)
    ]
    append(con, "joins", joins)
    append(
        con,
        "origins",
        [{"key": parts_of(i)[0], "origin": origin, "recorded_at": now} for i, origin in resolution.origins],
    )


def mute(con: Connection, event_id: str, until: datetime | None, now: datetime) -> None:
    """Ask for silence about an event until then, or for good (None)."""
    append(con, "mutes", [{"event_id": event_id, "muted": True, "until": until, "recorded_at": now}])


def unmute(con: Connection, event_id: str, now: datetime) -> None:
    """Take the silence back."""
    append(con, "mutes", [{"event_id": event_id, "muted": False, "until": None, "recorded_at": now}])


def muted(con: Connection, *, now: datetime) -> frozenset[str]:
    """Return the ids of muted events, with all that were merged into them or that they were merged into."""
    found = con.execute(
        """
        WITH RECURSIVE silent(event_id) AS (
            SELECT event_id FROM current_mutes WHERE muted AND (until IS NULL OR until > $1)
            UNION
            SELECT CASE WHEN e.event_id = s.event_id THEN e.merged_into ELSE e.event_id END
            FROM silent AS s JOIN (FROM current_events WHERE merged_into IS NOT NULL) AS e
                ON s.event_id IN (e.event_id, e.merged_into)
        ) SELECT event_id FROM silent
        """,
        [now],
    ).fetchall()
    return frozenset(event_id for (event_id,) in found)


def _reports(con: Connection, event_ids: list[str]) -> list[tuple[str, Report]]:
    return [_report(row) for row in rows(con, _REPORTS, {"events": event_ids})]


def _report(row: dict[str, object]) -> tuple[str, Report]:
    fields = {**row, "mention": decode(Mention, cast("str", row["mention"]))}
    event_id = cast("str", fields.pop("event_id"))
    return event_id, Report(**fields)  # type: ignore[arg-type]  # the columns are the fields


def _mention(mention: Mention, now: datetime) -> dict[str, object]:
    return {
        "key": key_of(mention.item_id),
        "n": mention.n,
        "track": str(mention.track),
        "tracks": texts(mention.tracks),
        "stage": str(mention.stage),
        "act": str(mention.act),
        "alertable": mention.alertable,
        "score": mention.score,
        "reason": mention.reason,
        "event_date": mention.event_date,
        "date_precision": mention.date_precision and str(mention.date_precision),
        "lexicon_version": mention.lexicon_version,
        "facts": encode(mention),
        "recorded_at": now,
    }


def _evidence(mention: Mention) -> list[dict[str, object]]:
    return [
        {
            "key": key_of(mention.item_id),
            "field": found.field,
            "start_offset": found.start,
            "end_offset": found.end,
            "term": found.term,
            "concept": found.concept,
            "language": found.language,
        }
        for found in mention.evidence
    ]


def _event(event: Event, now: datetime) -> dict[str, object]:
    plain = ("event_id", "title", "event_date", "alertable", "predecessor", "merged_into", "first_reported_at",
             "last_reported_at", "reports", "origins", "place", "ordinal", "reason", "sentence", "history")  # fmt: skip
    named = ("track", "stage", "act")
    lists = ("tracks", "outlets", "languages", "domains", "actors")
    return {
        **{name: getattr(event, name) for name in plain},
        **{name: str(getattr(event, name)) for name in named},
        **{name: texts(getattr(event, name)) for name in lists},
        "date_precision": event.date_precision and str(event.date_precision),
        "facts": encode(event),
        "recorded_at": now,
    }
