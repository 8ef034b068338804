"""What is compared of a report: the facts of its mention in cheap form, and how far in time it can reach."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Final

from extractors.calendar import LENGTHS, Dated, dated, span
from extractors.ladder import TURNS, meets, step
from extractors.learned import PENDING
from extractors.story import Act, Domain, Event, Mention, Report, Stage, Track

DAY: Final = timedelta(days=1)
FORTNIGHT: Final = 14
MONTH: Final = 30  # days between the stages of a text that has no name
AHEAD: Final = 75  # days between a plan and the session that it becomes, or that it is put off to
VAGUE: Final = frozenset({"project:joint", "project:multinational", "project:nato_project", "project:word"})
"""Projects without a name: two acts a day may be about one."""
OCCASION: Final = frozenset({"session_word", "meeting", "stage:held"})  # what says that people met
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
    item: str = field(compare=False)  # which tells it, perhaps beside other acts
    claim: Dated | None = field(compare=False)  # the day of the act that it names
    said: int
    first: int | None  # None also of a span too long to tell acts apart by: "within the year"
    last: int  # of the days that it may mean, else that by which it had taken place
    day: int  # the first of these
    exact: bool
    stage: Stage
    act: Act
    level: int  # its stage as a step
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


@lru_cache(maxsize=1 << 13)  # a window of reports: what one of them says is compared whenever something is learned
def fact(of: Report | Event) -> Fact:
    """Take what is compared of a report, or of an event: history's entry, or one that its reports had left."""
    name = of.event_id if isinstance(of, Event) else of.item_id
    what, said = (of, of.first_reported_at.date()) if isinstance(of, Event) else (of.mention, of.when.date())
    announced = what.stage in TURNS and what.event_date is not None and abs(what.event_date - said) <= DAY
    claim = None if announced else dated(what)  # the day on which a turn is announced is not the act's
    short = span(*claim) if claim and LENGTHS[claim[1]] <= MONTH else None
    day, last = (one.toordinal() for one in short or (said, said))
    named = frozenset() if isinstance(what, Event) else frozenset(what.projects) - VAGUE
    if what.track == Track.CONSULTATION_BODY:  # what a session speaks of sends nobody and opens nothing
        named = named - of_kind(named, "posting:") | {"body"}
    elif what.track == Track.COOPERATION:
        named |= {Domain.AIRWORTHINESS}.intersection(what.domains)  # a field that acts are about
    unknown = _names(what) if isinstance(what, Mention) and not meets(what.act) else frozenset[str]()
    latin = frozenset(filter(str.isascii, unknown))
    return Fact(
        name=name,
        item=name.partition(".")[0],
        claim=claim,
        said=said.toordinal(),
        first=day if short else None,
        last=last,
        day=day,
        exact=bool(short) and day == last,
        stage=what.stage,
        act=what.act,
        level=step(what.stage, what.act),
        planned=what.stage == Stage.SCHEDULED or what.stage in TURNS,
        meets=meets(what.act),
        track=what.track,
        tracks=frozenset(what.tracks) | {what.track},
        subjects=named,
        domains=frozenset(what.domains) | {one for name in named for one in Domain if one in name},
        people=of_kind(what.actors, "person:"),
        others=frozenset(what.actors) - of_kind(what.actors, "person:", "country:"),
        companies=of_kind(what.actors, "company:"),
        offices=of_kind(what.actors, "office:"),
        names=(of_kind({*what.actors, *named}, "company:", "agency:"), latin, unknown - latin),
        place=what.place,
        ordinal=what.ordinal,
        moved=isinstance(what, Mention) and what.moved,
        occasion=isinstance(what, Event) or any(one.concept in OCCASION for one in what.evidence),
        past=isinstance(what, Event) and what.history,
        telling=what.alertable,
    )


def of_kind(names: Iterable[str], *kinds: str) -> frozenset[str]:
    """Concepts of these kinds: "person:", "agency:"."""
    return frozenset(one for one in names if one.startswith(kinds))


def _names(mention: Mention) -> frozenset[str]:
    """Names in the sentence that tells the act, but for those that were found: "Arctic Shield", NGRC, '북극 방패'."""
    known = " ".join(one.term for one in mention.evidence).casefold()
    plain = re.search(r"\b[a-z]{5}", mention.sentence)  # else it is a headline in capitals throughout
    found = {match[match.lastindex or 0] for match in _NAME.finditer(mention.sentence)}
    names = {one.casefold() for one in found if plain or one.isupper() or not one.isascii()}
    return frozenset(one for one in names if not any(word in known for word in one.split()))


def reach(one: Fact) -> tuple[int, int]:
    """First and last day of another report that this one could be likened to, as ordinals."""
    met = 1 if one.first else FORTNIGHT
    slack = AHEAD if one.planned else met if one.meets else PENDING.days if one.subjects else MONTH
    return min(one.day, one.said) - slack, max(one.last, one.said) + slack


def gap(one: Fact, other: Fact) -> int:
    """Days between two dates, 0 where they may be one."""
    return max(0, (one.first or 0) - other.last, (other.first or 0) - one.last)
