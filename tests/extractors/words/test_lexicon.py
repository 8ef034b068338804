from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.model import ConfigError
from extractors.words.lexicon import CORE, Lexicon, load

FOLDER = Path(__file__).resolve().parents[3] / "config" / "lexicon"
LEXICON = load(FOLDER)


def concepts(text: str, language: str = "") -> set[str]:
    return {hit.concept for hit in LEXICON.find(text, language)}


def folder(tmp_path: Path, words: str, declared: str = "") -> Path:
    core = "\n".join(f"{name} = {{}}" for name in sorted(CORE) if f"{name} =" not in declared)
    (tmp_path / "concepts.toml").write_text(f"{core}\n{declared}", encoding="utf-8")
    (tmp_path / "ko.toml").write_text(words, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("한ㆍ나토 방산 협의체", "korea_nato"),
        ("한-NATO 방산협의체를", "body"),
        ("나토와 협력", "nato"),
        ("High-Visibility Projects", "project:high_visibility"),
        ("ROK troops", "korea"),
        ("ＮＡＴＯ", "nato"),
        ("감항 인증", "domain:airworthiness"),
        ("OTAN", "nato"),
        ("Zuid-Koreaanse", "korea"),
    ],
)
def test_found(text: str, concept: str) -> None:
    assert concept in concepts(text)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("포화 지방산", "industry"),
        ("소방산업 박람회", "industry"),
        ("방산시장 포장재", "industry"),
        ("레나토 감독", "nato"),
        ("하나 토론회", "nato"),
        ("senator Renato", "nato"),
        ("a broker in Seoul", "office:add"),
        ("the cost of it, sto", "agency:sto"),
        ("위한 나토", "korea_nato"),
        ("방산주 급등", "industry"),
    ],
)
def test_not_found(text: str, concept: str) -> None:
    assert concept not in concepts(text)


def test_a_longer_name_hides_the_name_inside_it() -> None:
    text = "Democratic People's Republic of Korea"
    assert concepts(text) == {"contrary:north_korea"}
    assert "nato" not in concepts("an Asian NATO")
    assert {"nato", "project:industry_forum"} <= concepts("NATO Industry Forum")


def test_words_of_other_languages_do_not_count_but_names_do() -> None:
    assert concepts("OTAN firmato", "en") == {"nato"}
    assert "stage:signed" in concepts("OTAN firmato", "it")


@given(st.text(max_size=80) | st.lists(st.sampled_from([t.text for t in LEXICON.terms]), max_size=6).map(" ".join))
@settings(deadline=None, derandomize=True, max_examples=150)
def test_every_hit_stands_in_the_text_as_stored(text: str) -> None:
    for hit in LEXICON.find(text):
        assert text[hit.start : hit.end] == hit.term
        assert LEXICON.interesting(text) or not LEXICON.concepts[hit.concept].side.startswith(("n", "b", "i"))


def test_every_term_is_found_as_it_is_written() -> None:
    for term in LEXICON.terms:
        found = [
            hit for hit in LEXICON.find(term.text, term.language) if hit.start == 0 or hit.end >= len(term.text.strip())
        ]
        assert found, term


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
        ('nato = ["방산"]', "", "nato", "substring trap"),
        ('nato = ["STO"]', "", "nato", "substring trap"),
        ('nato = [{ term = "STO", cased = true }]', "", "nato", "no guard"),
        ("nato = [", "", "", "TOML"),
        ("", "", "", "no language file"),
        ('nato = ["x"]', 'x = "y"', "x", "no table"),
        ('nato = ["x"]', "x = { colour = 1 }", "x", "does not belong"),
        ('nato = ["x"]', 'x = { side = "mars" }', "x", "unknown"),
        ('nato = ["x"]', "[domain]\nmagic = {}", "domain:magic", "no domain"),
    ],
)
def test_refused(tmp_path: Path, words: str, declared: str, table: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason) as caught:
        load(folder(tmp_path, words, declared))
    assert caught.value.table == table
    assert caught.value.mend


def test_missing_declarations_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "concepts.toml").write_text("korea = {}", encoding="utf-8")
    with pytest.raises(ConfigError, match="rules need"):
        load(tmp_path)


def test_guards(tmp_path: Path) -> None:
    words = 'nato = [{ term = "나토", word = true, not_before = ["륨"] }, { term = "방산", not_after = ["지"] }, "*연합", "co-operation", "팔레트*", { term = "foreign minister", not_after = ["vice"] }]'
    small: Lexicon = load(folder(tmp_path, words))

    def found(text: str) -> bool:
        return bool(small.find(text))

    assert [found(text) for text in ("나토가", "한나토", "나토륨", "지방산", "K방산", "유럽연합의")] == [
        True,
        False,
        False,
        False,
        True,
        True,
    ]
    minister = ("a foreign minister", "vice foreign minister", "vice-foreign minister", "service foreign minister")
    assert [found(text) for text in minister] == [True, False, False, True]
    assert [found(text) for text in ("cooperation", "co operation", "cooperations", "cooperational")] == [
        True,
        True,
        True,
        False,
    ]
