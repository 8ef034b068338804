"""The policy: each row of the table with the labelled case that needs it, each arm of a row, what is stored and not told."""

import ast
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from extractors.mention import policy
from extractors.mention.act import read
from extractors.mention.describe import HORIZON, describe
from extractors.mention.parts import Telling, parts
from extractors.mention.relevance import Finding, detect, spoken_for
from extractors.model import Item
from extractors.story import Mention, Rejection
from flows.measure.evaluate import Case, read_cases
from tests.extractors.mention.saying import LEXICON, ROOT, TITLES, holds, item_of, rows, said, sayings
from tests.table import table, tables

ACTS = tomllib.loads((TITLES / "acts.toml").read_text(encoding="utf-8"))
WITNESSES: list[str] = tables(__file__)["WITNESSES"]
"""Labelled cases that need an arm which no row's own case needs."""


@sayings("policy")
def test_m3_m5_m8_m10_m11_what_is_an_act_and_what_is_stored_and_not_told(saying: dict[str, Any]) -> None:
    holds(saying)


@sayings("formal")
def test_only_talks_are_of_a_low_level(saying: dict[str, Any]) -> None:
    holds(saying)


@pytest.mark.parametrize("language", ACTS)
def test_an_act_of_each_kind_alerts_in_every_language(language: str) -> None:
    when = datetime(2026, 3, 12, tzinfo=UTC)
    says = {title: said(title, language=language, published_at=when, first_seen_at=when) for title in ACTS[language]}
    missed = [title for title, one in says.items() if not (isinstance(one, Mention) and one.alertable)]
    assert len(missed) <= {"nl": 2, "fi": 1}.get(language, 0), missed


@table("expected, language, title, lead")
def test_m4_talks_at_the_top_are_of_who_with_whom_in_one_clause(
    expected: bool, language: str, title: str, lead: str
) -> None:
    assert said(title, lead, language=language).reason.startswith("talks at the top") is expected


@cache
def cases(name: str) -> dict[str, Case]:
    return {one.labels.case: one for one in read_cases(ROOT / "tests" / "cases" / f"{name}.jsonl")}


def case_of(name: str) -> Case:
    return cases(name.partition("/")[0])[name.partition("/")[2]]


@pytest.mark.parametrize("rule", policy.RULES, ids=lambda rule: f"{rule.reason} {rule.case}")
def test_each_row_is_needed_by_its_case(rule: policy.Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_of(rule.case)
    assert judged(case.item) == (rule.reason, case.labels.alert)
    monkeypatch.setattr(policy, "RULES", tuple(row for row in policy.RULES if row is not rule))
    assert judged(case.item)[0] != rule.reason


def judged(one: Item) -> tuple[str, bool]:
    """Tell why the first act of an item alerts or not, in the table's words, and whether it does."""
    says = describe(one, LEXICON)
    if isinstance(says, Rejection):
        return says.reason, False
    return says[0].reason.replace(says[0].track, "{track}").replace(says[0].stage, "{stage}"), says[0].alertable


def tellings() -> Iterator[Telling]:
    """What the policy is asked of: by the rows' own cases, by the witnesses, by every saying."""
    items = [case_of(name).item for name in (*(rule.case for rule in policy.RULES), *WITNESSES)]
    for one in (*items, *map(item_of, rows())):
        acts = read(one, LEXICON)
        found = detect(one.item_id, acts, understood=spoken_for(one))
        if isinstance(found, Finding):
            yield from parts(acts, found, HORIZON)


def test_each_arm_of_a_row_is_needed() -> None:
    """Without any one operand of "and" or "or" some report is judged otherwise."""
    source, asked = Path(policy.__file__).read_text(encoding="utf-8"), [(one, policy.judge(one)) for one in tellings()]
    idle = []
    for arm, judge in without_an_arm(source):
        with suppress(AttributeError, ValueError):  # what keeps the rest from failing is needed
            idle += [] if any(judge(one) != told for one, told in asked) else [arm]
    assert not idle


def without_an_arm(source: str) -> Iterator[tuple[str, Callable[[Telling], tuple[bool, str]]]]:
    """Yield each operand of the policy's conditions, and the policy without it."""
    for at in range(sum(len(node.values) for node in conditions(ast.parse(source)))):
        tree = ast.parse(source)
        node, n = [(node, n) for node in conditions(tree) for n in range(len(node.values))][at]
        arm, node.values[n] = ast.unparse(node.values[n]), ast.Constant(isinstance(node.op, ast.And))
        changed = ModuleType(policy.__name__)
        exec(compile(ast.fix_missing_locations(tree), policy.__file__, "exec"), changed.__dict__)  # noqa: S102
        yield arm, changed.judge


def conditions(tree: ast.AST) -> list[ast.BoolOp]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.BoolOp)]
