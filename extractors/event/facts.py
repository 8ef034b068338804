"""What is compared of a report: the facts of its mention in cheap form, and how far in time it can reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from extractors.event.ladder import TURNS, pending
from extractors.event.portrait import span_of
from extractors.story import Act, DatePrecision, Domain, Mention, Report, Stage, Track

FORTNIGHT: Final = 14
MONTH: Final = 30  # days between the stages of one text: what takes longer is told as an act of its own
AHEAD: Final = 75  # days between a plan and the session that it becomes, or that it is put off to
RECAP: Final = timedelta(days=14)
VAGUE: Final = frozenset({"project:joint", "project:multinational", "project:nato_project", "project:word"})
"""Projects without a name: two acts a day may be about one."""
HEADINGS: Final = frozenset({"body", "project:high_visibility", "project:flagship", "project:support_partnership"})
"""What many acts have in common: it ties two reports only where neither names anything under it."""
TELLING: Final = frozenset({Domain.AIRWORTHINESS})
"""Domains that are themselves the subject of acts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is compared of one report, in cheap form; days are ordinals."""

    name: str
    said: int
    first: int | None
    last: int
    exact: bool
    stage: Stage
    act: Act
    planned: bool  # of what is to come, be it put off or called off
    meets: bool  # of people who meet or speak, rather than of a text or membership
    track: Track
    tracks: frozenset[Track]
    subjects: frozenset[str]  # what the act is about, as far as that tells acts apart
    domains: frozenset[Domain]
    people: frozenset[str]
    others: frozenset[str]  # offices, agencies, companies
    place: str
    ordinal: int | None
    moved: bool
    past: bool  # history's entry
    recap: bool  # of an act long before its day
    telling: bool  # of an act of its own, and no remark, essay or preview


def fact(report: Report, *, past: bool = False) -> Fact:
    """Take from a report what is compared."""
    mention, days = report.mention, span_of(report)
    if days and (days[1] - days[0]).days > MONTH:
        days = None  # "within the year" is no date to tell acts apart by
    return Fact(
        name=report.item_id,
        said=report.when.toordinal(),
        first=days[0].toordinal() if days else None,
        last=days[1].toordinal() if days else 0,
        exact=mention.date_precision == DatePrecision.DAY,
        stage=mention.stage,
        act=mention.act,
        planned=mention.stage == Stage.SCHEDULED or mention.stage in TURNS,
        meets=mention.act in {Act.SESSION, Act.OTHER},
        track=mention.track,
        tracks=frozenset(mention.tracks) | {mention.track},
        subjects=_subjects(mention),
        domains=frozenset(mention.domains),
        people=frozenset(one for one in mention.actors if one.startswith("person:")),
        others=frozenset(one for one in mention.actors if not one.startswith(("person:", "country:"))),
        place=mention.place,
        ordinal=mention.ordinal,
        moved=mention.moved,
        past=past,
        recap=days is not None and report.when.date() - days[1] > RECAP,
        telling=mention.alertable,
    )


def _subjects(mention: Mention) -> frozenset[str]:
    named = frozenset(mention.projects) - VAGUE
    match mention.track:
        case Track.CONSULTATION_BODY:
            return named | {"body"}
        case Track.COOPERATION:
            return named | frozenset(mention.domains) & TELLING
        case _:
            return named


def reach(one: Fact) -> tuple[int, int]:
    """First and last day of another report that this one could be likened to, as ordinals."""
    slack = AHEAD if one.planned else MONTH if not one.meets and pending(one.stage, one.act) else 1
    if one.first is None:
        return one.said - max(slack, FORTNIGHT), one.said + max(slack, FORTNIGHT)
    return min(one.first, one.said) - slack, max(one.last, one.said) + slack


def gap(one: Fact, other: Fact) -> int:
    """Days between two dates, 0 where they may be one."""
    return max(0, (one.first or 0) - other.last, (other.first or 0) - one.last)


def unlike(one: Fact, other: Fact) -> bool:
    """Whether two texts or memberships name programmes, and not the same: two acts, however near."""
    here, there = one.subjects - HEADINGS, other.subjects - HEADINGS
    return bool(here and there) and not (one.meets or other.meets or here & there)
