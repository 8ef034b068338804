"""What an alert says, frozen when it is queued: from an event's change, the acts before it and its reports."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from alerts.model import Facts, Part, Source
from extractors.calendar import NEAR, dated, near
from extractors.ladder import TURNS, step
from extractors.learned import ChangeKind, EventChange
from extractors.story import Act, Event, Report, Stage, Track

HEARD = timedelta(hours=36)  # what another outlet said so shortly before, or after, it may well know better
SOURCES_MAX = 12  # sources listed in a message; the counts tell of all
CHAIN_MAX = 3  # acts before this one that a message names
_ANY = frozenset({"body", "project:joint", "project:word"})  # no project by its name
_Reports = Mapping[str, Sequence[Report]]  # by the event's id


def event_facts(change: EventChange, known: Mapping[str, Event], reports: _Reports) -> Facts:
    """Freeze what is to be told of one change; `known` are the events before it, `reports` all of each event."""
    event = change.event
    of = reports.get(event.event_id, change.reports)
    good = [report for report in of if report.mention.alertable] or list(of)
    sources = _sources(change, good)
    moved = change.before if change.kind in {ChangeKind.ADVANCED, ChangeKind.CORRECTED} else None
    return Facts(
        kind="event",
        title=sources[0].title,
        track=event.track,
        tracks=event.tracks,
        stage=event.stage,
        event_date=event.event_date,
        date_precision=event.date_precision or "",
        place=event.place,
        was=part_of(moved) if moved else None,
        contested=moved is not None and _contested(change, moved, good),
        actors=event.actors,
        domains=event.domains,
        chain=chain(event, known, reports),
        reports=len(good),
        outlets=len({report.outlet for report in good}),
        origins=len({report.origin for report in good}),
        sources=sources,
    )


def _contested(change: EventChange, before: Event, reports: Sequence[Report]) -> bool:
    """Whether one outlet alone turns a plan round, or has it done before its day, against others of these days."""
    event, by = change.event, change.by
    early = before.event_date and event.event_date and before.event_date - event.event_date > NEAR
    if step(event.stage, event.act) and before.stage not in TURNS and not early:
        return False
    others, so = [one for one in reports if one.outlet != by.outlet], dated(event)
    agreeing = [dated(one.mention) for one in others if one.mention.stage == event.stage]
    same = any(not so or not said or near(so, said) for said in agreeing)
    return not same and any(by.when - one.when < HEARD for one in others)


def part_of(event: Event, reports: Sequence[Report] = (), alert_id: str = "") -> Part:
    """Shorten an event to one line; of its reports it takes a title and link in each language."""
    good = sorted([one for one in reports if _tells(one, event)] or reports, key=_age)
    told = {one.language: (one.language, one.headline, one.url) for one in reversed(good)}
    return Part(
        event_id=event.event_id,
        title=good[0].headline if good else event.title,
        stage=event.stage,
        event_date=event.event_date,
        date_precision=event.date_precision or "",
        place=event.place,
        url=good[0].url if good else event.url,
        alert_id=alert_id,
        titles=tuple(told.values()) or tuple((*one, event.url) for one in event.titles),
    )


def chain(event: Event, known: Mapping[str, Event], reports: _Reports) -> tuple[Part, ...]:
    """The last acts of the same body or project before an event, the latest first: nothing rather than a wrong one."""
    line: dict[str, Event] = {}
    before = known.get(event.predecessor or "")
    while before is not None and before.event_id not in {event.event_id, *line}:
        line[before.event_id] = before
        before = known.get(before.predecessor or "")
    found = (part_of(one, reports.get(one.event_id, ())) for one in line.values() if _leads_to(one, event, reports))
    return tuple(found)[:CHAIN_MAX]


def _leads_to(before: Event, event: Event, reports: _Reports) -> bool:
    """Whether an act is a step of the same body, or of a project that both name; no plan, no call, nothing later."""
    later = before.event_date is None or (event.event_date is not None and before.event_date > event.event_date)
    if later or not before.alertable or before.act == Act.OTHER or before.stage == Stage.SCHEDULED:
        return False
    named, theirs = (
        {name for one in reports.get(of.event_id, ()) for name in one.mention.projects if name not in _ANY}
        for of in (event, before)
    )
    return before.track == event.track and (event.track == Track.CONSULTATION_BODY or bool(named & theirs))


def _sources(change: EventChange, reports: Sequence[Report]) -> tuple[Source, ...]:
    """The report that says the change, what else brought it, then the others by age; one an outlet and language."""
    event, by, news = change.event, change.by, change.reports
    brought = {report.item_id for report in news}
    ordered = sorted(news, key=lambda one: (one is not by, not _tells(one, event), _age(one)))
    chosen: dict[tuple[str, str], Report] = {}
    for report in (*ordered, *sorted(reports, key=_age)):
        chosen.setdefault((report.outlet, report.language), report)
    return tuple(
        Source(
            outlet=report.outlet,
            language=report.language,
            title=report.headline,
            url=report.url,
            published_at=report.published_at,
            sentence=report.mention.substance.removeprefix(report.mention.sentence if report.mention.n else "").strip(),
            tells=report is by or (report.item_id in brought and _tells(report, event)),
            event_date=report.mention.event_date,
            date_precision=report.mention.date_precision or "",
        )
        for report in list(chosen.values())[:SOURCES_MAX]
    )


def _tells(report: Report, event: Event) -> bool:
    """Whether a report says what is so now, so that its words may stand for the message."""
    said, when = report.mention, event.event_date
    same_day = said.event_date is None or when is None or abs(said.event_date - when) <= NEAR
    return said.alertable and said.stage == event.stage and same_day


def _age(report: Report) -> tuple[str, str]:
    return report.when.isoformat(), report.item_id
