"""X4, X5: whatever one outlet says, every act that honest outlets report is told, and no event is without a row."""

from __future__ import annotations

import pytest

from tests.extractors.event.worlds import untold, world


def hold(seeds: range, *, forgeries: int) -> None:
    for seed in seeds:
        missing, silent = untold(*world(seed, forgeries=forgeries))
        assert not missing, seed
        assert not silent, seed


def test_x5_every_stage_of_an_honest_history_is_told() -> None:
    hold(range(200), forgeries=0)


def test_x4_what_one_outlet_says_alone_takes_nothing_away() -> None:
    hold(range(200), forgeries=2)


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_x4_x5_many_histories(part: int) -> None:
    hold(range(2_000 * part, 2_000 * (part + 1)), forgeries=0)
    hold(range(2_000 * part, 2_000 * (part + 1)), forgeries=2)
