"""The acts of a text: title and lead tell the first, a sentence further on tells another where it is one of its own.

What goes on about an act is told of it. A recap, a strip of other headlines, a wish tell none.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import takewhile
from typing import Final

from extractors.calendar import Dated, last_day
from extractors.mention.act import DEEDS, LEAD, Act
from extractors.mention.day import date_of
from extractors.mention.relevance import Finding, finding
from extractors.mention.tracks import tracks_of
from extractors.mention.verb import verb_of
from extractors.story import Act as Kind
from extractors.story import DatePrecision, Evidence, Stage, Track

_FRESH: Final = timedelta(days=14)  # an act told aside is news as long as this; older days are what came before
_ACTS: Final = 12  # sentences that could tell an act of their own: no article tells more, a list of headlines does
_GOES_ON: Final = 4  # sentences after an act's own that can still be about it
_ENDS: Final = (".", "。", "!", "”.", "다")  # of a sentence, and seldom of a headline of another page


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What the sentences of one act tell together."""

    found: Finding
    told: tuple[Act, ...]  # the sentences that tell it
    title: Act  # what the item, or the act further on, begins with
    act: Act  # the one that tells it, by its verb where it has any
    verb: Evidence | None  # None where none is found, and what kind of act it is shows otherwise
    tracks: tuple[Track, ...]  # the lines of cooperation that it names as its act, the main one first
    kind: Kind  # decides the stages that it may pass through
    stage: Stage  # how far it got
    dated: Dated | None  # when it took or takes place
    horizon: timedelta  # the age from which it is a recap


def parts(read: Sequence[Act], found: Finding | None, horizon: timedelta) -> tuple[Telling, ...]:
    """Part an item's sentences into the acts that they tell; `found` is what title and lead say, if anything.

    Returns none where neither they nor a sentence further on tells of the subject.
    """
    opening = [n for n, one in enumerate(read) if _opens(one, lead=found is not None)][:_ACTS]

    def goes_on(n: int) -> bool:
        return n not in opening and _ended(read[n]) and not read[n].past(_FRESH)

    further: list[Finding] = []
    taken: set[int] = set()
    for n in opening:
        after = range(n + 1, min(len(read), n + 1 + _GOES_ON))
        span = (n, *takewhile(goes_on, after))
        told, before = tuple(read[k] for k in span), [_lead(read, found, {*taken, *span})] if found else []
        own = finding(told)
        if own is None and before and _plans(read[n]):  # "The next session will be …": of whom, on what was said before
            own = replace(before[0], core=told[:1], told=told[:1], more=told[1:])
        if own is not None and all(_another(read[n], one.told) for one in (*before, *further)):
            further.append(own)
            taken |= {*span}
    tellings: list[Telling] = []
    for one in (*([_lead(read, found, taken)] if found else []), *further):
        tellings.append(_telling(one, horizon, tellings[-1] if tellings else None))
    return tuple(tellings)


def _telling(found: Finding, horizon: timedelta, before: Telling | None) -> Telling:
    """Put together what an act's sentences tell; `before` is what the item tells just before it ("the same day")."""
    told = found.told
    following = told[0].having("session_word") and not told[0].having(
        "subjects"
    )  # "the next session" is of the body told before
    tracks = before.tracks if before and following else tracks_of(told)
    act, verb, stage, kind = verb_of(told, found.core, tracks[0])
    later = any(last_day(day) > told[0].today for day in told[0].when(ahead=False))
    agreed = verb and verb.concept == "stage:agreed" and not later  # what they agreed for a day ahead dates no session
    dated = date_of(act, told, stage=Stage.AGREED if agreed and stage == Stage.HELD else stage, horizon=horizon)
    if dated is None and before and act.pattern("<same_day>").search(act.text):
        dated = before.dated
    if dated and dated[0] > act.today + timedelta(days=1) and stage in {Stage.HELD, Stage.OTHER}:
        stage = Stage.SCHEDULED  # words without a tense (개최): the date decides
    return Telling(
        found=found,
        told=told,
        title=told[0],
        act=act,
        verb=verb,
        tracks=tracks,
        kind=kind,
        stage=stage,
        dated=dated,
        horizon=horizon,
    )


def _lead(read: Sequence[Act], found: Finding, taken: Collection[int]) -> Finding:
    """The act of title and lead, without what is told of others."""
    own = [one for n, one in enumerate(read) if n not in taken]
    done = read[0].firm & DEEDS  # else what it speaks of may be what is recalled
    near = (one for one in own if one.index < LEAD or one in found.core)
    told = tuple(one for one in near if not one.recalls(_FRESH) or (one in found.core and not done))
    more = tuple(one for one in own[: len(told) + _GOES_ON] if one not in told and not one.past(_FRESH))
    return replace(found, told=told, core=tuple(one for one in found.core if one in own), more=more)


def _opens(one: Act, *, lead: bool) -> bool:
    """Whether a sentence tells an act of its own: a verb without any hedge, both parties, and that it is of now."""
    plans = _plans(one)
    apart = plans or not one.index or one.having("also")
    if one.field == "title" or (one.index < LEAD and not (lead and apart)):
        return False
    told = (plans or (one.means("of_both") and not _elliptic(one))) and _ended(one)
    now = bool(not one.index or one.when(ahead=False) or one.having("also")) and not one.past(_FRESH)
    return bool(told and one.firm) and now and not one.having("weakened")


def _plans(one: Act) -> bool:
    """Whether a sentence sets a sitting for a day or month ahead."""
    sitting = one.number or one.having("body", "session_word")
    days = (day for day, precision in one.when(ahead=True) if precision in {DatePrecision.DAY, DatePrecision.MONTH})
    return bool(sitting and "stage:scheduled" in one.firm) and any(day > one.today for day in days)


def _elliptic(one: Act) -> bool:
    """Whether a sentence begins with those who were named before: "The two sides also …"."""
    names = [hit.start for hit in one.having("korea", "nato", "korea_nato", "ip4", "office:", "person:", "body")]
    return any(hit.start < min(names, default=hit.end) for hit in one.having("parties"))


def _ended(one: Act) -> bool:
    return one.text.rstrip("\"'”’)]").endswith(_ENDS)


def _another(own: Act, told: Sequence[Act]) -> bool:
    """Whether an act is none that is told already: another line of cooperation, programme or session."""
    follows, other = _plans(own), tracks_of(told)[0]
    track = other if follows and other == Track.CONSULTATION_BODY else tracks_of([own])[0]
    latest = max((number for s in told if (number := s.number)), default=None)
    if own.index == 0:  # it says again what the title says, unless that tells two
        return track != other and len(told[0].firm) > 1 and track in tracks_of(told[:1])
    if track != other:
        return track != Track.COOPERATION or bool(own.having("subjects", "domain:"))
    if track == Track.CONSULTATION_BODY:
        if own.number:
            return latest is not None and own.number > latest
        sat = any(s.index == 0 and "stage:held" in s.firm for s in told[1:])
        return follows and sat and "stage:scheduled" not in told[0].firm
    here, there = ({hit.concept for s in part for hit in s.having("programmes")} for part in ([own], told))
    return bool(here and there) and not here & there
