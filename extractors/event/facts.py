"""What is compared of a report: the facts of its mention in cheap form, and how far in time it can reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from extractors.calendar import Dated, span
from extractors.event.ladder import TURNS, meets, pending
from extractors.story import Act, DatePrecision, Domain, Event, Mention, Report, Stage, Track

DAY: Final = timedelta(days=1)
FORTNIGHT: Final = 14
MONTH: Final = 30  # days between the stages of one text: what takes longer is told as an act of its own
AHEAD: Final = 75  # days between a plan and the session that it becomes, or that it is put off to
RECAP: Final = timedelta(days=14)
VAGUE: Final = frozenset({"project:joint", "project:multinational", "project:nato_project", "project:word"})
"""Projects without a name: two acts a day may be about one."""
HEADINGS: Final = frozenset({"body", "project:high_visibility", "project:flagship", "project:support_partnership"})
"""What many acts have in common: it ties two reports only where neither names anything under it."""
_OF_FIELDS: Final = frozenset({Track.NATO_PROJECTS, Track.COOPERATION})
"""Tracks on which several papers of a day are told apart by their fields."""
TELLING: Final = frozenset({Domain.AIRWORTHINESS})
"""Domains that are themselves the subject of acts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is compared of one report, in cheap form; days are ordinals."""

    name: str = field(compare=False)  # reports with the same facts are twins
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
    domains: frozenset[Domain]  # named, or part of a programme's name
    people: frozenset[str]
    others: frozenset[str]  # offices, agencies, companies
    place: str
    ordinal: int | None
    moved: bool
    past: bool  # history's entry
    recap: bool  # of an act long before its day
    telling: bool  # of an act of its own, and no remark, essay or preview

    @property
    def item(self) -> str:
        """The item that tells it, perhaps beside other acts."""
        return self.name.partition(".")[0]


def fact(of: Report | Event) -> Fact:
    """Take what is compared of a report, or of an event: history's entry, or one that its reports had left."""
    what, said = (of, of.first_reported_at.date()) if isinstance(of, Event) else (of.mention, of.when.date())
    known = dated(what, said)
    days = span(*known) if known else None
    if days and (days[1] - days[0]).days > MONTH:
        days = None  # "within the year" is no date to tell acts apart by
    named: frozenset[str] = frozenset() if isinstance(what, Event) else frozenset(what.projects) - VAGUE
    return Fact(
        name=of.event_id if isinstance(of, Event) else of.item_id,
        said=said.toordinal(),
        first=days[0].toordinal() if days else None,
        last=days[1].toordinal() if days else 0,
        exact=what.date_precision == DatePrecision.DAY,
        stage=what.stage,
        act=what.act,
        planned=what.stage == Stage.SCHEDULED or what.stage in TURNS,
        meets=meets(what.act),
        track=what.track,
        tracks=frozenset(what.tracks) | {what.track},
        subjects=_subjects(what, named),
        domains=frozenset(what.domains) | {one for name in named for one in Domain if one in name},
        people=frozenset(one for one in what.actors if one.startswith("person:")),
        others=frozenset(one for one in what.actors if not one.startswith(("person:", "country:"))),
        place=what.place,
        ordinal=what.ordinal,
        moved=isinstance(what, Mention) and what.moved,
        past=isinstance(what, Event) and what.history,
        recap=days is not None and said - days[1] > RECAP,
        telling=what.alertable,
    )


def dated(what: Mention | Event, said: date) -> Dated | None:
    """Tell the day of the act; the day on which a turn is announced is not the act's."""
    if what.event_date is None or (what.stage in TURNS and abs(what.event_date - said) <= DAY):
        return None
    return what.event_date, what.date_precision or DatePrecision.DAY


def claim_of(report: Report) -> Dated | None:
    """Tell the day of the act that a report names."""
    return dated(report.mention, report.when.date())


def _subjects(what: Mention | Event, named: frozenset[str]) -> frozenset[str]:
    match what.track:
        case Track.CONSULTATION_BODY:
            return named | {"body"}
        case Track.COOPERATION:
            return named | frozenset(what.domains) & TELLING
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
    """Whether two texts or memberships name programmes or fields, and not the same: two acts, however near."""
    if one.meets or other.meets:
        return False
    here, there = one.subjects - HEADINGS, other.subjects - HEADINGS
    if here and there:
        return not here & there
    fields = bool(one.domains and other.domains) and not one.domains & other.domains
    return fields and one.track == other.track in _OF_FIELDS and one.exact and other.exact


def general(one: Fact) -> bool:
    """Whether it names cooperation and nothing else."""
    return one.track == Track.COOPERATION and not one.subjects


def contrary(one: Fact, other: Fact) -> bool:
    """Whether the two cannot be one act: another session, or another subject on the same day.

    Reports of one act may differ in its main track; then a subject must be shared, or the same people must have
    acted. What the four partners do together is another act than what Korea does alone, whoever was there.
    """
    numbered = one.ordinal is not None and other.ordinal is not None
    beside = _session_beside_programme(one, other) or _session_beside_programme(other, one)
    beside = beside or _posted(one) != _posted(other)
    if beside or unlike(one, other) or (numbered and one.ordinal != other.ordinal):
        return True
    if one.track == other.track or one.subjects & other.subjects:
        return False
    if general(one) or general(other):
        same = one.first == other.first and one.exact and one.place == other.place != "" and one.stage == other.stage
        return not (one.people & other.people or one.ordinal == other.ordinal is not None or same)
    if Track.IP4_PROJECTS in {one.track, other.track}:
        return True
    if len(one.people) > 1 and one.people == other.people:
        return False
    return not one.tracks & other.tracks or len(one.people & other.people) < min(len(one.people), len(other.people), 2)


def _session_beside_programme(one: Fact, other: Fact) -> bool:
    """Whether one tells of a session of the body (and may name programmes), the other of a programme joined."""
    session = one.track == Track.CONSULTATION_BODY and one.act == Act.SESSION
    return session and other.act == Act.MEMBERSHIP and bool(other.subjects - HEADINGS) and "body" not in other.subjects


def _posted(one: Fact) -> bool:
    """Whether it tells of somebody sent to an agency: another act than what the agency buys or agrees."""
    return "posting" in one.subjects and one.track == Track.NATO_PROJECTS and one.stage == Stage.OTHER
