"""Events, the reports behind them, and what people asked not to hear of."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final, cast

from extractors.learned import PENDING, PREDECESSORS, WINDOW, Known, Resolution
from extractors.story import Event, Mention, Report
from warehouse.codec import decode
from warehouse.connection import Connection
from warehouse.live.bulk import append, key_of, parts_of, whole
from warehouse.sql import rows, tables

MOST: Final = 2_000  # reports of one outlet: a real one tells of few acts a day

_ASK: Final = tables("live")["events"]


def window(con: Connection, *, since: datetime) -> Known:
    """Return what identity needs: events reported or dated since then or pending, history, the last of each track."""
    bounds = {"since": since, "pending": since - (PENDING - WINDOW), "predecessors": PREDECESSORS}
    events = whole(con, Event, _ASK["window"], bounds)
    events.sort(key=lambda event: event.event_id)
    found = _reports(con, [event.event_id for event in events])
    return Known(
        events=tuple(events),
        reports=tuple(report for _, report in found),
        membership=tuple((report.item_id, event_id) for event_id, report in found),
    )


def by_ids(con: Connection, event_ids: Iterable[str]) -> list[Event]:
    """Return these events as they stand; unknown ids are missing."""
    question = "SELECT facts FROM current_events WHERE event_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY event_id"
    return whole(con, Event, question, {"ids": list(event_ids)})


def all_reports(con: Connection, event_ids: Collection[str]) -> dict[str, tuple[Report, ...]]:
    """Return every report of these events, oldest first."""
    found: dict[str, list[Report]] = {event_id: [] for event_id in event_ids}
    for event_id, report in sorted(_reports(con, list(found)), key=lambda pair: (pair[1].when, pair[1].item_id)):
        found[event_id].append(report)
    return {event_id: tuple(those) for event_id, those in found.items()}


def aside(con: Connection, channel: str, *, oldest: datetime) -> tuple[Report, ...]:
    """Return what was relevant and alerts nobody, first seen since then and since the channel's last digest."""
    return tuple(_report(row)[1] for row in rows(con, _ASK["aside"], {"channel": channel, "oldest": oldest}))


def save(con: Connection, resolution: Resolution, reports: Sequence[Report], *, now: datetime) -> None:
    """Append what the new reports say, the events as they now stand, who joined which and why."""
    told = [report.mention for report in reports]
    append(con, "mentions", told, key=lambda one: key_of(one.item_id), recorded_at=now)
    evidence = [(key_of(mention.item_id), one) for mention in told for one in mention.evidence]
    spans = [{**asdict(one), "key": key, "start_offset": one.start, "end_offset": one.end} for key, one in evidence]
    append(con, "evidence", spans)
    append(con, "events", resolution.events, recorded_at=now)
    joins = [(*parts_of(name), event_id, why) for name, event_id, why in resolution.joins]
    append(
        con, "joins", [{"key": key, "n": n, "event_id": to, "why": why} for key, n, to, why in joins], recorded_at=now
    )
    origins = [{"key": parts_of(name)[0], "origin": origin} for name, origin in resolution.origins]
    append(con, "origins", origins, recorded_at=now)


def mute(con: Connection, event_id: str, until: datetime | None, now: datetime, *, muted: bool = True) -> None:
    """Ask for silence about an event until then, or for good (None); or take the silence back."""
    append(con, "mutes", [event_id], event_id=str, muted=muted, until=until, recorded_at=now)


def muted(con: Connection, *, now: datetime) -> frozenset[str]:
    """Return the ids of muted events, with all that were merged into them or that they were merged into."""
    return frozenset(event_id for (event_id,) in con.execute(_ASK["muted"], [now]).fetchall())


def _reports(con: Connection, event_ids: list[str]) -> list[tuple[str, Report]]:
    return [_report(row) for row in rows(con, _ASK["reports"], {"events": event_ids, "most": MOST})]


def _report(row: dict[str, object]) -> tuple[str, Report]:
    fields = {**row, "mention": decode(Mention, cast("str", row["mention"]))}
    event_id = cast("str", fields.pop("event_id"))
    return event_id, Report(**fields)  # type: ignore[arg-type]  # the columns are the fields
