"""What an alert says, frozen when it is queued: from an event's change, its predecessor and its reports."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.model import Alert, Facts, Part, Source
from extractors.story import Event, EventChange, Report

SOURCES_MAX = 12  # sources listed in a message; the counts tell of all


def event_facts(change: EventChange, before: Event | None, reports: Sequence[Report]) -> Facts:
    """Freeze what is to be told of one change; `before` precedes it on its chain, `reports` are all of its own."""
    event = change.event
    return Facts(
        kind="event",
        title=event.title,
        detail=change.detail,
        track=event.track,
        tracks=tuple(event.tracks),
        stage=event.stage,
        event_date=event.event_date,
        date_precision=event.date_precision or "",
        place=event.place,
        actors=event.actors,
        domains=tuple(event.domains),
        sentence=event.sentence,
        sentence_language=event.sentence_language,
        chain=(_link(before),) if before else (),
        reports=event.reports,
        outlets=len(event.outlets),
        origins=event.origins,
        languages=event.languages,
        sources=_sources(change.reports, reports),
        why=event.reason,
    )


def part_of(alert: Alert) -> Part:
    """Shorten an alert to one line of a baseline's list."""
    facts = alert.facts
    return Part(
        alert_id=alert.alert_id,
        event_id=alert.event_id or "",
        title=facts.title,
        url=facts.sources[0].url if facts.sources else "",
        stage=facts.stage,
        event_date=facts.event_date,
        date_precision=facts.date_precision,
    )


def _link(event: Event) -> Part:
    return Part(
        event_id=event.event_id,
        title=event.title,
        stage=event.stage,
        event_date=event.event_date,
        date_precision=event.date_precision or "",
    )


def _sources(news: Sequence[Report], reports: Sequence[Report]) -> tuple[Source, ...]:
    """Reports that brought the change first, then the others in order of publication; one an outlet."""
    ordered = (*sorted(news, key=_age), *sorted(reports, key=_age))
    chosen: dict[str, Report] = {}
    for report in ordered:
        chosen.setdefault(report.outlet, report)
    return tuple(
        Source(
            outlet=report.outlet,
            language=report.language,
            title=report.title,
            url=report.url,
            published_at=report.published_at,
        )
        for report in list(chosen.values())[:SOURCES_MAX]
    )


def _age(report: Report) -> tuple[str, str]:
    return report.when.isoformat(), report.item_id
