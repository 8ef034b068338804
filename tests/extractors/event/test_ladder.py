"""How far each stage lies on its act's ladder, and what can still be called off."""

from __future__ import annotations

import pytest

from extractors.event.ladder import LADDERS, LINES, TURNS, pending, step
from extractors.story import Act, Stage

S = Stage


@pytest.mark.parametrize(
    ("act", "steps"),
    [
        (Act.SESSION, {S.PROPOSED: 0, S.SCHEDULED: 0, S.AGREED: 1, S.SIGNED: 1, S.HELD: 1, S.OTHER: 1, S.OUTCOME: 2}),
        (Act.OTHER, {S.SCHEDULED: 0, S.OTHER: 1, S.OUTCOME: 2}),
        (Act.DOCUMENT, {S.PROPOSED: 0, S.SCHEDULED: 0, S.AGREED: 1, S.HELD: 1, S.SIGNED: 2, S.JOINED: 2}),
        (Act.MEMBERSHIP, {S.PROPOSED: 0, S.AGREED: 1, S.OUTCOME: 1, S.JOINED: 2}),
    ],
)
def test_steps_of_each_act(act: Act, steps: dict[Stage, int]) -> None:
    assert {stage: step(stage, act) for stage in steps} == steps
    assert {step(stage, act) for stage in TURNS} == {0}


@pytest.mark.parametrize(
    ("act", "open_", "over"),
    [
        (Act.SESSION, (S.SCHEDULED, S.POSTPONED, S.CANCELLED), (S.HELD, S.OUTCOME)),
        (Act.DOCUMENT, (S.PROPOSED, S.AGREED), (S.SIGNED,)),
        (Act.MEMBERSHIP, (S.PROPOSED, S.AGREED), (S.JOINED,)),
    ],
)
def test_what_can_still_be_called_off(act: Act, open_: tuple[Stage, ...], over: tuple[Stage, ...]) -> None:
    assert all(pending(stage, act) for stage in open_)
    assert not any(pending(stage, act) for stage in over)


def test_every_ladder_stands_on_its_line_in_rising_steps() -> None:
    for act, stages in LADDERS.items():
        assert set(stages) | TURNS <= LINES[act]
        assert [step(stage, act) for stage in stages] == sorted({step(stage, act) for stage in stages})
