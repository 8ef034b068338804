"""Random histories of several acts told by honest outlets, and what one outlet forges among them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from typing import Any, Final

from extractors.ladder import TURNS, step
from extractors.learned import EventChange
from extractors.story import Act, Domain, Report, Stage
from flows.measure.replay import Ledger
from tests.extractors.event.acts import BODY, OTHER, PROJECTS, run
from tests.extractors.event.telling import DAY, OFF, OUTLETS, PLAN, PUT, Step, on_day, report

S = Stage
FORGER = ("X", "en")
NAMED = ("project:mmf", "project:ngrc", "project:munitions_warehousing", "project:apss", "project:nfte")
PAPER: Final[dict[str, Any]] = {"act": Act.DOCUMENT, "ordinal": None}
PARTIES = (("company:hanwha", "office:dapa"), ("company:lig", "office:dapa"), ("agency:ncia",), ("agency:nspa",))
PEOPLE = (("person:a", "person:b"), ("person:a",), (), ("office:dapa",))
Announced = list[tuple[datetime, Step]]


@dataclass(frozen=True, slots=True)
class Told:
    """One honest stage of an act: what, and the reports of it."""

    step: Step
    act: Act
    reports: tuple[Report, ...]


def meeting(dice: random.Random, said: datetime) -> Announced:
    """A session of the body: planned, perhaps put off or moved, and held or called off."""
    day = said.date() + DAY * dice.randint(12, 40)
    told = [(said, Step(PLAN, on_day(day)))]
    match dice.randint(0, 4):
        case 0:
            said, day = said + DAY * dice.randint(4, 8), day + DAY * dice.randint(7, 30)
            told.append((said, Step(PUT, on_day(day))))
        case 1:
            told.append((said + 4 * DAY, Step(PUT, None)))
            said, day = said + 9 * DAY, day + 25 * DAY
            told.append((said, Step(PLAN, on_day(day))))
        case 2:
            said, day = said + 5 * DAY, day + 10 * DAY
            told.append((said, Step(PLAN, on_day(day))))
    if dice.random() < 0.15:
        return [*told, (said + 3 * DAY, Step(OFF, on_day(day)))]
    held = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    told.append((held, Step(S.HELD, on_day(day))))
    return [*told, (held + 2 * DAY, Step(S.OUTCOME, on_day(day)))] if dice.random() < 0.3 else told


def paper(dice: random.Random, start: datetime, last: Stage) -> Announced:
    """An agreement or a membership: agreed, perhaps signed or joined later."""
    told = [(start, S.AGREED)] if last == S.SIGNED or dice.random() < 0.4 else []
    if last == S.JOINED or dice.random() < 0.4:
        told.append((start + DAY * dice.randint(5, 20), last))
    return [(said, Step(stage, on_day(said.date()))) for said, stage in told]


def acts(dice: random.Random) -> Iterator[tuple[Announced, dict[str, Any]]]:
    """One to three acts and, now and then, two papers of one field and day; each with its subject."""
    start = datetime(2026, 3, 1, 3, tzinfo=UTC)
    apart = dice.choice([20, 70])
    for number, project in enumerate(dice.sample(NAMED, dice.randint(1, 3))):
        begun = start + DAY * (apart * number + dice.randint(0, 60))
        match dice.choice(["session", "joined"] if number else ["session", "joined", "agreed", "accords"]):
            case "session":
                yield meeting(dice, begun), {"track": BODY, "ordinal": number + 1}
            case "joined":
                own = {"track": PROJECTS, "projects": (project,), "act": Act.MEMBERSHIP}
                yield paper(dice, begun, S.JOINED), {**PAPER, **own}
            case "agreed":
                yield paper(dice, start - 30 * DAY, S.SIGNED), {**PAPER, "track": BODY}  # founded before it meets
            case _:
                for party in dice.sample(PARTIES, 2):
                    accord = {**PAPER, "track": OTHER, "projects": (), "domains": (Domain.MUNITIONS,), "actors": party}
                    yield paper(dice, begun, S.SIGNED), accord


def forged(dice: random.Random, told: Announced, facts: dict[str, Any]) -> Report:
    """One outlet's early, backdated or far-dated report, its cancellation, or one that names what is not its own."""
    said = told[0][0] + DAY * dice.randint(-3, 20)
    far, back = (on_day(said.date() + DAY * days) for days in (dice.randint(20, 200), -dice.randint(5, 25)))
    today, first = on_day(said.date()), told[0][1]
    lie = dice.choice(
        [
            Step(dice.choice([S.HELD, S.SIGNED, S.JOINED]), today),
            Step(dice.choice([OFF, PUT]), dice.choice([first.dated, None])),
            Step(PLAN, far),
            Step(dice.choice([S.HELD, S.AGREED]), back),
            Step(dice.choice([S.PROPOSED, S.OTHER, S.OUTCOME]), today),
            Step(first.stage, None),
        ]
    )
    if dice.random() < 0.2:
        facts = {**facts, "projects": ("body", *NAMED[:3]), "tracks": (BODY, PROJECTS)}
    return report(said, lie, FORGER, **facts)


def world(seed: int, *, forgeries: int) -> tuple[list[Report], list[Told]]:
    """All reports in the order of publication, and what of them is true.

    A session lacks its number where nobody forges, and none is near another: else nobody could tell which is meant.
    """
    dice = random.Random(seed)
    reports: list[Report] = []
    true: list[Told] = []
    found = list(acts(dice))
    days = [{step.dated[0] for _, step in told if step.dated} for told, facts in found if facts.get("ordinal")]
    clash = any(abs(day - other) <= 10 * DAY for one, two in combinations(days, 2) for day, other in product(one, two))
    for told, facts in found:
        if not (forgeries or clash) and dice.random() < 0.5:
            facts["ordinal"] = None
        for said, stage in told:
            first, *others = dice.sample(OUTLETS, dice.randint(2 if forgeries else 1, 3))
            lags = [(first, 0), *((one, dice.randint(0, 20)) for one in others)]
            named = {"actors": dice.choice(PEOPLE), **facts}
            own = tuple(report(said + timedelta(hours=lag), stage, one, **named) for one, lag in lags)
            true.append(Told(stage, own[0].mention.act, own))
            reports += own
        if told:
            reports += [forged(dice, told, facts) for _ in range(dice.randint(0, forgeries))]
    return sorted(reports, key=lambda one: (one.when, one.item_id)), true


def untold(reports: list[Report], true: list[Told]) -> tuple[list[Told], list[str]]:
    """The honest stages that nobody was told of, and the alertable events without any row."""
    ledger, changes = run(*([one] for one in reports))
    rows = {change.event.event_id for change in changes if change.before is None}
    living = {name for name, event in ledger.events.items() if event.alertable and not event.merged_into}
    missing = [one for one in true if not any(_tells(change, one) for change in _of(one, changes, ledger))]
    return missing, sorted(living - rows)


def _of(true: Told, changes: list[EventChange], ledger: Ledger) -> list[EventChange]:
    """What was told of the events that a stage's reports belong to, or were further reports of when they came in."""
    names = {one.item_id for one in true.reports}
    brought = [one for one in changes if names & {report.item_id for report in one.reports}]
    homes = {ledger.home(min(names)), *(one.event.event_id for one in brought)}
    own = [one for one in changes if one in brought or one.event.event_id in homes]
    homes |= {one.silent.rpartition(" ")[2] for one in own}  # "told as a part of event …"
    news = [(one, one.event.event_id) for one in changes if one.news]
    return [one for one, event_id in news if homes & {event_id, ledger.events[event_id].merged_into}]


def _tells(change: EventChange, true: Told) -> bool:
    """Whether a change tells a stage: as far, and near its date.

    Reports of one day may have another word for it ("signed", "held", "joined"): CONTRACT, no news of its own.
    """
    stage, day, told = true.step.stage, true.step.dated, change.event.event_date
    far = abs(told - day[0]) if told and day else timedelta()
    reached = step(change.event.stage, true.act)
    as_far = reached >= step(stage, true.act) or (reached > 0 and far <= 2 * DAY)
    same = change.event.stage == stage if stage in TURNS else as_far
    return same and (stage == OFF or far <= 7 * DAY)  # which day is off is one word against another
