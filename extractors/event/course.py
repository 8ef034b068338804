"""Where a plan stands: the date and the turn that were announced last, told from reports that may come late.

A plan is moved, put off, called off and taken up again, and each outlet says so in its own time. What was announced
last holds; an outlet that soon after repeats what was so before has not heard yet, unless another one agrees with it
or it says itself that the plan was changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from extractors.calendar import LENGTHS, Dated, apart, near
from extractors.event.facts import fact
from extractors.story import TURNS, Report, Stage

ECHO = timedelta(hours=36)  # how long after a change an outlet may not have heard of it
LULL = timedelta(days=3)  # after that a plan put off is put off again, where no new date is named
LEAP = timedelta(days=75)  # a plan's date that one outlet moves by more, without saying so, was misread


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a plan stands after what was announced last."""

    stage: Stage  # scheduled, or the turn that it took
    dated: Dated | None  # of a plan called off the day that it had; None where it was put off without a new one
    since: datetime  # when that was announced
    outlets: frozenset[str]  # who announced it
    formerly: tuple[Dated, ...] = ()  # the dates that it had before
    doubts: frozenset[tuple[str, Stage, Dated | None]] = frozenset()  # who said otherwise since, and was not believed

    @property
    def dates(self) -> tuple[Dated, ...]:
        """Every date that it had, the present one last."""
        return (*self.formerly, self.dated) if self.dated else self.formerly

    def joined(self, report: Report, claim: Dated | None) -> Course:
        """Take the same again; a date that is named more exactly is taken."""
        if claim is None and report.mention.stage != self.stage:
            return self.doubted(report)
        finest = claim if self.dated is None or _finer(claim, self.dated) else self.dated
        return replace(self, dated=finest, outlets=self.outlets | {report.outlet})

    def doubted(self, report: Report) -> Course:
        """Keep what is not believed, for when another outlet says the same."""
        return replace(self, doubts=self.doubts | {(report.outlet, report.mention.stage, fact(report).claim)})

    def believed(self, report: Report) -> bool:
        """Whether a report that goes back behind the last announcement knows of it."""
        patience = ECHO if len(self.outlets) == 1 else LULL
        return report.mention.moved or report.when - self.since >= patience or self.seconded(report)

    def seconded(self, report: Report) -> bool:
        """Whether another outlet says the same."""
        claim = fact(report).claim
        return any(
            outlet != report.outlet and stage == report.mention.stage and (not claim or not other or near(claim, other))
            for outlet, stage, other in self.doubts
        )


def course_of(reports: Iterable[Report]) -> Course | None:
    """Follow reports of plans and turns, in the order of publication; None where there are none."""
    course: Course | None = None
    for report in reports:
        claim = fact(report).claim
        match report.mention.stage:
            case _ if course is None:
                course = _announced(report, claim)
            case Stage.CANCELLED:
                course = _called_off(course, report, claim)
            case Stage.POSTPONED:
                course = _put_off(course, report, claim)
            case _:
                course = _planned(course, report, claim)
    return course


def _announced(report: Report, claim: Dated | None, formerly: tuple[Dated, ...] = ()) -> Course:
    stage = report.mention.stage if report.mention.stage in TURNS else Stage.SCHEDULED
    return Course(stage=stage, dated=claim, since=report.when, outlets=frozenset({report.outlet}), formerly=formerly)


def _called_off(course: Course, report: Report, claim: Dated | None) -> Course:
    if course.stage == Stage.CANCELLED or (course.stage in TURNS and not course.believed(report)):
        return course.joined(report, None)
    return _announced(report, course.dated if _same(claim, course.dated) else claim or course.dated, course.dates)


def _put_off(course: Course, report: Report, claim: Dated | None) -> Course:
    """Follow a report that the plan was put off: to the date that it names, unless that is the one it had."""
    recent = report.when - course.since < ECHO
    quoted = any(_same(claim, old) for old in course.formerly) and (recent or course.stage == Stage.POSTPONED)
    fresh = claim is not None and not quoted
    match course.stage:
        case Stage.CANCELLED if not course.believed(report):
            return course.doubted(report)
        case Stage.POSTPONED if _near(claim, course.dated):
            return course.joined(report, claim)
        case Stage.POSTPONED if not fresh:
            again = claim is None and course.dated is not None and report.when - course.since > LULL
            return _announced(report, None, course.dates) if again else course.joined(report, None)
        case Stage.SCHEDULED if course.formerly and recent and (not fresh or _same(claim, course.dated)):
            return _announced(report, course.dated, course.formerly)  # how the new date came about
        case Stage.SCHEDULED if _same(claim, course.dated):
            fresh = False
    return _announced(report, claim if fresh else None, course.dates)


def _planned(course: Course, report: Report, claim: Dated | None) -> Course:
    """Follow a report that the plan stands, or stands for another date."""
    same, off = claim is None or _near(claim, course.dated), course.stage == Stage.CANCELLED
    if same and not off:
        fixed = course.stage == Stage.POSTPONED and _finer(claim, course.dated)
        return _announced(report, claim, course.formerly) if fixed else course.joined(report, claim)
    former = any(_near(claim, old) for old in course.formerly)
    back = former or (off and same)
    plain = not back and course.stage not in TURNS and not report.mention.moved
    leap = bool(claim and course.dated and apart(claim, course.dated) > LEAP)
    if (plain and leap and not course.seconded(report)) or (back and not course.believed(report)):
        return course.doubted(report)
    now = _announced(report, claim or course.dated, course.formerly if off and same else course.dates)
    return replace(now, doubts=course.doubts) if course.outlets == now.outlets else now


def _near(one: Dated | None, other: Dated | None) -> bool:
    """Whether two dates differ by no more than reports of one act may."""
    return one is not None and other is not None and near(one, other)


def _finer(one: Dated | None, other: Dated | None) -> bool:
    return one is not None and other is not None and LENGTHS[one[1]] < LENGTHS[other[1]]


def _same(one: Dated | None, other: Dated | None) -> bool:
    """Whether the one says no more than the other."""
    return _near(one, other) and not _finer(one, other)
