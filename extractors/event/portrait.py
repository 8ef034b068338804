"""What an event is, from its reports: each value chosen by rule, so that the same reports give the same event.

Reports of one act disagree. A stage is reached when it was reported later than the stage before it, or by most of
those who report at the same time ("pact signed" for an agreement stays an agreement); a date is the one that
most reports of the act name to the day; a plan's date is the one announced last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from extractors.calendar import LENGTHS, NEAR, Dated, near
from extractors.event.course import Course, course_of
from extractors.event.facts import dated
from extractors.event.ladder import LADDERS, LINES, TURNS, pending, step
from extractors.story import Act, DatePrecision, Event, Report, Stage

T = TypeVar("T")


def portray(event_id: str, voices: Sequence[Report], *, origins: int) -> Event:
    """Describe an event by its reports, earliest first and at least one."""
    mentions = [report.mention for report in voices]
    telling = [report for report in voices if report.mention.alertable] or voices
    act = _act(telling)
    stage = stage_of(telling, act)
    day, precision = date_of(telling, act, stage) or (None, None)
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
        title=speaker.title,
        event_date=day,
        date_precision=precision,
        place=place_of(voices),
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
        sentence_language=speaker.language,
    )


def stage_of(voices: Sequence[Report], act: Act) -> Stage:
    """Tell how far the act got."""
    course = _course(voices, act)
    if course is not None and course.stage in TURNS and not _overtaken(course, voices, act):
        return course.stage
    steps = [one for one in voices if one.mention.stage not in TURNS] or voices
    steps = [one for one in steps if one.mention.stage in LINES[act]] or steps
    levels = sorted({step(one.mention.stage, act) for one in steps})
    reached = [level for level in levels if _reached(level, steps, act)][-1]
    return _common((one.mention.stage for one in steps if step(one.mention.stage, act) == reached), order=LADDERS[act])


def _course(voices: Sequence[Report], act: Act) -> Course | None:
    return course_of([one for one in voices if step(one.mention.stage, act) == 0])


def _reached(level: int, steps: Sequence[Report], act: Act) -> bool:
    """Whether a level is more than some outlets' stronger verb for the level below."""
    above = [one for one in steps if step(one.mention.stage, act) >= level]
    below = [one for one in steps if step(one.mention.stage, act) < level]
    if not below or act in {Act.SESSION, Act.OTHER}:
        return True
    first = min(map(_day, below))
    return len(_outlets(above)) > len(_outlets(below)) or any(_day(one) > first + NEAR for one in above)


def _overtaken(course: Course, voices: Sequence[Report], act: Act) -> bool:
    """Whether a plan put off or called off has since been done, or more outlets say that it got further."""
    further = [one for one in voices if step(one.mention.stage, act) > 0 and one.mention.stage in LINES[act]]
    done = [one for one in voices if not pending(one.mention.stage, act)]
    later = [one for one in further if one.when > course.since]
    return (
        any(not pending(one.mention.stage, act) for one in later)
        or len(_outlets(later)) > len(course.outlets)
        or len(_outlets(done)) > len(course.outlets)
    )


def date_of(voices: Sequence[Report], act: Act, stage: Stage) -> Dated | None:
    """Tell when the act takes or took place, as exactly as its reports do."""
    course = _course(voices, act)
    if step(stage, act) == 0:
        return course.dated if course else None
    done = [one for one in voices if step(one.mention.stage, act) > 0]
    if act in {Act.DOCUMENT, Act.MEMBERSHIP}:
        reached = [one for one in done if _dated(one) and step(one.mention.stage, act) == step(stage, act)]
        done = reached or done
    if not any(map(_dated, done)):
        return _passed(course, done)
    groups: list[list[Report]] = []
    for one in filter(_dated, done):
        fitting = [group for group in groups if near(_known(group[0]), _known(one))]
        if fitting:
            fitting[-1].append(one)
        else:
            groups.append([one])
    group = [_known(one) for one in max(groups, key=lambda of: (len(_outlets(of)), of[-1].when))]
    finest = min(LENGTHS[precision] for _, precision in group)
    return _common(sorted(value for value in group if LENGTHS[value[1]] == finest))


def _passed(course: Course | None, done: Sequence[Report]) -> Dated | None:
    """The planned date of what was done without a day named; one that still lies ahead was not kept."""
    if course is None or course.dated is None:
        return None
    return course.dated if course.dated[0] <= done[-1].when.date() + NEAR else None


def place_of(voices: Sequence[Report]) -> str:
    """Tell where: as most say, and of a plan as the last report says that speaks of a move."""
    moves = [
        one.mention.place
        for one in voices
        if one.mention.moved and one.mention.stage == Stage.SCHEDULED and one.mention.place
    ]
    places = moves[-1:] or sorted(one.mention.place for one in voices if one.mention.place)
    return _common(places) if places else ""


def _dated(report: Report) -> Dated | None:
    return dated(report.mention, report.when.date())


def _known(report: Report) -> Dated:
    return _dated(report) or (report.when.date(), DatePrecision.DAY)


def _outlets(reports: Sequence[Report]) -> set[str]:
    """Who says so: what one outlet says ten times it says once."""
    return {report.outlet for report in reports}


def _day(report: Report) -> date:
    value = _dated(report)
    return value[0] if value and value[1] == DatePrecision.DAY else report.when.date()


def _act(voices: Sequence[Report]) -> Act:
    acts = [one.mention.act for one in voices if one.mention.act != Act.OTHER]
    return _common(acts, order=tuple(Act)) if acts else Act.OTHER


def _common(values: Iterable[T], order: Sequence[T] = ()) -> T:
    """Return the most frequent value; among equals the first in the order, then the first that came."""
    tally = Counter(values)
    most = max(tally.values())
    best = [value for value in tally if tally[value] == most]
    return next((value for value in order if value in best), best[0])


def _ranked(values: Iterable[T]) -> tuple[T, ...]:
    """Distinct values, the most frequent first."""
    return tuple(value for value, _ in sorted(Counter(values).items(), key=lambda pair: (-pair[1], str(pair[0]))))
