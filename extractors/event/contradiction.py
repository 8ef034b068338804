"""Whether reports can tell of one act, or something says that they are two: subject, parties, course or day."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import product
from typing import Final

from extractors.calendar import NEAR
from extractors.event.facts import Fact, gap, of_kind
from extractors.ladder import TURNS, pending, step
from extractors.learned import PENDING
from extractors.story import Act, Stage, Track

WEEK: Final = 7  # days: less may be between a paper's announcement, signing and first day
HEADINGS: Final = frozenset({"body", "project:high_visibility", "project:flagship", "project:support_partnership"})
"""What many acts have in common: it ties two reports only where neither names anything under it."""
OF_FIELDS: Final = frozenset({Track.NATO_PROJECTS, Track.COOPERATION})  # tell several papers of a day apart by field


def one_act(here: Sequence[Fact], there: Sequence[Fact]) -> bool:
    """Whether two groups of reports, each of one act, can tell of the same: nothing says that they are two."""
    facts = [*here, *there]
    pairs = ((one, was) for was in facts if was.past for one in facts)
    if any(step(one.stage, was.act) > was.level or one.stage in TURNS - {was.stage} for one, was in pairs):
        return False  # further than history knows: news, and another event
    numbers = {one.ordinal for one in facts} - {None}
    if len(numbers) > 1 or len({one.item for one in facts}) < len(facts):  # what one item tells as two is two
        return False
    ours, theirs = ([one for one in part if one.telling] for part in (here, there))
    if any(_two(*pair, facts) for pair in product(ours, theirs)):
        return False
    done = [one for one in (*ours, *theirs) if one.level > 0]
    exact = [one for one in done if one.exact]
    days = [one.day for one in exact]
    if days and max(days) - min(days) > (2 * NEAR.days if any(one.meets for one in exact) else PENDING.days):
        return False
    over = [one for one in done if not pending(one.stage, one.act)]
    return not any(_after(one, over if one.stage in TURNS else done) for one in facts if one.planned)


def _two(one: Fact, other: Fact, facts: Sequence[Fact]) -> bool:
    """Whether two acts are about different things, or plans for different days: nothing makes them one.

    Nor is a paper agreed or concluded a second time, more than a week after the first.
    """
    earlier, later = sorted((one, other), key=lambda fact: (fact.said, fact.stage in TURNS))
    days = gap(one, other) if one.exact and other.exact else 0
    plans = {one.stage, other.stage} <= {Stage.SCHEDULED, Stage.POSTPONED} and later.stage not in TURNS
    if plans and days > NEAR.days and not one.ordinal == other.ordinal is not None:
        turns = (fact.said for fact in facts if fact.moved or fact.stage in TURNS)
        if not later.moved and not any(earlier.said < said <= later.said for said in turns):
            return True
    if unlike(one, other) or one.subjects & other.subjects:
        return unlike(one, other)
    first, last = sorted((one, other), key=lambda fact: fact.day)
    again = days > WEEK and last.level <= first.level and not (one.meets or other.meets or one.planned or other.planned)
    papers = one.subjects and other.subjects and not (one.meets and other.meets)
    return again or bool(papers and contrary(one, other))


def _after(plan: Fact, done: Sequence[Fact]) -> bool:
    """Whether something is planned, put off or called off when it has already taken place: then it is another act."""
    held = min((one.day for one in done if one.exact), default=plan.said + 1)
    ahead = plan.stage in {Stage.SCHEDULED, Stage.POSTPONED} and plan.exact and plan.telling
    first = min((one.day for one in done), default=plan.said)
    return (ahead and plan.day > held + NEAR.days and plan.said >= held) or min(plan.said, plan.day) > first + NEAR.days


def unlike(one: Fact, other: Fact) -> bool:
    """Whether two reports name what tells acts apart, and not the same: then they are two, however near.

    Sessions are told apart by number, and unnumbered ones of a day by field and town together; papers and memberships
    by the programmes, parties, names or fields that they name.
    """
    numbers = {one.ordinal, other.ordinal} - {None}
    if len(numbers) > 1 or _other(one.companies, other.companies):
        return True
    fields = one.exact and other.exact and _other(one.domains, other.domains)
    if one.meets and other.meets:
        tied = one.people & other.people or numbers or one.planned or other.planned
        hosts = (of_kind(of.subjects, "agency:") for of in (one, other))
        return (fields or _other(*hosts)) and len({one.place, other.place} - {""}) > 1 and not tied
    if one.meets or other.meets:
        return False
    here, there = one.subjects - HEADINGS, other.subjects - HEADINGS
    if shared := here & there:  # an agency's contract with a company alone is not its agreement with the state
        pairs = (one, other), (other, one)
        sold = any(a.companies and b.offices and not (a.offices or b.companies) for a, b in pairs)
        return sold and shared == of_kind(shared, "agency:")
    named = bool(here and there) or any(map(_other, one.names, other.names))
    return named or (fields and one.track == other.track in OF_FIELDS)


def _other(one: AbstractSet[str], other: AbstractSet[str]) -> bool:
    """Whether both name some, and none in common."""
    return bool(one and other) and one.isdisjoint(other)


def contrary(one: Fact, other: Fact) -> bool:
    """Whether the two cannot be one act: another session, or another subject on the same day.

    Reports of one act may differ in its main track; then a subject must be shared, or the same people must have
    acted. What the four partners do together is another act than what Korea does alone, whoever was there.
    """
    if unlike(one, other) or _beside(one, other) or _beside(other, one):
        return True
    if one.track == other.track or one.subjects & other.subjects:
        return False
    shared, others = len(one.people & other.people), {one.track, other.track}
    partners, loose = Track.IP4_PROJECTS in others, Track.COOPERATION in others
    if not (one.subjects and other.subjects) and (loose or not partners):
        common = shared or one.ordinal == other.ordinal is not None or _alike(one, other, fields=not partners)
        if common or loose:
            return not common
    same = shared > 1 and one.people == other.people
    enough = one.tracks & other.tracks and shared >= min(len(one.people), len(other.people), 2)
    return partners or not (same or enough)


def _alike(one: Fact, other: Fact, *, fields: bool) -> bool:
    """Whether acts of two tracks, one without a subject, are one by stage with field, day and place, or a plan's turn.

    What a session agreed on its day and in its place is told as its agreement and as the session, if of one field.
    """
    stages, day = {one.stage, other.stage}, one.first == other.first and one.exact and other.exact
    there, common = day and one.place == other.place != "", one.domains & other.domains
    turned = stages <= TURNS and None not in {one.first, other.first} and not gap(one, other)
    met = fields and common and stages <= {Stage.AGREED, Stage.HELD, Stage.OUTCOME}
    if len(stages) > 1:
        return bool(there and (met or stages == {Stage.AGREED, Stage.SIGNED}))
    return bool(there or turned or common or (day and stages == {Stage.JOINED}))


def _beside(one: Fact, other: Fact) -> bool:
    """Whether one tells of a session of the body (and may name programmes), the other of a programme joined.

    Or of a paper that is none of what a numbered session agreed, nor how a plan of one came true: it names no meeting,
    and no day or a signature. Or one of somebody sent or an office opened, the other of something else. Or one of
    people who met and named no programme, the other of a programme's paper that names none of them.
    """
    sent, also = (of_kind(of.subjects, "posting:") for of in (one, other))
    if sent and (_other(one.subjects, other.subjects) or (one.stage == Stage.OTHER and not also)):
        return True
    if one.meets and not (one.subjects or other.meets) and one.people and one.people.isdisjoint(other.people):
        return bool(other.subjects - HEADINGS)
    if one.track != Track.CONSULTATION_BODY or one.act != Act.SESSION or other.meets:
        return False
    programmes = other.subjects - HEADINGS - of_kind(other.subjects, "agency:")  # these one joins
    joined = other.act == Act.MEMBERSHIP and bool(programmes) and "body" not in other.subjects
    apart = not (other.occasion or other.ordinal) and (other.first is None or other.stage == Stage.SIGNED)
    return joined or (apart and (one.ordinal is not None or one.planned))
