"""Where a plan stands: the date and the turn that were announced last, told from reports that may come late.

A plan is moved, put off, called off and taken up again, and each outlet says so in its own time. What was announced
last holds; an outlet that soon after repeats what was so before has not heard yet, unless another one agrees with it
or it says itself that the plan was changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from extractors.calendar import LENGTHS, Dated, apart, near, span
from extractors.event.facts import dated
from extractors.event.ladder import TURNS
from extractors.story import Report, Stage

ECHO = timedelta(hours=36)  # how long after a change an outlet may not have heard of it
LULL = timedelta(days=3)  # after that a plan put off is put off again, where no new date is named
LEAP = timedelta(days=75)  # a plan's date that one outlet moves by more, without saying so, was misread


Doubt = tuple[str, Stage, Dated | None]  # who says how it stands, for which date


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a plan stands after what was announced last."""

    stage: Stage  # scheduled, or the turn that it took
    dated: Dated | None  # of a plan called off the day that it had; None where it was put off without a new one
    since: datetime  # when that was announced
    outlets: frozenset[str]  # who announced it
    formerly: tuple[Dated, ...] = ()  # the dates that it had before
    doubts: frozenset[Doubt] = frozenset()  # what was said against it since, and not believed


def course_of(reports: Sequence[Report]) -> Course | None:
    """Follow reports of plans and turns, in the order of publication; None where there are none."""
    course: Course | None = None
    for report in reports:
        follow = _FOLLOWING.get(report.mention.stage, _planned)
        course = _announced(report, _claim(report)) if course is None else follow(course, report, _claim(report))
    return course


def _announced(report: Report, claim: Dated | None, before: Course | None = None) -> Course:
    turn = report.mention.stage in TURNS
    former = (*before.formerly, before.dated) if before and before.dated else before.formerly if before else ()
    return Course(
        stage=report.mention.stage if turn else Stage.SCHEDULED,
        dated=claim,
        since=report.when,
        outlets=frozenset({report.outlet}),
        formerly=former,
    )


def _called_off(course: Course, report: Report, claim: Dated | None) -> Course:
    if course.stage == Stage.CANCELLED or (course.stage in TURNS and not _believed(course, report)):
        return _joined(course, report, None)
    known = _near(claim, course.dated) and not _finer(claim, course.dated)
    return _announced(report, course.dated if known else claim or course.dated, course)


def _put_off(course: Course, report: Report, claim: Dated | None) -> Course:
    """Follow a report that the plan was put off: to the date that it names, unless that is the one it had."""
    quoted = any(_near(claim, old) and not _finer(claim, old) for old in course.formerly)
    fresh = claim is not None and not quoted
    match course.stage:
        case Stage.CANCELLED if not _believed(course, report):
            return _doubted(course, report)
        case Stage.POSTPONED if _near(claim, course.dated):
            return _joined(course, report, claim)
        case Stage.POSTPONED if not fresh:
            again = claim is None and course.dated is not None and report.when - course.since > LULL
            return _announced(report, None, course) if again else _joined(course, report, None)
        case Stage.SCHEDULED if not fresh and course.formerly and (quoted or report.when - course.since < ECHO):
            return replace(_announced(report, course.dated), formerly=course.formerly)  # how the new date came about
        case Stage.SCHEDULED if _near(claim, course.dated) and not _finer(claim, course.dated):
            fresh = False
    return _announced(report, claim if fresh else None, course)


def _planned(course: Course, report: Report, claim: Dated | None) -> Course:
    """Follow a report that the plan stands, or stands for another date."""
    same, off = _near(claim, course.dated), course.stage == Stage.CANCELLED
    again = off and (claim is None or same)
    if (claim is None or same) and not off:
        fixed = course.stage == Stage.POSTPONED and _finer(claim, course.dated)
        return _announced(report, claim, replace(course, dated=None)) if fixed else _joined(course, report, claim)
    former = any(_near(claim, old) for old in course.formerly)
    if (again or former) and not _believed(course, report):
        return _doubted(course, report)
    leap = (
        not former
        and claim
        and course.dated
        and course.stage not in TURNS
        and apart(span(*claim), span(*course.dated)) > LEAP
    )
    if leap and not (report.mention.moved or _seconded(course, report)):
        return _doubted(course, report)
    return _announced(report, claim or course.dated, replace(course, dated=None) if again else course)


def _believed(course: Course, report: Report) -> bool:
    """Whether a report that goes back behind the last announcement knows of it."""
    patience = ECHO if len(course.outlets) == 1 else LULL
    return report.mention.moved or report.when - course.since >= patience or _seconded(course, report)


def _seconded(course: Course, report: Report) -> bool:
    """Whether another outlet says the same."""
    claim = _claim(report)
    return any(
        outlet != report.outlet
        and stage == report.mention.stage
        and (claim is None or other is None or near(claim, other))
        for outlet, stage, other in course.doubts
    )


def _joined(course: Course, report: Report, claim: Dated | None) -> Course:
    """Take the same again; a date that is named more exactly is taken."""
    if claim is None and report.mention.stage != course.stage:
        return _doubted(course, report)
    finest = claim if course.dated is None or _finer(claim, course.dated) else course.dated
    return replace(course, dated=finest, outlets=course.outlets | {report.outlet})


def _doubted(course: Course, report: Report) -> Course:
    return replace(course, doubts=course.doubts | {(report.outlet, report.mention.stage, _claim(report))})


def _claim(report: Report) -> Dated | None:
    return dated(report.mention, report.when.date())


def _near(one: Dated | None, other: Dated | None) -> bool:
    """Whether two dates differ by no more than reports of one act may."""
    return one is not None and other is not None and near(one, other)


def _finer(one: Dated | None, other: Dated | None) -> bool:
    return one is not None and other is not None and LENGTHS[one[1]] < LENGTHS[other[1]]


_FOLLOWING = {Stage.CANCELLED: _called_off, Stage.POSTPONED: _put_off}
