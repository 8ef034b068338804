import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.words.text import fold, is_cjk, is_latin, sentences, squeeze
from tests.extractors.mention.saying import LEXICON
from tests.table import table

PIECES = ["한", "나토", "NATO", "方산", "㈜", "ＮＡＴＯ", "ß", "é", "e\u0301", "İ", "i\u0307", "ı", "ﬁ", "\u1112\u1161"]
TEXTS = st.lists(st.sampled_from([*PIECES, *"-·ㆍ‧ \u3000…’B½ſµ가a.\u0301"]), max_size=16).map("".join)


@given(TEXTS)
@settings(deadline=None, derandomize=True, max_examples=150)
def test_every_squeezed_character_comes_from_its_span(text: str) -> None:
    folded = fold(text)
    assert squeeze(text) == folded.text  # the quick way agrees with that which keeps the spans
    for character, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        piece = unicodedata.normalize("NFKC", text[start:end]).casefold()
        assert character in piece.replace("ı", "i").replace("’", "'") or character == "…"


@table("written, squeezed", ("나토\ud800 한국 O’B", "나토?한국o'b"))
def test_one_text_however_it_is_written(written: str, squeezed: str) -> None:
    assert squeeze(written) == squeezed


def test_gaps_tell_spaces_from_marks() -> None:
    folded = fold("한 나-토")
    assert [folded.gap(i) for i in range(3)] == [0, 1, 2]


def test_scripts() -> None:
    assert [(is_latin(letter), is_cjk(letter)) for letter in "яn나"] == [(True, False), (True, False), (False, True)]


@table("language, parts")
def test_r13_where_sentences_end(language: str, parts: list[str]) -> None:
    for between in ("\n\n",) if "하나" in str(parts) else (" ", "\n"):
        text = between.join(parts)
        assert [text[a:b] for a, b in sentences(text, LEXICON.speech(language).goes_on)] == parts


@table("parts")
def test_r13_full_width_marks_end_a_sentence_without_a_space(parts: list[str]) -> None:
    text = "".join(parts)
    assert [text[a:b] for a, b in sentences(text, LEXICON.speech("ja").goes_on)] == parts
