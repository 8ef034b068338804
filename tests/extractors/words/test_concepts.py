import ast
import re
import tomllib

import pytest

from extractors.model import ConfigError
from extractors.words.concepts import CORE, GROUPS, MEANINGS, declared
from tests.builders import TRACKS, core_tables
from tests.extractors.mention.saying import LEXICON, ROOT
from tests.table import table


@table("extra, table, reason, lacks, tracks")
def test_m20_bad_declarations_are_refused(extra: str, table: str, reason: str, lacks: str, tracks: str | None) -> None:
    data = tomllib.loads("\n".join([*core_tables(CORE - {lacks}, "{}"), tracks or TRACKS]))
    for name, entries in tomllib.loads(extra).items():
        data[name] = {**data.get(name, {}), **entries}
    with pytest.raises(ConfigError, match=reason) as caught:
        declared("concepts.toml", data)
    assert (caught.value.file, caught.value.table, bool(caught.value.mend)) == ("concepts.toml", table, True)


def test_m14_every_concept_that_code_names_is_one_of_the_core() -> None:
    """Renaming hedge:wish in the lexicon, or misspelling it in a rule, is noticed: here or when it is loaded."""
    for path in (*(ROOT / "extractors/mention").glob("*.py"), *(ROOT / "extractors/event").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            asked = node.args if isinstance(node, ast.Call) and called in {"having", "means"} else [node]
            names = [one.value for one in asked if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            for name in names:
                if asked != [node] or re.fullmatch(rf"(?:{'|'.join(GROUPS)}):\w+", name):
                    known = name in CORE | MEANINGS.keys() or name.removesuffix(":") in GROUPS
                    assert known or name.startswith("side:"), f"{path.name}: {name}"


def test_m14_every_word_of_a_meaning_stands_for_a_concept() -> None:
    for name, lines in MEANINGS.items():
        for word in re.findall(r"[^ |+-]+", " ".join(lines)):
            assert LEXICON.named[word,], f"{name}: {word}"
