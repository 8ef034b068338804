"""The policy: each row of the table with the labelled case that needs it, and what is stored and not told."""

from __future__ import annotations

from typing import Any

import pytest

from extractors.mention import policy
from extractors.mention.describe import describe
from extractors.model import Item
from extractors.story import Rejection
from flows.measure.evaluate import read_cases
from tests.extractors.mention.saying import LEXICON, ROOT, holds, sayings, told


@sayings("policy")
def test_m3_m5_m8_m10_m11_what_is_an_act_and_what_is_stored_and_not_told(saying: dict[str, Any]) -> None:
    holds(saying)


def test_an_office_without_a_name_stands_for_the_top() -> None:
    mention = told(
        "NATO Secretary General welcomes President of the Republic of Korea",
        "They discussed defence industry cooperation.",
    )
    assert mention.reason.startswith("talks at the top")


@pytest.mark.parametrize("rule", policy.RULES, ids=lambda rule: f"{rule.reason} {rule.case}")
def test_each_row_is_needed_by_its_case(rule: policy.Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    name, _, number = rule.case.partition("/")
    cases = {one.labels.case: one for one in read_cases(ROOT / "tests" / "cases" / f"{name}.jsonl")}
    case = cases[number]
    assert judged(case.item) == (rule.reason, case.labels.alert)
    monkeypatch.setattr(policy, "RULES", tuple(row for row in policy.RULES if row is not rule))
    assert judged(case.item)[0] != rule.reason


def judged(one: Item) -> tuple[str, bool]:
    """Tell why the first act of an item alerts or not, in the table's words, and whether it does."""
    says = describe(one, LEXICON)
    if isinstance(says, Rejection):
        return says.reason, False
    return says[0].reason.replace(says[0].track, "{track}").replace(says[0].stage, "{stage}"), says[0].alertable
