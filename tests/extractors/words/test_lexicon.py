from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from extractors.mention.describe import describe
from extractors.model import ConfigError
from extractors.story import Mention, Track
from extractors.words.concepts import CORE, GROUPS
from extractors.words.lexicon import Lexicon, load
from tests.builders import core_tables
from tests.builders import item as make_item
from warehouse.live.codec import decode, encode

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "config" / "lexicon"
LEXICON = load(FOLDER)
TRACKS = "[track]\n" + "\n".join(f'{track} = ["body"]' for track in Track)


def concepts(text: str, language: str = "") -> set[str]:
    return {hit.concept for hit in LEXICON.find(text, language)}


def folder(
    tmp_path: Path, words: str, *declared: str, said: frozenset[str] = CORE, named: frozenset[str] = CORE
) -> Path:
    """Lay out a small lexicon: every concept of CORE declared, each with a word of its own, and ko.toml as given."""
    (tmp_path / "concepts.toml").write_text("\n".join([*core_tables(named, "{}"), TRACKS, *declared]), encoding="utf-8")
    (tmp_path / "zz.toml").write_text("\n".join(core_tables(said, '["the word of {}"]')), encoding="utf-8")
    (tmp_path / "ko.toml").write_text(words, encoding="utf-8")
    return tmp_path


def test_quick_question() -> None:
    assert LEXICON.interesting("한-나토 방산협의체")
    assert not LEXICON.interesting("프로야구 두산 역전승")


def test_the_version_is_the_content(tmp_path: Path) -> None:
    first = load(folder(tmp_path, 'nato = ["북대서양조약기구"]'))
    assert load(folder(tmp_path, 'nato = ["북대서양조약기구"]')).version == first.version
    assert load(folder(tmp_path, 'nato = ["북대서양 동맹"]')).version != first.version


@pytest.mark.parametrize(
    ("words", "declared", "table", "reason"),
    [
        ('nothing = ["x"]', "", "nothing", "unknown concept"),
        ('nato = ""', "", "nato", "no list"),
        ('nato = ["  "]', "", "nato", "empty"),
        ("nato = [3]", "", "nato", "no term"),
        ('nato = ["방위산업", "방위 산업"]', "", "nato", "duplicate"),
        ('nato = ["방위산업"]\nkorea = ["방{위,}산업"]', "", "korea", "duplicate: nato has"),
        ('nato = ["방위{산업"]', "", "nato", "brace"),
        ('nato = ["방산"]', "", "nato", "substring trap"),
        ('nato = ["STO"]', "", "nato", "substring trap"),
        ('nato = [{ term = "STO", cased = true }]', "", "nato", "no guard"),
        ('nato = [{ term = "STO", case = 1 }]', "", "nato", "case: 1 is neither"),
        ('nato = [{ term = "소방산업", not_after = [1] }]', "", "nato", "not_after: "),
        ("nato = [", "", "", "TOML"),
        ('nato = ["x"]', '[place]\nx = "y"', "place:x", "not a table"),
        ('nato = ["x"]', "[place]\nx = { colour = 1 }", "place:x", "unknown key"),
        ('nato = ["x"]', '[place]\nx = { side = "mars" }', "place:x", "unknown value"),
        ('nato = ["x"]', "[place]\nx = { substance = 7 }", "place:x", "out of range"),
        ('nato = ["x"]', "[place]\nx = { weight = -1 }", "place:x", "out of range"),
        ('nato = ["x"]', "[place]\nx = { weight = nan }", "place:x", "not a number"),
        ('nato = ["x"]', '[place]\nx = { track = "space" }', "place:x", "unknown value"),
        ('nato = ["x"]', "[domain]\nmagic = {}", "domain:magic", "no domain"),
    ],
)
def test_m20_refused(tmp_path: Path, words: str, declared: str, table: str, reason: str) -> None:
    group = declared.partition("\n")[0]
    apart = frozenset(name for name in CORE if f"[{name.partition(':')[0]}]" != group)
    with pytest.raises(ConfigError, match=reason) as caught:
        load(folder(tmp_path, words, declared, named=apart | {"place:x"} if not group else apart))
    assert caught.value.table == table
    assert caught.value.mend


def test_declarations_that_lack_something_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)
    with pytest.raises(ConfigError, match="rules need this concept") as caught:
        load(folder(tmp_path, "", named=CORE - {"hedge:wish"}))
    assert caught.value.table == "hedge:wish"
    (tmp_path / "concepts.toml").write_text('[track]\ncooperation = ["body"]', encoding="utf-8")
    with pytest.raises(ConfigError, match="lacks or turns round"):
        load(tmp_path)


def test_m14_a_name_of_code_without_a_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="need a word") as caught:
        load(folder(tmp_path, "", said=CORE - {"hedge:wish"}))
    assert caught.value.table == "hedge:wish"


def test_m14_every_concept_that_code_names_is_one_of_the_core() -> None:
    """Renaming hedge:wish in the lexicon, or misspelling it in a rule, is noticed: here or when the lexicon is loaded."""
    for path in (ROOT / "extractors").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            asked = node.args if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "having" else [node]
            names = [one.value for one in asked if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            for name in names:
                if asked != [node] or re.fullmatch(rf"(?:{'|'.join(GROUPS)}):\w+", name):
                    assert name in CORE or name.removesuffix(":") in GROUPS, f"{path.name}: {name}"


def test_a_file_that_is_no_language_s_is_refused(tmp_path: Path) -> None:
    folder(tmp_path, "")
    (tmp_path / "notes.toml").write_text('nato = ["x"]', encoding="utf-8")
    with pytest.raises(ConfigError, match="no language"):
        load(tmp_path)


def test_a_new_track_needs_its_declaration_alone(tmp_path: Path) -> None:
    words = '[project]\nacademy = ["방산 아카데미"]'
    track = 'training_ground = ["project:academy"]\n' + f'{Track.COOPERATION} = ["body"]'
    root = folder(tmp_path, words, named=CORE | {"project:academy"})
    declared = (root / "concepts.toml").read_text(encoding="utf-8").replace(f'{Track.COOPERATION} = ["body"]', track)
    declared = declared.replace(
        "academy = {}", 'academy = { side = "both", substance = 1.0, track = "training_ground" }'
    )
    (root / "concepts.toml").write_text(declared, encoding="utf-8")
    says = describe(make_item(title="방산 아카데미 아카데미"), load(root))
    assert isinstance(says, tuple)
    [found] = says
    assert (found.track, found.tracks) == (Track("training_ground"), (Track("training_ground"),))
    assert decode(Mention, encode(found)) == found


def test_what_a_language_lacks_is_told() -> None:
    assert LEXICON.lacking("en") == ()
    assert {"domain:cyber", "hedge:tail"} <= set(LEXICON.lacking("et"))
    assert set(LEXICON.lacking("xx")) == CORE | {"[abbreviations]", "[calendar]", "[clauses]", "[ordinals]"}


def test_words_found_good_before_are_not_read_until_they_are_asked_for(tmp_path: Path) -> None:
    good = load(folder(tmp_path, 'nato = ["북대서양조약기구"]'))
    assert load(tmp_path, checked=good.seal).version == good.version
    (tmp_path / "ko.toml").write_text('nothing = ["x"]', encoding="utf-8")
    with pytest.raises(ConfigError):
        load(tmp_path, checked=good.seal)
    changed = load(tmp_path, checked=Lexicon(tuple((path, path.read_bytes()) for path in files(tmp_path))).seal)
    with pytest.raises(ConfigError, match="unknown concept"):
        changed.find("x")


def files(folder: Path) -> list[Path]:
    return [folder / "concepts.toml", folder / "ko.toml", folder / "zz.toml"]
