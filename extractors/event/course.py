"""Where a plan stands: the date and the turn that were announced last, told from reports that may come late.

A plan is moved, put off, called off and taken up again, and each outlet says so in its own time. What was announced
last holds; an outlet that soon after repeats what was so before has not heard yet, unless another one agrees with it
or it says itself that the plan was changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from extractors.calendar import LENGTHS, Dated, apart, near
from extractors.event.facts import AHEAD, fact
from extractors.ladder import TURNS
from extractors.story import Report, Stage

ECHO = timedelta(hours=36)  # how long after a change an outlet may not have heard of it
LULL = timedelta(days=3)  # after that a plan put off is put off again, where no new date is named


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

    def joined(self, report: Report, claim: Dated | None) -> Self:
        """Take the same again; a date that is named more exactly is taken."""
        if claim is None and report.mention.stage != self.stage:
            return self.doubted(report)
        finest = claim if self.dated is None or _finer(claim, self.dated) else self.dated
        return replace(self, dated=finest, outlets=self.outlets | {report.outlet})

    def doubted(self, report: Report) -> Self:
        """Keep what is not believed, for when another outlet says the same."""
        return replace(self, doubts=self.doubts | {(report.outlet, report.mention.stage, fact(report).claim)})

    def believed(self, report: Report) -> bool:
        """Whether a report that goes back behind the last announcement knows of it."""
        patience = ECHO if len(self.outlets) == 1 else LULL
        return report.mention.moved or report.when - self.since >= patience or self.seconded(report)

    def seconded(self, report: Report) -> bool:
        """Whether another outlet says the same."""
        claim, stage = fact(report).claim, report.mention.stage
        others = [other for outlet, said, other in self.doubts if outlet != report.outlet and said == stage]
        return any(not claim or not other or near(claim, other) for other in others)


def course_of(reports: Iterable[Report]) -> Course | None:
    """Follow reports of plans and turns, in the order of publication; None where there are none."""
    course: Course | None = None
    for report in reports:
        follow = {Stage.CANCELLED: _called_off, Stage.POSTPONED: _put_off}.get(report.mention.stage, _planned)
        claim = fact(report).claim
        course = follow(course, report, claim) if course else _announced(report, claim)
    return course


def _announced(report: Report, claim: Dated | None, formerly: tuple[Dated, ...] = ()) -> Course:
    stage = report.mention.stage if report.mention.stage in TURNS else Stage.SCHEDULED
    return Course(stage=stage, dated=claim, since=report.when, outlets=frozenset({report.outlet}), formerly=formerly)


def _called_off(course: Course, report: Report, claim: Dated | None) -> Course:
    if course.stage == Stage.CANCELLED or (course.stage in TURNS and not course.believed(report)):
        return course.joined(report, None)
    week = claim and course.dated and claim[0] - course.dated[0] == timedelta(days=7)  # "on Monday": the one gone by
    same = week or _same(claim, course.dated)
    return _announced(report, course.dated if same else claim or course.dated, course.dates)


def _put_off(course: Course, report: Report, claim: Dated | None) -> Course:
    """Follow a report that the plan was put off: to the date that it names, unless that is the one it had."""
    recent = report.when - course.since < ECHO
    quoted = any(_same(claim, old) for old in course.formerly) and (recent or course.stage == Stage.POSTPONED)
    fresh = claim if not quoted else None
    match course.stage:
        case Stage.CANCELLED if not course.believed(report):
            return course.doubted(report)
        case Stage.POSTPONED if near(claim, course.dated):
            return course.joined(report, claim)
        case Stage.POSTPONED if not fresh:
            again = claim is None and course.dated is not None and report.when - course.since > LULL
            return _announced(report, None, course.dates) if again else course.joined(report, None)
        case Stage.SCHEDULED if course.formerly and recent and (not fresh or _same(claim, course.dated)):
            return _announced(report, course.dated, course.formerly)  # how the new date came about
        case Stage.SCHEDULED if _same(claim, course.dated):
            fresh = None
    return _announced(report, fresh, course.dates)


def _planned(course: Course, report: Report, claim: Dated | None) -> Course:
    """Follow a report that the plan stands, or stands for another date."""
    same, off = claim is None or near(claim, course.dated), course.stage == Stage.CANCELLED
    if same and not off:
        fixed = course.stage == Stage.POSTPONED and _finer(claim, course.dated)
        return _announced(report, claim, course.formerly) if fixed else course.joined(report, claim)
    back = any(near(claim, old) for old in course.formerly) or same
    plain = not back and course.stage not in TURNS and not report.mention.moved
    leap = plain and claim and course.dated and apart(claim, course.dated).days > AHEAD  # misread
    if (leap and not course.seconded(report)) or (back and not course.believed(report)):
        return course.doubted(report)
    now = _announced(report, claim or course.dated, course.formerly if same else course.dates)
    return replace(now, doubts=course.doubts) if course.outlets == now.outlets else now


def _finer(one: Dated | None, other: Dated | None) -> bool:
    return one is not None and other is not None and LENGTHS[one[1]] < LENGTHS[other[1]]


def _same(one: Dated | None, other: Dated | None) -> bool:
    """Whether the one says no more than the other."""
    return near(one, other) and not _finer(one, other)
