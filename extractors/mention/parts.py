"""The acts of a text: title and lead tell the first, a sentence further on tells another where it is one of its own.

What goes on about an act is told of it. A recap, a strip of other headlines, a wish tell none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from extractors.calendar import last_day
from extractors.mention.clause import HEDGES, Clause
from extractors.mention.relevance import Finding, finding
from extractors.mention.tracks import tracks_of
from extractors.model import Item
from extractors.story import Track
from extractors.words.lexicon import Lexicon
from extractors.words.sentences import LEAD

_FRESH: Final = timedelta(days=14)
"""An act that a text tells aside is news as long as this; older days are what came before."""
_ACTS: Final = 12  # sentences that could tell an act of their own: no article tells more, a list of headlines does
_GOES_ON: Final = 4  # sentences after an act's own that can still be about it
_ENDS: Final = (".", "。", "!", "！", "”.", "다")
"""How a sentence ends, and a headline of another page seldom does."""
_WEAKENED: Final = (*HEDGES, "hedge:reaction", "hedge:essay")
_NAMES: Final = ("project:", "agency:", "domain:airworthiness", "domain:standardization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The sentences that tell one act."""

    told: tuple[Clause, ...]  # the title, or the act's own sentence, first
    core: tuple[Clause, ...]  # those in which it all meets, best first
    more: tuple[Clause, ...]  # those that go on about it: facts, and no act
    score: float


def parts(item: Item, read: Sequence[Clause], found: Finding | None, lexicon: Lexicon) -> tuple[Part, ...]:
    """Part an item's sentences into the acts that they tell; `found` is what title and lead say, if anything.

    Returns none where neither they nor a sentence further on tells of the subject.
    """
    today = item.local_day or item.first_seen_at.date()
    opening = [n for n, one in enumerate(read) if _opens(one, read, today, lead=found is not None)][:_ACTS]
    further: list[Part] = []
    taken: set[int] = set()
    for n in opening:
        told = tuple(read[k] for k in (n, *_reach(n, read, opening, today)))
        own = finding(told, lexicon)
        span = range(n, n + len(told))
        before = [_lead(read, found, {*taken, *span}, today)] if found else []
        if own is not None and all(_another(read[n], part, lexicon) for part in (*before, *further)):
            core = told[: len(own.core)]
            further.append(Part(told=core, core=core, more=told[len(core) :], score=own.score))
            taken |= {*span}
    return (*([_lead(read, found, taken, today)] if found else []), *further)


def _lead(read: Sequence[Clause], found: Finding, taken: Collection[int], today: date) -> Part:
    """The act of title and lead, without what is told of others."""
    own = [one for n, one in enumerate(read) if n not in taken]
    core = {(one.field, one.index): rank for rank, one in enumerate(found.core)}
    told = tuple(one for one in own if one.field == "title" or one.index < LEAD or (one.field, one.index) in core)
    more = tuple(one for one in own[: len(told) + _GOES_ON] if one not in told and not _recap(one, today))
    inside = sorted((one for one in told if (one.field, one.index) in core), key=lambda s: core[s.field, s.index])
    return Part(told=told, core=tuple(inside), more=more, score=found.score)


def _opens(one: Clause, read: Sequence[Clause], today: date, *, lead: bool) -> bool:
    """Whether a sentence tells an act of its own: a verb without any hedge, both parties, and that it is of now."""
    if one.field == "title" or _elliptic(one) or not _both(one):
        return False
    if one.index < LEAD and not (lead and (not one.index or one.having("also"))):
        return False
    if not _ended(one) or read[0].text in one.text:
        return False
    return bool(one.firm) and not one.having(*_WEAKENED) and _of_now(one, today)


def _elliptic(one: Clause) -> bool:
    """Whether a sentence begins with those who were named before: "The two sides also …"."""
    names = [hit.start for hit in one.having("korea", "nato", "korea_nato", "ip4", "office:", "person:", "body")]
    return any(hit.start < min(names, default=hit.end) for hit in one.having("parties"))


def _both(one: Clause) -> bool:
    return bool(one.sides & {"both", "ip4"} or one.having("body")) or one.sides >= {"korea", "nato"}


def _of_now(one: Clause, today: date) -> bool:
    if not one.index:
        return bool(one.firm & {"stage:signed", "stage:joined", "stage:held"})
    days = [*one.days.read(one.text, today, ahead=False), *one.days.read(one.text, today, ahead=True)]
    near = any(last_day(dated) >= today - _FRESH for dated in days)
    return near if days else bool(one.having("also"))


def _reach(start: int, read: Sequence[Clause], opening: Sequence[int], today: date) -> list[int]:
    """The sentences right after an act's own that go on about it."""
    found: list[int] = []
    for n in range(start + 1, min(len(read), start + 1 + _GOES_ON)):
        one = read[n]
        if n in opening or one.field != read[start].field or not _ended(one) or _recap(one, today):
            break
        found.append(n)
    return found


def _ended(one: Clause) -> bool:
    return one.text.rstrip("\"'”’)]").endswith(_ENDS)


def _recap(one: Clause, today: date) -> bool:
    """Whether a sentence names old days alone."""
    days = list(one.days.read(one.text, today, ahead=False))
    return bool(days) and all(last_day(dated) < today - _FRESH for dated in days)


def _another(own: Clause, part: Part, lexicon: Lexicon) -> bool:
    """Whether an act is none that is told already: another line of cooperation, programme or session."""
    title = part.told[0]
    track, other = tracks_of([own], lexicon)[0], tracks_of(part.told, lexicon)[0]
    if own.index == 0:  # it says again what the title says, unless that tells two
        return track != other and len(title.firm) > 1 and track in tracks_of([title], lexicon)
    if track != other:
        return True
    if track == Track.CONSULTATION_BODY:
        numbers = {number for s in part.told if (number := s.number)}
        return bool(own.number and numbers) and own.number not in numbers
    here, there = ({hit.concept for s in told for hit in s.having(*_NAMES)} for told in ([own], part.told))
    return bool(here and there) and not here & there
