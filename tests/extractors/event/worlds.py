"""Random histories of several acts told by honest outlets, and what one outlet forges among them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from extractors.event.ladder import TURNS, step
from extractors.learned import EventChange
from extractors.story import Act, Report, Stage, Track
from flows.measure.ledger import Ledger
from tests.extractors.event.telling import OUTLETS, Step, on_day, report

S = Stage
FORGER = ("X", "en")
PROJECTS = ("project:mmf", "project:ngrc", "project:munitions_warehousing", "project:apss", "project:nfte")
PEOPLE = (("person:a", "person:b"), ("person:a",), (), ("office:dapa",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One honest stage of an act: when, what, and the reports of it."""

    said: datetime
    step: Step
    act: Act
    reports: tuple[Report, ...]


def session(dice: random.Random, start: datetime) -> list[tuple[datetime, Step]]:
    """A session of the body: planned, perhaps put off or moved, and held or called off."""
    day = (start + timedelta(days=dice.randint(12, 40))).date()
    said, told = start, [(start, Step(stage=S.SCHEDULED, dated=on_day(day)))]
    match dice.randint(0, 4):
        case 0:
            said, day = said + timedelta(days=dice.randint(4, 8)), day + timedelta(days=dice.randint(7, 30))
            told.append((said, Step(stage=S.POSTPONED, dated=on_day(day))))
        case 1:
            told.append((said + timedelta(days=4), Step(stage=S.POSTPONED, dated=None)))
            said, day = said + timedelta(days=9), day + timedelta(days=25)
            told.append((said, Step(stage=S.SCHEDULED, dated=on_day(day))))
        case 2:
            said, day = said + timedelta(days=5), day + timedelta(days=10)
            told.append((said, Step(stage=S.SCHEDULED, dated=on_day(day))))
    if dice.random() < 0.15:
        return [*told, (said + timedelta(days=3), Step(stage=S.CANCELLED, dated=on_day(day)))]
    held = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    told.append((held, Step(stage=S.HELD, dated=on_day(day))))
    if dice.random() < 0.3:
        told.append((held + timedelta(days=2), Step(stage=S.OUTCOME, dated=on_day(day))))
    return told


def text(dice: random.Random, start: datetime, last: Stage) -> list[tuple[datetime, Step]]:
    """An agreement or a membership: agreed, perhaps signed or joined later."""
    told = [(start, S.AGREED)] if last == S.SIGNED or dice.random() < 0.4 else []
    if last == S.JOINED or dice.random() < 0.4:
        told.append((start + timedelta(days=dice.randint(5, 20)), last))
    return [(said, Step(stage=stage, dated=on_day(said.date()))) for said, stage in told]


def acts(dice: random.Random) -> list[tuple[list[tuple[datetime, Step]], dict[str, Any]]]:
    """One to three acts, each with its subject."""
    start = datetime(2026, 3, 1, 3, tzinfo=UTC)
    body: dict[str, Any] = {"track": Track.CONSULTATION_BODY, "projects": ("body",)}
    found: list[tuple[list[tuple[datetime, Step]], dict[str, Any]]] = []
    for number, project in enumerate(dice.sample(PROJECTS, dice.randint(1, 3))):
        begun = start + timedelta(days=70 * number + dice.randint(0, 60))
        joined = {"track": Track.NATO_PROJECTS, "projects": (project,), "act": Act.MEMBERSHIP, "ordinal": None}
        match dice.choice(["session", "joined"] if found else ["session", "joined", "agreed"]):
            case "session":
                found.append((session(dice, begun), {**body, "act": Act.SESSION, "ordinal": number + 1}))
            case "joined":
                found.append((text(dice, begun, S.JOINED), joined))
            case _:
                found.append((text(dice, begun, S.SIGNED), {**body, "act": Act.DOCUMENT, "ordinal": None}))
    return found


def forged(dice: random.Random, told: list[tuple[datetime, Step]], facts: dict[str, Any]) -> Report:
    """One outlet's early, backdated or far-dated report, its cancellation, or one that names what is not its own."""
    said = told[0][0] + timedelta(days=dice.randint(-3, 20))
    far = on_day((said + timedelta(days=dice.randint(20, 200))).date())
    back = on_day((said - timedelta(days=dice.randint(5, 25))).date())
    today = on_day(said.date())
    lie = dice.choice(
        [
            Step(stage=dice.choice([S.HELD, S.SIGNED, S.JOINED]), dated=today),
            Step(stage=dice.choice([S.CANCELLED, S.POSTPONED]), dated=dice.choice([told[0][1].dated, None])),
            Step(stage=S.SCHEDULED, dated=far),
            Step(stage=dice.choice([S.HELD, S.AGREED]), dated=back),
            Step(stage=dice.choice([S.PROPOSED, S.OTHER, S.OUTCOME]), dated=today),
            Step(stage=told[0][1].stage, dated=None),
        ]
    )
    if dice.random() < 0.2:
        facts = {**facts, "projects": ("body", *PROJECTS[:3]), "tracks": (Track.CONSULTATION_BODY, Track.NATO_PROJECTS)}
    return report(said, lie, outlet=FORGER, **facts)


def world(seed: int, *, forgeries: int) -> tuple[list[Report], list[Told]]:
    """All reports in the order of publication, and what of them is true."""
    dice = random.Random(seed)
    reports: list[Report] = []
    true: list[Told] = []
    for told, facts in acts(dice):
        for said, stage in told:
            first, *others = dice.sample(OUTLETS, dice.randint(2 if forgeries else 1, 3))
            lags = [(first, 0), *((one, dice.randint(0, 20)) for one in others)]
            own = tuple(
                report(said + timedelta(hours=lag), stage, outlet=one, actors=dice.choice(PEOPLE), **facts)
                for one, lag in lags
            )
            true.append(Told(said=said, step=stage, act=facts["act"], reports=own))
            reports += own
        if told:
            reports += [forged(dice, told, facts) for _ in range(dice.randint(0, forgeries))]
    return sorted(reports, key=lambda one: (one.when, one.item_id)), true


def untold(reports: list[Report], true: list[Told]) -> tuple[list[Told], list[str]]:
    """The honest stages that nobody was told of, and the alertable events without any row."""
    ledger = Ledger()
    changes: list[EventChange] = []
    for one in reports:
        changes += ledger.learn([one], now=one.when).changes
    rows = {change.event.event_id for change in changes if change.before is None}
    silent = [
        e.event_id for e in ledger.events.values() if e.alertable and not e.merged_into and e.event_id not in rows
    ]
    news = [change for change in changes if change.news]
    return [one for one in true if not any(_tells(change, one, ledger) for change in news)], silent


def _tells(change: EventChange, true: Told, ledger: Ledger) -> bool:
    """Whether a change tells a stage: as far, near its date, and of its event.

    Reports of one day may have another word for it ("signed", "held", "joined"): CONTRACT, no news of its own.
    """
    names = {one.item_id for one in true.reports}
    own = names & {one.item_id for one in change.reports} or ledger.home(min(names)) == change.event.event_id
    stage, day, told = true.step.stage, true.step.dated, change.event.event_date
    far = abs(told - day[0]) if told and day else timedelta()
    reached = step(change.event.stage, true.act)
    as_far = reached >= step(stage, true.act) or (reached > 0 and far <= timedelta(days=2))
    same = change.event.stage == stage if stage in TURNS else as_far
    if stage == S.CANCELLED:
        far = timedelta()  # of which day is one outlet's word against another's
    return bool(own and same and far <= timedelta(days=7))
