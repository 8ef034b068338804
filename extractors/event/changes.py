"""What a cycle learned of one event: at most one change, measured against how the event was told last."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Final

from extractors.calendar import LENGTHS, NEAR, apart, dated, last_day
from extractors.ladder import LINES, TURNS, meets, pending, step
from extractors.learned import ChangeKind, EventChange
from extractors.story import DatePrecision, Event, Report, Stage, Standing

TOLD: Final = ("stage", "event_date", "date_precision", "place")  # of an event
DISPUTED: Final = timedelta(days=7)  # reports may date a text by its announcement, its signing or its first day

News = tuple[ChangeKind, str] | None


def change(
    after: Event, known: Sequence[Event], left: Sequence[Event], reports: Sequence[Report], fresh: Sequence[Report]
) -> tuple[Event, EventChange | None]:
    """Compare an event with how it was told; return it with how it has been told now, and what changed.

    `known` are the rows that it continues (several after a merge), `left` those that reports of it have left,
    `reports` all of its own, at least one, and `fresh` those of this cycle. An event that history knows, or that no
    report makes alertable, is no news; one that parted from another is new, and silent where its report told that one.
    """
    if after.history or not after.alertable:
        return after, None
    brought = tuple(fresh or reports)
    further = EventChange(
        kind=ChangeKind.CORROBORATED,
        event=after,
        before=replace(known[0], **{of: getattr(standings(known[0])[-1], of) for of in TOLD}) if known else None,
        key=f"corroborated:{min(one.item_id for one in brought)}",
        detail="a further report",
        reports=brought,
        baseline=all(one.baseline for one in brought),
    )
    told = [standings(event) for event in known if event.alertable]
    now = _standing(after, further.by)
    if not told:
        row, own = replace(after, told=(now,)), {one.item_id for one in reports}
        past = (of for of in left for one in of.told if one.by in own and _news(one, after, reports) is None)
        silent = next((f"told as a part of event {of.event_id}" for of in past), "")
        return row, replace(further, kind=ChangeKind.NEW, event=row, key="new", detail="first report", silent=silent)
    news = {so_far[-1]: _news(so_far[-1], after, brought) for so_far in told}
    covering = [last for last, found in news.items() if last.stage == after.stage and found is None]
    before = [one for so_far in sorted(told, key=lambda so_far: so_far[-1] in covering) for one in so_far]
    kind, detail = next(filter(None, news.values()), (further.kind, further.detail))
    if covering or kind == further.kind or not fresh:  # what only parted from it is told where it went
        row = replace(after, told=(*before[:-1], _firmed(before[-1], after)))
        return row, replace(further, event=row) if fresh else None
    row = replace(after, told=(*before, now))
    words = (" ".join(str(part) for of in TOLD if (part := getattr(one, of))) for one in row.told)
    steps = [f"{one}>{other}" for one, other in pairwise(words)]
    again = f"#{steps.count(steps[-1])}" if steps.count(steps[-1]) > 1 else ""
    return row, replace(further, kind=kind, event=row, key=f"{kind}:{steps[-1]}{again}", detail=detail)


def standings(event: Event) -> tuple[Standing, ...]:
    """Return how an event was told, the latest last; one stored before that was kept is taken as it stands."""
    return event.told or (_standing(event),)


def _news(last: Standing, after: Event, brought: Sequence[Report]) -> News:
    """What is so now and was not told, in words."""
    old, new = step(last.stage, after.act), step(after.stage, after.act)
    steps = f"{last.stage} → {after.stage}"
    if after.stage != last.stage and (after.stage in TURNS or last.stage == Stage.CANCELLED):
        on = last.stage == Stage.CANCELLED and after.stage in TURNS and after.event_date in {None, last.event_date}
        undone = on or not (pending(last.stage, after.act) and pending(after.stage, after.act))
        return (ChangeKind.CORRECTED if undone else ChangeKind.ADVANCED), steps
    if new > old:  # on the day of another report a further stage of another ladder is another word for the same
        later = max(one.when.date() for one in brought) > last.on + NEAR
        later = later or bool(last.event_date and after.event_date and after.event_date > last.event_date + NEAR)
        return (ChangeKind.ADVANCED, steps) if later or {last.stage, after.stage} <= LINES[after.act] else None
    if new == old == 0:
        return None if after.stage == Stage.CANCELLED else _plan(last, after, brought)
    planned = new == 0 and any(step(one.mention.stage, after.act) == 0 for one in brought)
    return (ChangeKind.CORRECTED, steps) if planned and meets(after.act) else _done_later(last, after)


def _plan(last: Standing, after: Event, brought: Sequence[Report]) -> News:
    """A plan's date that was moved or is known more exactly, or its place that a report says was changed."""
    old, new = dated(last), dated(after)
    if old and not new and after.stage == Stage.POSTPONED:
        return ChangeKind.ADVANCED, "postponed again"
    if old and new and apart(old, new) > NEAR:
        return ChangeKind.ADVANCED, f"date moved from {old[0]} to {new[0]}"
    late = (max(one.when.date() for one in brought) - last.on).days > 1  # or it is the same news, known more exactly
    exact = new and new[1] == DatePrecision.DAY and (old is None or old[1] != DatePrecision.DAY)
    if exact and late:
        return ChangeKind.ADVANCED, f"date set for {after.event_date}"
    said = any(one.mention.moved and one.mention.place == after.place for one in brought)
    changed = said and last.place not in {"", after.place}
    return (ChangeKind.ADVANCED, f"place moved from {last.place} to {after.place}") if changed else None


def _done_later(last: Standing, after: Event) -> News:
    """An act told as done that was done on a later day: the first report was early, or of another act."""
    told = dated(last)
    if after.event_date is None or (told is None and not meets(after.act)):  # a text is not signed twice
        return None
    old = told[0] if told and told[1] == DatePrecision.DAY else max(last.on, last_day(told) if told else last.on)
    announced = after.event_date <= last.on + NEAR  # or it is the day of the announcement, taken for the act's
    later = after.event_date > old + (DISPUTED if announced or not meets(after.act) else NEAR)
    return (ChangeKind.ADVANCED, f"{after.stage} on {after.event_date}, not on {old}") if later else None


def _firmed(last: Standing, after: Event) -> Standing:
    """A date that is known more exactly, as part of the same news, counts as told."""
    old, new = dated(last), dated(after)
    if new is None or (old is not None and LENGTHS[new[1]] >= LENGTHS[old[1]]):
        return last
    return replace(last, event_date=new[0], date_precision=new[1])


def _standing(event: Event, by: Report | None = None) -> Standing:
    on, name = (by.when.date(), by.item_id) if by else (event.last_reported_at.date(), "")
    return Standing(**{of: getattr(event, of) for of in TOLD}, on=on, by=name)
