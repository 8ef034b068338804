from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.measure.metrics import Counts, Verdict, b_cubed, detection_cost, events, figures, retrieval, wilson
from tests.table import table


def verdict(case: str, **changes: Any) -> Verdict:
    labels: dict[str, Any] = {"case": case, "relevant": True, "alert": True, "event": "e"}
    return Verdict(**{**labels, "told_relevant": True, "told_alert": True, "told_event": "k", **changes})


def test_wilson_gives_the_published_interval() -> None:
    low, high = wilson(81, 263) or (0, 0)  # Newcombe (1998), table I
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson(0, 0) is None


@settings(deadline=None, max_examples=100, derandomize=True)
@given(st.integers(0, 300), st.integers(1, 300))
def test_wilson_holds_the_proportion(part: int, more: int) -> None:
    whole = part + more
    low, high = wilson(part, whole) or (1, 0)
    assert 0 <= low <= part / whole <= high <= 1


def test_precision_recall_and_f1() -> None:
    pairs = [(True, True)] * 8 + [(True, False)] * 2 + [(False, True)] * 4 + [(False, False)] * 6 + [(None, True)] * 9
    block = retrieval(Counts(pairs))
    assert (block["precision"], block["recall"], block["f1"]) == (0.6667, 0.8, 0.7273)
    low, high = block["f1_ci"]  # type: ignore[misc]
    assert low < 0.7273 < high


def test_nothing_to_count_is_none() -> None:
    block = figures([])
    nothing = ("precision", "precision_ci", "detection_cost", "b_cubed_f1", "alerts_per_true_event")
    assert [{**block["alert"], **block["events"]}[name] for name in nothing] == [None] * 5
    assert block["events"]["true"] == 0


@table("hits, misses, alarms, quiet, cost")
def test_detection_cost_is_one_for_silence(hits: int, misses: int, alarms: int, quiet: int, cost: float) -> None:
    pairs = {(True, True): hits, (True, False): misses, (False, True): alarms, (False, False): quiet}
    block = detection_cost(Counts(pairs))
    assert (block["miss_rate"], block["detection_cost"]) == (misses / 10, cost)


def test_b_cubed_on_the_example_of_amigo_and_others() -> None:
    # Two true groups of 2, found as one of 4: precision a half, recall whole.
    scores = b_cubed([("a", "x"), ("a", "x"), ("b", "x"), ("b", "x")])
    assert scores == [(0.5, 1.0)] * 4


@table("verdicts, wanted")
def test_what_alerts_count_for(verdicts: list[dict[str, Any]], wanted: dict[str, float | tuple[float, float]]) -> None:
    block = events([verdict(str(n), **one) for n, one in enumerate(verdicts)])
    assert {name: block[name] for name in wanted} == wanted


@pytest.mark.parametrize("name", ["relevant", "alert", "events"])
def test_every_figure_has_its_interval_beside_it(name: str) -> None:
    block = figures([verdict("1", told="new"), verdict("2", alert=False, relevant=False)])[name]
    plain = [key for key in block if not key.endswith("_ci")]
    assert plain
    for key in plain:
        low, high = block[f"{key}_ci"]  # type: ignore[misc]
        assert low <= block[key] <= high  # type: ignore[operator]
