"""What a cycle learned of one event: at most one change, the one that matters most."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.event.ladder import advanced, moved, overturned, relocated
from extractors.story import ChangeKind, Event, EventChange, Report


def change(after: Event, told: Sequence[Event], known: Event | None, reports: Sequence[Report]) -> EventChange | None:
    """Compare an event with what had been told of it.

    `told` are the rows already told that it continues (several after a merge), `known` the row under its own id,
    `reports` those that this cycle brought. An event that history knows, or that no report makes alertable, or
    that only older reports changed, is no news.
    """
    if after.history or not after.alertable or not reports:
        return None
    if not told:
        if not any(report.mention.alertable for report in reports):
            return None  # its alertable reports were told as another event's, before it was parted from that
        return _made(ChangeKind.NEW, "new", "first report", after, known, reports)
    before = told[0]
    kind, key, detail = _news(after, told, reports) or (
        ChangeKind.CORROBORATED,
        f"corroborated:{min(report.item_id for report in reports)}",
        "a further report",
    )
    return _made(kind, key, detail, after, before, reports)


def _news(after: Event, told: Sequence[Event], reports: Sequence[Report]) -> tuple[ChangeKind, str, str] | None:
    before = told[0]
    steps = f"{before.stage} → {after.stage}"
    if all(overturned(one, after) for one in told):
        return ChangeKind.CORRECTED, f"corrected:{after.stage}", steps
    if all(advanced(one, after) for one in told):
        return ChangeKind.ADVANCED, f"advanced:{after.stage}", steps
    if all(moved(one, after) for one in told):
        return (
            ChangeKind.ADVANCED,
            f"advanced:date:{after.event_date}",
            f"date moved from {before.event_date} to {after.event_date}",
        )
    said = any(report.mention.moved and report.mention.place == after.place for report in reports)
    if said and all(relocated(one, after) for one in told):
        return ChangeKind.ADVANCED, f"advanced:place:{after.place}", f"place moved from {before.place} to {after.place}"
    return None


def _made(
    kind: ChangeKind, key: str, detail: str, after: Event, before: Event | None, reports: Sequence[Report]
) -> EventChange:
    return EventChange(
        kind=kind,
        event=after,
        before=before,
        key=key,
        detail=detail,
        reports=tuple(reports),
        baseline=all(report.baseline for report in reports),
    )
