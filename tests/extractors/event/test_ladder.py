"""How far each stage lies on its act's ladder, and what can still be called off."""

from __future__ import annotations

import pytest

from extractors.event.ladder import LADDERS, LINES, TURNS, pending, step
from extractors.story import Act, Stage

S = Stage
PLANNED = {S.PROPOSED, S.SCHEDULED, *TURNS}


@pytest.mark.parametrize(
    ("act", "concluded", "open_"),
    [
        (Act.SESSION, {S.OUTCOME}, PLANNED),
        (Act.OTHER, {S.OUTCOME}, PLANNED),
        (Act.DOCUMENT, {S.SIGNED, S.JOINED}, set(S) - {S.SIGNED, S.JOINED}),
        (Act.MEMBERSHIP, {S.SIGNED, S.JOINED}, set(S) - {S.SIGNED, S.JOINED}),
    ],
)
def test_steps_of_each_act_and_what_can_still_be_called_off(act: Act, concluded: set[S], open_: set[S]) -> None:
    assert {one for one in S if step(one, act) == 0} == PLANNED
    assert {one for one in S if step(one, act) == 2} == concluded
    assert {one for one in S if pending(one, act)} == open_
    assert set(LADDERS[act]) | TURNS <= LINES[act]
    assert [step(stage, act) for stage in LADDERS[act]] == list(range(len(LADDERS[act])))
