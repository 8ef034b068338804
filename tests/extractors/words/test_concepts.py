from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from extractors.model import ConfigError
from extractors.words.concepts import CORE, GROUPS, declared
from tests.builders import TRACKS, core_tables

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("extra", "table", "reason"),
    [
        ('[person]\nx = "y"', "person:x", "not a table"),
        ("[person]\nx = { colour = 1 }", "person:x", "unknown key"),
        ('[person]\nx = { side = "mars" }', "person:x", "unknown value"),
        ("[person]\nx = { substance = 7 }", "person:x", "out of range"),
        ("[person]\nx = { weight = -1 }", "person:x", "out of range"),
        ("[person]\nx = { weight = nan }", "person:x", "not a number"),
        ('[person]\nx = { track = "space" }', "person:x", "unknown value"),
        ('[person]\nx = { rank = "first" }', "person:x", "unknown value"),
    ],
)
def test_m20_a_malformed_declaration_is_refused_with_its_mend(extra: str, table: str, reason: str) -> None:
    text = "\n".join([*core_tables(CORE, "{}"), TRACKS, extra])
    with pytest.raises(ConfigError, match=reason) as caught:
        declared("concepts.toml", tomllib.loads(text))
    assert (caught.value.file, caught.value.table, bool(caught.value.mend)) == ("concepts.toml", table, True)


@pytest.mark.parametrize(
    ("names", "tracks", "table", "reason"),
    [
        (CORE | {"domain:magic"}, TRACKS, "domain:magic", "no domain"),
        (CORE - {"hedge:wish"}, TRACKS, "hedge:wish", "rules need this concept"),
        (CORE, '[track]\ncooperation = ["body"]', "track", "lacks or turns round"),
        (CORE, TRACKS.replace('["body"]', '["bodies"]'), "track", "is no concept"),
        (CORE, TRACKS.replace("[track]", '[track]\n"A b" = ["body"]'), "track", "no name of a track"),
    ],
)
def test_declarations_that_lack_something_are_refused(
    names: frozenset[str], tracks: str, table: str, reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason) as caught:
        declared("concepts.toml", tomllib.loads("\n".join([*core_tables(names, "{}"), tracks])))
    assert caught.value.table == table


def test_m14_every_concept_that_code_names_is_one_of_the_core() -> None:
    """Renaming hedge:wish in the lexicon, or misspelling it in a rule, is noticed: here or when it is loaded."""
    for path in (ROOT / "extractors").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            asked = node.args if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "having" else [node]
            names = [one.value for one in asked if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            for name in names:
                if asked != [node] or re.fullmatch(rf"(?:{'|'.join(GROUPS)}):\w+", name):
                    assert name in CORE or name.removesuffix(":") in GROUPS, f"{path.name}: {name}"
