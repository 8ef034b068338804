"""What a cycle learned of one event: at most one change, measured against how the event was told last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Final

from extractors.calendar import LENGTHS, NEAR, Dated, apart, last_day, span
from extractors.event.ladder import LINES, TURNS, pending, step
from extractors.learned import ChangeKind, EventChange
from extractors.story import Act, DatePrecision, Event, Report, Stage, Standing

SAME_NEWS: Final = timedelta(days=1)
"""A date that another report of the same news knows more exactly is no news of its own."""

DISPUTED: Final = timedelta(days=7)
"""Reports of one text may date it by its announcement, its signing or its first day: less is a disagreement."""

News = tuple[ChangeKind, str] | None


def change(
    after: Event, known: Sequence[Event], left: Sequence[Event], reports: Sequence[Report], fresh: Sequence[Report]
) -> tuple[EventChange | None, tuple[Standing, ...]]:
    """Compare an event with how it was told; return what changed and how it has been told with that.

    `known` are the rows that it continues (several after a merge), `left` those that reports of it have left,
    `reports` all of its own, at least one, and `fresh` those of this cycle. An event that history knows, or that no
    report makes alertable, is no news; one that parted from another is new, and silent where its report told that one.
    """
    if after.history or not after.alertable:
        return None, ()
    told = [standings(event) for event in known if event.alertable]
    brought = tuple(fresh or reports)
    if not told:
        new = _made(ChangeKind.NEW, "new", "first report", after, known, brought)
        parent = _told_with(after, left, reports)
        silent = f"told as a part of event {parent}" if parent else ""
        return replace(new, silent=silent), (_standing(after, new.by),)
    news = [_news(so_far[-1], after, brought) for so_far in told]
    covered = [found is None and so_far[-1].stage == after.stage for found, so_far in zip(news, told, strict=True)]
    before = tuple(one for _, so_far in sorted(zip(covered, told, strict=True), key=_covered) for one in so_far)
    found = None if any(covered) else next(filter(None, news), None)
    if found is None or not fresh:  # what only parted from it is told where it went
        name = f"corroborated:{min(one.item_id for one in brought)}"
        further = _made(ChangeKind.CORROBORATED, name, "a further report", after, known, brought)
        return further if fresh else None, (*before[:-1], _firmed(before[-1], after))
    made = _made(found[0], "", found[1], after, known, brought)
    now = (*before, _standing(after, made.by))
    steps = [f"{_words(one)}>{_words(other)}" for one, other in pairwise(now)]
    again = f"#{steps.count(steps[-1])}" if steps.count(steps[-1]) > 1 else ""
    return replace(made, key=f"{found[0]}:{steps[-1]}{again}"), now


def _told_with(after: Event, left: Sequence[Event], reports: Sequence[Report]) -> str:
    """Name the event as which one of these reports told what is so now, "" for none."""
    own = {one.item_id for one in reports}
    told = ((event, one) for event in left for one in event.told if one.by in own)
    return next((event.event_id for event, one in told if _news(one, after, reports) is None), "")


def standings(event: Event) -> tuple[Standing, ...]:
    """Return how an event was told, the latest last; one stored before that was kept is taken as it stands."""
    return event.told or (
        Standing(
            stage=event.stage,
            event_date=event.event_date,
            date_precision=event.date_precision,
            place=event.place,
            on=event.last_reported_at.date(),
            by="",
        ),
    )


def _news(last: Standing, after: Event, brought: Sequence[Report]) -> News:
    """What is so now and was not told, in words."""
    if after.stage in TURNS:
        return _turn(last, after, brought)
    steps = f"{last.stage} → {after.stage}"
    if last.stage == Stage.CANCELLED:
        return (ChangeKind.ADVANCED if pending(after.stage, after.act) else ChangeKind.CORRECTED), steps
    old, new = step(last.stage, after.act), step(after.stage, after.act)
    if new > old:
        return (ChangeKind.ADVANCED, steps) if _apart_or_on_one_line(last, after, brought) else None
    if new < old:
        planned = new == 0 and any(step(one.mention.stage, after.act) == 0 for one in brought)
        return (ChangeKind.CORRECTED, steps) if planned and _meets(after) else _done_later(last, after)
    return _done_later(last, after) if new else _dates(last, after, brought) or _places(last, after, brought)


def _turn(last: Standing, after: Event, brought: Sequence[Report]) -> News:
    """A plan put off, put off once more, or called off; of an act told as done that corrects what we told."""
    if after.stage != last.stage:
        wrong = last.stage == Stage.CANCELLED or not pending(last.stage, after.act)
        return (ChangeKind.CORRECTED if wrong else ChangeKind.ADVANCED), f"{last.stage} → {after.stage}"
    if after.stage == Stage.CANCELLED:
        return None
    again = last.event_date is not None and after.event_date is None
    return (ChangeKind.ADVANCED, "postponed again") if again else _dates(last, after, brought)


def _dates(last: Standing, after: Event, brought: Sequence[Report]) -> News:
    """A plan's date that was moved, or that is known more exactly than it was told."""
    old, new = _dated(last), _dated(after)
    if new is None or old == new:
        return None
    if old is not None and apart(span(*old), span(*new)) > NEAR:
        return ChangeKind.ADVANCED, f"date moved from {old[0]} to {new[0]}"
    exact = new[1] == DatePrecision.DAY and (old is None or old[1] != DatePrecision.DAY)
    late = max(one.when.date() for one in brought) - last.on > SAME_NEWS
    return (ChangeKind.ADVANCED, f"date set for {new[0]}") if exact and late else None


def _places(last: Standing, after: Event, brought: Sequence[Report]) -> News:
    """A plan's place that a report says was changed."""
    said = any(one.mention.moved and one.mention.place == after.place for one in brought)
    if not said or not last.place or last.place in {"", after.place}:
        return None
    return ChangeKind.ADVANCED, f"place moved from {last.place} to {after.place}"


def _done_later(last: Standing, after: Event) -> News:
    """An act told as done that was done on a later day: the first report was early, or of another act."""
    told = _dated(last)
    old = told[0] if told and told[1] == DatePrecision.DAY else max(last.on, last_day(told) if told else last.on)
    slack = NEAR if _meets(after) else DISPUTED
    vague = told is None and not _meets(after)  # a text is not signed twice
    if vague or after.event_date is None or after.event_date <= old + slack:
        return None
    return ChangeKind.ADVANCED, f"{after.stage} on {after.event_date}, not on {old}"


def _apart_or_on_one_line(last: Standing, after: Event, brought: Sequence[Report]) -> bool:
    """Whether a further stage is more than a disagreement between reports: of one ladder, or of a later day."""
    dated = bool(last.event_date and after.event_date and after.event_date > last.event_date + NEAR)
    later = dated or max(one.when.date() for one in brought) > last.on + NEAR
    return later or last.stage in TURNS or {last.stage, after.stage} <= LINES[after.act]


def _firmed(last: Standing, after: Event) -> Standing:
    """A date that is known more exactly, as part of the same news, counts as told."""
    old, new = _dated(last), _dated(after)
    if new is None or (old is not None and LENGTHS[new[1]] >= LENGTHS[old[1]]):
        return last
    return replace(last, event_date=new[0], date_precision=new[1])


def _meets(event: Event) -> bool:
    return event.act in {Act.SESSION, Act.OTHER}


def _dated(what: Standing | Event) -> Dated | None:
    return (what.event_date, what.date_precision or DatePrecision.DAY) if what.event_date else None


def _covered(pair: tuple[bool, tuple[Standing, ...]]) -> bool:
    return pair[0]


def _words(one: Standing) -> str:
    return " ".join(str(part) for part in (one.stage, one.event_date, one.date_precision, one.place) if part)


def _standing(event: Event, by: Report) -> Standing:
    return Standing(
        stage=event.stage,
        event_date=event.event_date,
        date_precision=event.date_precision,
        place=event.place,
        on=by.when.date(),
        by=by.item_id,
    )


def _made(
    kind: ChangeKind, key: str, detail: str, after: Event, known: Sequence[Event], brought: tuple[Report, ...]
) -> EventChange:
    last = standings(known[0])[-1] if known else None
    before = (
        replace(
            known[0], stage=last.stage, event_date=last.event_date, date_precision=last.date_precision, place=last.place
        )
        if last
        else None
    )
    return EventChange(
        kind=kind,
        event=after,
        before=before,
        key=key,
        detail=detail,
        reports=brought,
        baseline=all(one.baseline for one in brought),
    )
