from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from extractors.read import items as normalise
from extractors.story import Rejection
from flows.configure.packaged import packaged_config
from flows.configure.settings import read_settings
from flows.cycle import decide as deciding
from flows.cycle.cycle import STAGES
from flows.service import selftest
from flows.service.selftest import self_test
from tests.builders import item

T = TypeVar("T")
SETTINGS = replace(read_settings(packaged_config(), {}))


def test_all_five_stages_do_their_work_with_the_live_lexicon() -> None:
    assert self_test(SETTINGS) == ""


@pytest.mark.parametrize("broken", STAGES)
def test_a_stage_that_raises_is_named(broken: str) -> None:
    def step(name: str, work: Callable[[], T], /) -> T:
        if name == broken:
            raise OSError("no")
        return work()

    assert self_test(SETTINGS, step=step) == f"The stage {broken} fails in the self-test: OSError: no"


def test_a_detector_that_returns_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "describe", lambda *_, **__: Rejection(item_id=item().item_id, reason="nothing"))
    assert "The stage learn fails in the self-test: 0 relevant" in self_test(SETTINGS)


def test_entries_that_vanish_are_the_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normalise, "items", lambda *_, **__: ())
    assert "The stage read fails in the self-test: 0 items" in self_test(SETTINGS)


def test_nothing_of_it_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    self_test(SETTINGS)
    assert list(tmp_path.iterdir()) == []


def test_o6_apart_it_says_what_is_broken_and_outlives_a_process_that_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert selftest.self_test_apart(packaged_config()) == ""
    assert "cannot be read" in selftest.self_test_apart(tmp_path)
    monkeypatch.setattr(selftest, "LONGEST", 0.01)
    assert "could not be run" in selftest.self_test_apart(packaged_config())
