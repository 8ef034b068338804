"""Reports of acts in a line each, and what is made of them cycle by cycle."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from extractors.learned import ChangeKind, EventChange
from extractors.story import Act, DatePrecision, Event, Report, Stage, Track
from flows.measure.ledger import Ledger
from tests import builders

BODY, PROJECTS, IP4, OTHER = Track
PROJECTS = Track.NATO_PROJECTS
WI, RUTTE, LEE = "person:wi_sung_lac", "person:mark_rutte", "person:lee_jae_myung"
COUNT = itertools.count(1)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(hour=3, tzinfo=UTC)


def told(said: str, on: str | None = None, precision: DatePrecision = DatePrecision.DAY, **facts: Any) -> Report:
    """Build a report of the body's founding, said on a day; facts of the mention may differ."""
    report_facts = {
        name: facts.pop(name)
        for name in ("item_id", "outlet", "language", "title", "baseline", "summary")
        if name in facts
    }
    item_id = report_facts.pop("item_id", f"{next(COUNT):016x}")
    event_date = date.fromisoformat(on) if on else None
    track = facts.pop("track", BODY)
    facts = {"tracks": (track,), "projects": ("body",), **facts}
    mention = builders.mention(
        item_id=item_id, track=track, event_date=event_date, date_precision=event_date and precision, **facts
    )
    return builders.report(
        item_id=item_id,
        mention=mention,
        published_at=day(said),
        first_seen_at=day(said),
        **{"title": f"Title {item_id}", **report_facts},
    )


def session(said: str, on: str | None, stage: Stage, **facts: Any) -> Report:
    return told(said, on, stage=stage, act=Act.SESSION, **facts)


def run(*cycles: list[Report], history: tuple[Event, ...] = ()) -> tuple[Ledger, list[EventChange]]:
    ledger = Ledger()
    changes: list[EventChange] = []
    for reports in cycles:
        now = max(report.when for report in reports)
        changes += ledger.learn(reports, now=now, history=history).changes
    return ledger, changes


def keys(changes: list[EventChange]) -> list[str]:
    """Put what is told in short: the stage reached, or what else changed."""
    return [
        f"{change.kind}:{change.event.stage}"
        if "→" in change.detail
        else change.detail
        if change.kind != ChangeKind.NEW
        else "new"
        for change in changes
        if change.news
    ]


def clusters(ledger: Ledger) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for item_id in ledger.membership:
        groups.setdefault(ledger.home(item_id), set()).add(item_id)
    return {frozenset(group) for group in groups.values()}


def past(**changes: Any) -> Event:
    when = datetime(2025, 6, 25, tzinfo=UTC)
    return builders.event(
        event_id="h00000000000001", title="Agreed", history=True, first_reported_at=when, last_reported_at=when,
        reports=0, origins=0, outlets=(), languages=(), **changes,
    )  # fmt: skip


def population() -> list[Report]:
    """A year of a track with everything in it that can go wrong."""
    dice = random.Random(4)
    reports = []
    for number in range(1, 4):
        base = date(2025, 9, 30) + timedelta(days=120 * number)
        for _ in range(4):
            said = base - timedelta(days=dice.randint(10, 40))
            reports.append(session(str(said), str(base), Stage.SCHEDULED, ordinal=dice.choice([number, None])))
        for _ in range(5):
            on = base + timedelta(days=dice.randint(-1, 1))
            said = base + timedelta(days=dice.randint(0, 3))
            reports.append(
                session(
                    str(said), dice.choice([str(on), None]), dice.choice([Stage.HELD, Stage.OUTCOME]),
                    ordinal=dice.choice([number, None]), actors=dice.choice([(WI,), (RUTTE,), (WI, RUTTE)]),
                )
            )  # fmt: skip
        reports.append(told(str(base), str(base), track=IP4, projects=("project:joint",)))
        reports.append(told(str(base), None, track=OTHER, projects=()))
    return reports
