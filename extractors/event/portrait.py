"""What an event is, from its reports: each value chosen by rule, so that the same reports give the same event.

Reports of one act disagree. A stage is reached when it was reported later than the stage before it, or by most of
those who report at the same time ("pact signed" for an agreement stays an agreement); a date is the one that
most reports of the act name to the day; a plan's date is the one announced last.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from extractors.calendar import LENGTHS, NEAR, Dated, near
from extractors.event.course import Course, course_of
from extractors.event.facts import fact
from extractors.story import LADDERS, LINES, TURNS, Act, DatePrecision, Event, Report, Stage, meets, pending, step

T = TypeVar("T")


def portray(event_id: str, voices: Sequence[Report], *, origins: int) -> Event:
    """Describe an event by its reports, earliest first and at least one."""
    mentions = [report.mention for report in voices]
    telling = [report for report in voices if report.mention.alertable] or voices
    acts = [one.mention.act for one in telling if one.mention.act != Act.OTHER]
    act = _common(acts, order=tuple(Act)) if acts else Act.OTHER
    course = course_of(one for one in telling if step(one.mention.stage, act) == 0)
    stage = _stage(telling, act, course)
    day, precision = _date(telling, act, stage, course) or (None, None)
    speaker = max(voices, key=lambda one: (one.mention.alertable, one.mention.stage == stage))
    named = {track for mention in mentions for track in (mention.track, *mention.tracks)}
    tracks = tuple(sorted(named, key=lambda track: track.precedence))
    ordinals = [mention.ordinal for mention in mentions if mention.ordinal is not None]
    return Event(
        event_id=event_id,
        track=_common((mention.track for mention in mentions), order=tracks),
        tracks=tracks,
        stage=stage,
        act=act,
        title=speaker.headline,
        event_date=day,
        date_precision=precision,
        place=_place(voices),
        ordinal=_common(ordinals) if ordinals else None,
        alertable=any(mention.alertable for mention in mentions),
        reason=speaker.mention.reason,
        first_reported_at=voices[0].when,
        last_reported_at=voices[-1].when,
        reports=len(voices),
        origins=origins,
        outlets=_ranked(report.outlet for report in voices),
        languages=_ranked(report.language for report in voices),
        domains=_ranked(domain for mention in mentions for domain in mention.domains),
        actors=_ranked(actor for mention in mentions for actor in mention.actors),
        sentence=speaker.mention.sentence,
    )


def _stage(voices: Sequence[Report], act: Act, course: Course | None) -> Stage:
    """Tell how far the act got."""
    if course is not None and course.stage in TURNS and not _overtaken(course, voices, act):
        return course.stage
    steps = [one for one in voices if one.mention.stage not in TURNS] or voices
    steps = [one for one in steps if one.mention.stage in LINES[act]] or steps
    reached = max(level for level in {step(one.mention.stage, act) for one in steps} if _reached(level, steps, act))
    return _common((one.mention.stage for one in steps if step(one.mention.stage, act) == reached), order=LADDERS[act])


def _reached(level: int, steps: Sequence[Report], act: Act) -> bool:
    """Whether a level is more than some outlets' stronger verb for the level below."""
    above = [one for one in steps if step(one.mention.stage, act) >= level]
    below = [one for one in steps if step(one.mention.stage, act) < level]
    if not below or meets(act):
        return True
    first = min(_known(one)[0] for one in below)
    return len(_outlets(above)) > len(_outlets(below)) or any(_known(one)[0] > first + NEAR for one in above)


def _overtaken(course: Course, voices: Sequence[Report], act: Act) -> bool:
    """Whether a plan put off or called off has since been done, or more outlets say that it got further."""
    further = [one for one in voices if step(one.mention.stage, act) > 0 and one.mention.stage in LINES[act]]
    done = [one for one in voices if not pending(one.mention.stage, act)]
    later = [one for one in further if one.when > course.since]
    return any(one in done for one in later) or max(map(len, map(_outlets, (later, done)))) > len(course.outlets)


def _date(voices: Sequence[Report], act: Act, stage: Stage, course: Course | None) -> Dated | None:
    """Tell when the act takes or took place, as exactly as its reports do.

    Of what was done without a day named it is the planned one; a plan's day that still lies ahead was not kept.
    """
    planned = course.dated if course else None
    if step(stage, act) == 0:
        return planned
    done = [one for one in voices if step(one.mention.stage, act) > 0]
    named = [one for one in done if fact(one).claim]
    if not named:
        return planned if planned and planned[0] <= done[-1].when.date() + NEAR else None
    if not meets(act):
        named = [one for one in named if step(one.mention.stage, act) == step(stage, act)] or named
    groups = ([other for other in named if near(_known(one), _known(other))] for one in named)
    days = [_known(one) for one in max(groups, key=lambda of: (len(_outlets(of)), of[-1].when))]
    finest = min(LENGTHS[precision] for _, precision in days)
    return _common(sorted(day for day in days if LENGTHS[day[1]] == finest))


def _place(voices: Sequence[Report]) -> str:
    """Tell where: as most say, and of a plan as the last report says that speaks of a move."""
    placed = [one.mention for one in voices if one.mention.place]
    moves = [one for one in placed if one.moved and one.stage == Stage.SCHEDULED]
    return _common(sorted(one.place for one in moves[-1:] or placed) or [""])


def _known(report: Report) -> Dated:
    """The day that a report names of the act, else its own."""
    return fact(report).claim or (report.when.date(), DatePrecision.DAY)


def _outlets(reports: Iterable[Report]) -> set[str]:
    """Who says so: what one outlet says ten times it says once."""
    return {report.outlet for report in reports}


def _common(values: Iterable[T], order: Sequence[T] = ()) -> T:
    """Return the most frequent value; among equals the first in the order, then the first that came."""
    tally = Counter(values)
    best = [value for value in tally if tally[value] == max(tally.values())]
    return next((value for value in order if value in best), best[0])


def _ranked(values: Iterable[T]) -> tuple[T, ...]:
    """Distinct values, the most frequent first."""
    tally = Counter(values)
    return tuple(sorted(tally, key=lambda value: (-tally[value], str(value))))
