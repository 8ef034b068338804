from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.words.lexicon import load
from extractors.words.text import fold, is_cjk, is_latin, sentences, squeeze

WORDS = st.sampled_from(
    ["한", "나토", "NATO", "方산", "㈜", "ＮＡＴＯ", "ß", "é", "-", "·", "ㆍ", "‧", " ", "\u3000", "…", "½"]
)
LEXICON = load(Path(__file__).resolve().parents[3] / "config" / "lexicon")
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=12).map("".join)


def cut(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, LEXICON.speech(language).goes_on)]


@pytest.mark.parametrize("mark", ["-", "·", "ㆍ", "‧", "–", " ", ""])
def test_whatever_stands_between_the_halves_of_a_name_is_taken_out(mark: str) -> None:
    assert squeeze(f"한{mark}나토") == "한나토"


@given(TEXTS)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_every_squeezed_character_comes_from_its_span(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    for character, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        piece = text[start:end]
        assert character in unicodedata.normalize("NFKC", piece).casefold() or character == "…"


@given(TEXTS)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_the_quick_way_and_the_way_with_spans_agree(text: str) -> None:
    assert squeeze(text) == fold(text).text


def test_decomposed_and_full_width_writing_is_the_same_text() -> None:
    assert squeeze(unicodedata.normalize("NFD", "나토")) == "나토"
    assert squeeze("ＮＡＴＯ") == "nato"
    assert squeeze("Straße") == "strasse"


def test_gaps_tell_spaces_from_marks() -> None:
    folded = fold("한 나-토")
    assert [folded.gap(i) for i in range(3)] == [0, 1, 2]


def test_scripts() -> None:
    assert is_latin("я")
    assert not is_latin("나")
    assert is_cjk("나")
    assert not is_cjk("n")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("One. Two! Three", ["One.", "Two!", "Three"]),
        (
            "S. Korea met Gen. Park in Washington D.C. on Jan. 3. It went well.",
            ["S. Korea met Gen. Park in Washington D.C. on Jan. 3.", "It went well."],
        ),
        ("합의했다. 회의는 9월이다.", ["합의했다.", "회의는 9월이다."]),
        ("합의했다.회의는 9월이다.", ["합의했다.", "회의는 9월이다."]),
        ("合意した。次回は9月。", ["合意した。", "次回は9月。"]),
        ("줄 하나\n\n줄 둘", ["줄 하나", "줄 둘"]),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert cut(text, "en") == parts


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Sie einigten sich am 26. Juni in Den Haag."),
        ("da", "De mødes den 9. december i Bruxelles."),
        ("no", "Partene møtes 9. desember i Brussel."),
        ("fi", "Osapuolet tapaavat 9. joulukuuta Brysselissä."),
        ("cs", "Strany se sejdou 9. prosince v Bruselu."),
        ("hu", "A felek a 2. ülést december 9. napján tartják."),
        ("de", "Die 2. deutsche Runde ist bzw. war geplant."),
    ],
)
def test_r13_a_date_or_an_ordinal_ends_no_sentence(language: str, text: str) -> None:
    assert cut(f"{text} Danach X.", language) == [text, "Danach X."]


def test_r13_full_width_marks_end_a_sentence() -> None:
    assert cut("合意した！次は？「はい。」と言う", "ja") == ["合意した！", "次は？", "「はい。」", "と言う"]
