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
from extractors.ladder import LADDERS, LINES, TURNS, meets, pending, step
from extractors.story import Act, Event, Report, Stage

T = TypeVar("T")


def portray(event_id: str, voices: Sequence[Report], *, origins: int) -> Event:
    """Describe an event by its reports, earliest first and at least one."""
    mentions = [report.mention for report in voices]
    telling = [report for report in voices if report.mention.alertable] or voices
    kinds = [one.mention.act for one in telling if one.mention.act != Act.OTHER]
    act = _common(kinds or [Act.OTHER], order=tuple(Act))
    course = course_of(one for one in telling if step(one.mention.stage, act) == 0)
    stage = _stage(telling, act, course)
    day, precision = _date(telling, act, stage, course) or (None, None)
    speaker = max(voices, key=lambda one: (one.mention.alertable, one.mention.stage == stage))
    named = {track for mention in mentions for track in (mention.track, *mention.tracks)}
    tracks = tuple(sorted(named, key=lambda track: track.precedence))
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
        ordinal=_common([mention.ordinal for mention in mentions if mention.ordinal is not None] or [None]),
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
    steps = [one for one in steps if _said(one, act, course) in LINES[act]] or steps
    reached = max(level for level in {step(one.mention.stage, act) for one in steps} if _reached(level, steps, act))
    said = [_said(one, act, course) for one in steps if step(one.mention.stage, act) == reached]
    return _common(said, order=LADDERS[act])


def _said(one: Report, act: Act, course: Course | None) -> Stage:
    """The stage that a report gives the act: a session that agreed on something on its day was held."""
    met = act == Act.SESSION and course is not None and near(fact(one).claim, course.dated)
    return Stage.HELD if met and one.mention.stage == Stage.AGREED else one.mention.stage


def _reached(level: int, steps: Sequence[Report], act: Act) -> bool:
    """Whether a level is more than some outlets' stronger verb for the level below."""
    above = [one for one in steps if step(one.mention.stage, act) >= level]
    below = [one for one in steps if step(one.mention.stage, act) < level]
    if not below or meets(act) or _outlets(above) > _outlets(below):
        return True
    return max(fact(one).day for one in above) > min(fact(one).day for one in below) + NEAR.days


def _overtaken(course: Course, voices: Sequence[Report], act: Act) -> bool:
    """Whether a plan put off or called off has since been done, or more outlets say that it got further."""
    done = [one for one in voices if not pending(one.mention.stage, act)]
    further = [one for one in voices if step(one.mention.stage, act) > 0 and one.mention.stage in LINES[act]]
    later = [one for one in further if one.when > course.since]
    return any(one in done for one in later) or max(_outlets(later), _outlets(done)) > len(course.outlets)


def _date(voices: Sequence[Report], act: Act, stage: Stage, course: Course | None) -> Dated | None:
    """Tell when the act takes or took place, as exactly as its reports do.

    Of what was done without a day named it is the planned one; a plan's day that still lies ahead was not kept.
    """
    planned = course.dated if course else None
    if step(stage, act) == 0:
        return planned
    done = [one for one in voices if step(one.mention.stage, act) > 0]
    named = [(one, claim) for one in done if (claim := fact(one).claim)]
    if not named:
        asked = any(one.mention.stage == Stage.PROPOSED for one in voices)  # on a day of its own
        return planned if planned and not asked and planned[0] <= done[-1].when.date() + NEAR else None
    if not meets(act):
        named = [of for of in named if step(of[0].mention.stage, act) == step(stage, act)] or named
    agreeing = ([of for of in named if near(claim, of[1])] for _, claim in named)
    most = max(agreeing, key=lambda group: (_outlets(one for one, _ in group), group[-1][0].when))
    finest = min(LENGTHS[precision] for _, (_, precision) in most)
    return _common(sorted(day for _, day in most if LENGTHS[day[1]] == finest))


def _place(voices: Sequence[Report]) -> str:
    """Tell where: as most say, and of a plan as the last report says that speaks of a move."""
    placed = [one.mention for one in voices if one.mention.place]
    moves = [one for one in placed if one.moved and one.stage == Stage.SCHEDULED]
    return _common(sorted(one.place for one in moves[-1:] or placed) or [""])


def _outlets(reports: Iterable[Report]) -> int:
    """How many say so: what one outlet says ten times it says once."""
    return len({report.outlet for report in reports})


def _common(values: Iterable[T], order: Sequence[T] = ()) -> T:
    """Return the most frequent value; among equals the first in the order, then the first that came."""
    tally = Counter(values)
    best = [value for value in tally if tally[value] == max(tally.values())]
    return next((value for value in order if value in best), best[0])


def _ranked(values: Iterable[T]) -> tuple[T, ...]:
    """Distinct values, the most frequent first."""
    tally = Counter(values)
    return tuple(sorted(tally, key=lambda value: (-tally[value], str(value))))
