"""Which stage follows which: table by table."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.event.ladder import advanced, moved, overturned, relocated
from extractors.story import Act, Stage
from tests import builders

S = Stage


@pytest.mark.parametrize(
    ("act", "before", "after", "expected"),
    [
        (Act.SESSION, S.SCHEDULED, S.HELD, True),
        (Act.SESSION, S.SCHEDULED, S.OUTCOME, True),
        (Act.SESSION, S.HELD, S.OUTCOME, True),
        (Act.SESSION, S.OUTCOME, S.HELD, False),
        (Act.SESSION, S.SCHEDULED, S.POSTPONED, True),
        (Act.SESSION, S.POSTPONED, S.CANCELLED, True),
        (Act.SESSION, S.POSTPONED, S.POSTPONED, False),
        (Act.SESSION, S.POSTPONED, S.HELD, True),
        (Act.SESSION, S.HELD, S.POSTPONED, False),
        (Act.SESSION, S.CANCELLED, S.HELD, False),
        (Act.SESSION, S.PROPOSED, S.HELD, False),  # on one day: reports disagree
        (Act.DOCUMENT, S.PROPOSED, S.AGREED, True),
        (Act.DOCUMENT, S.AGREED, S.SIGNED, True),
        (Act.DOCUMENT, S.AGREED, S.HELD, False),
        (Act.DOCUMENT, S.SIGNED, S.AGREED, False),
        (Act.DOCUMENT, S.AGREED, S.CANCELLED, True),
        (Act.DOCUMENT, S.SIGNED, S.CANCELLED, False),
        (Act.DOCUMENT, S.SCHEDULED, S.SIGNED, True),
        (Act.MEMBERSHIP, S.AGREED, S.JOINED, True),
        (Act.MEMBERSHIP, S.SIGNED, S.JOINED, False),  # one outlet's word for the other's
        (Act.OTHER, S.SCHEDULED, S.OTHER, True),
    ],
)
def test_what_advances(act: Act, before: Stage, after: Stage, expected: bool) -> None:
    assert advanced(builders.event(act=act, stage=before), builders.event(act=act, stage=after)) is expected


def test_stages_of_two_ladders_advance_only_when_they_lie_apart() -> None:
    before = builders.event(act=Act.SESSION, stage=S.PROPOSED)
    after = builders.event(act=Act.SESSION, stage=S.HELD, event_date=date(2025, 7, 20))
    assert advanced(before, after)
    assert not advanced(before, builders.event(act=Act.SESSION, stage=S.HELD, event_date=None))


def test_what_proves_wrong() -> None:
    held = builders.event(act=Act.SESSION, stage=S.HELD)
    off = builders.event(act=Act.SESSION, stage=S.CANCELLED)
    plan = builders.event(act=Act.SESSION, stage=S.SCHEDULED)
    assert overturned(held, off)
    assert overturned(off, held)
    assert not overturned(plan, off)
    assert not overturned(plan, held)


def test_only_plans_move() -> None:
    plan = builders.event(act=Act.SESSION, stage=S.SCHEDULED, place="brussels")
    later = builders.event(act=Act.SESSION, stage=S.SCHEDULED, place="seoul", event_date=date(2025, 6, 28))
    near = builders.event(act=Act.SESSION, stage=S.SCHEDULED, event_date=date(2025, 6, 27))
    held = builders.event(act=Act.SESSION, stage=S.HELD, event_date=date(2025, 7, 28), place="seoul")
    undated = builders.event(act=Act.SESSION, stage=S.SCHEDULED, event_date=None, date_precision=None)
    assert moved(plan, later)
    assert relocated(plan, later)
    assert not any(moved(plan, other) for other in (near, held, undated))
    assert not any(relocated(plan, other) for other in (near, held))
