"""What is compared of a report: the facts of its mention in cheap form, and how far in time it can reach."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from extractors.calendar import Dated, dated, span
from extractors.story import TURNS, Act, DatePrecision, Domain, Event, Mention, Report, Stage, Track, meets

DAY: Final = timedelta(days=1)
FORTNIGHT: Final = 14
MONTH: Final = 30  # days between the stages of one text: what takes longer is told as an act of its own
AHEAD: Final = 75  # days between a plan and the session that it becomes, or that it is put off to
VAGUE: Final = frozenset({"project:joint", "project:multinational", "project:nato_project", "project:word"})
"""Projects without a name: two acts a day may be about one."""
OCCASION: Final = frozenset({"session_word", "meeting", "stage:held"})
"""What says that people met."""
_NAME: Final = re.compile(
    r"(?<![A-Za-z-])([A-Z][A-Z0-9]{2,}(?:-[A-Z0-9]+)*)(?![a-z])"  # an acronym
    r"|(?<=[a-z] )((?:[A-Z][a-z]+ ){1,3}[A-Z][a-z]+)"  # capitals within a sentence
    r"|(?<=['’]s )([A-Z][a-z]+)(?= [a-z])"  # or one that belongs to somebody
    r"|['\"‘“「『《]([가-힣]{1,6}(?: [가-힣]{1,6}){0,2})['\"’”」』》]"  # quoted, as Korean marks names
)


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
    companies: frozenset[str]
    offices: frozenset[str]
    names: tuple[frozenset[str], ...]  # companies and agencies; what no lexicon knows in Latin script; in another
    place: str
    ordinal: int | None
    moved: bool
    occasion: bool  # names a meeting, whatever it says was done there
    past: bool  # history's entry
    telling: bool  # of an act of its own, and no remark, essay or preview

    @property
    def item(self) -> str:
        """The item that tells it, perhaps beside other acts."""
        return self.name.partition(".")[0]

    @property
    def postings(self) -> frozenset[str]:
        """Whether somebody is sent, or an office opened."""
        return frozenset(one for one in self.subjects if one.startswith("posting:"))


@lru_cache(maxsize=1 << 13)  # a window of reports: what one of them says is compared whenever something is learned
def fact(of: Report | Event) -> Fact:
    """Take what is compared of a report, or of an event: history's entry, or one that its reports had left."""
    what, said = (of, of.first_reported_at.date()) if isinstance(of, Event) else (of.mention, of.when.date())
    known = _claim(what, said)
    days = span(*known) if known else None
    if days and (days[1] - days[0]).days > MONTH:
        days = None  # "within the year" is no date to tell acts apart by
    named: frozenset[str] = frozenset() if isinstance(what, Event) else frozenset(what.projects) - VAGUE
    own: dict[Track, set[str]] = {
        Track.CONSULTATION_BODY: {"body"},
        Track.COOPERATION: set[str](what.domains) & {Domain.AIRWORTHINESS},  # the one field that is a subject of acts
    }
    if what.track == Track.CONSULTATION_BODY:  # what a session speaks of sends nobody and opens nothing
        named = frozenset(one for one in named if not one.startswith("posting:"))
    unknown = _names(what) if isinstance(what, Mention) and not meets(what.act) else []
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
        subjects=named.union(own.get(what.track, ())),
        domains=frozenset(what.domains) | {one for name in named for one in Domain if one in name},
        people=frozenset(one for one in what.actors if one.startswith("person:")),
        others=frozenset(one for one in what.actors if not one.startswith(("person:", "country:"))),
        companies=frozenset(one for one in what.actors if one.startswith("company:")),
        offices=frozenset(one for one in what.actors if one.startswith("office:")),
        names=(
            frozenset(one for one in {*what.actors, *named} if one.startswith(("company:", "agency:"))),
            frozenset(filter(str.isascii, unknown)),
            frozenset(one for one in unknown if not one.isascii()),
        ),
        place=what.place,
        ordinal=what.ordinal,
        moved=isinstance(what, Mention) and what.moved,
        occasion=isinstance(what, Event) or any(one.concept in OCCASION for one in what.evidence),
        past=isinstance(what, Event) and what.history,
        telling=what.alertable,
    )


def _names(mention: Mention) -> list[str]:
    """Names in the sentence that tells the act, but for those that were found: "Arctic Shield", NGRC, '북극 방패'."""
    known = " ".join(one.term for one in mention.evidence).casefold()
    found = [name for match in _NAME.finditer(mention.sentence) for name in match.groups() if name]
    if not re.search(r"\b[a-z]{5}", mention.sentence):  # a headline in capitals throughout
        found = [name for name in found if name.isupper() or not name.isascii()]
    return [name for name in map(str.casefold, found) if not any(word in known for word in name.split())]


def claim_of(report: Report) -> Dated | None:
    """Tell the day of the act that a report names; the day on which a turn is announced is not the act's."""
    return _claim(report.mention, report.when.date())


def _claim(what: Mention | Event, said: date) -> Dated | None:
    announced = what.stage in TURNS and what.event_date is not None and abs(what.event_date - said) <= DAY
    return None if announced else dated(what)


def reach(one: Fact) -> tuple[int, int]:
    """First and last day of another report that this one could be likened to, as ordinals."""
    slack = AHEAD if one.planned else 1 if one.meets else MONTH
    if one.first is None:
        return one.said - max(slack, FORTNIGHT), one.said + max(slack, FORTNIGHT)
    return min(one.first, one.said) - slack, max(one.last, one.said) + slack


def gap(one: Fact, other: Fact) -> int:
    """Days between two dates, 0 where they may be one."""
    return max(0, (one.first or 0) - other.last, (other.first or 0) - one.last)
