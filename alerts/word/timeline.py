"""The digest's timeline: its events and those before them, by track and month, a table that any mail client draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from alerts.model import Alert
from alerts.word.labels import Words
from extractors.story import Stage

MONTHS: Final = 12
"""Columns at most, the latest: so many fit a telephone."""
MARKS: Final = {Stage.PROPOSED: "○", Stage.SCHEDULED: "○", Stage.POSTPONED: "✕", Stage.CANCELLED: "✕"}
DONE: Final = "●"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Months as "2025-06"; a row a track, in which each month has marks, each with what it stands for."""

    months: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[tuple[str, str], ...], ...]], ...]
    legend: str


def timeline(alerts: Sequence[Alert], say: Words) -> Timeline | None:
    """Place what alerts of events tell and the chains before them; an event counts once, as it was told last."""
    known: dict[str, tuple[str, date, str, str]] = {}
    for alert in sorted(alerts, key=lambda one: one.created_at):
        facts = alert.facts
        own = (alert.event_id or alert.alert_id, facts.event_date, facts.stage, facts.date_precision)
        before = [(part.event_id, part.event_date, part.stage, part.date_precision) for part in facts.chain]
        for name, day, stage, precision in (*before, own) if facts.kind == "event" else ():
            if day:
                known[name] = (facts.track, day, stage, f"{say.when(day, precision)}: {say.of('stage', stage)}")
    count = {day.year * 12 + day.month - 1 for _, day, _, _ in known.values()}
    if not count:
        return None
    last = max(count)
    months = tuple(f"{n // 12}-{n % 12 + 1:02}" for n in range(max(min(count), last - MONTHS + 1), last + 1))
    tracks = dict.fromkeys(track for track, *_ in known.values())
    told = [(track, f"{day:%Y-%m}", MARKS.get(Stage(stage), DONE), said) for track, day, stage, said in known.values()]
    rows = tuple(
        (say.of("track", one), tuple(tuple(of[2:] for of in told if of[:2] == (one, month)) for month in months))
        for one in tracks
    )
    return Timeline(months=months, rows=rows, legend=say.of("text", "legend"))
