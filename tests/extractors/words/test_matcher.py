import random
import time
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.mention.act import read
from extractors.mention.relevance import detect
from extractors.story import Rejection
from extractors.words.matcher import Matcher
from extractors.words.terms import read_terms
from tests.builders import item as make_item
from tests.extractors.mention.saying import LEXICON
from tests.table import table


@table("text, language, there, absent")
def test_m7_m8_what_is_found_and_what_is_not(text: str, language: str, there: str, absent: str) -> None:
    found = {hit.concept for hit in LEXICON.find(text, language)}
    assert set(there.split()) <= found
    assert absent not in found


TERMS = [term.text for term in LEXICON.terms[::50]]


@given(st.lists(st.sampled_from([*TERMS, "…", "㈜", "ＮＡＴＯ", "-", "가", "e\u0301"]), max_size=6).map(" ".join))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_every_hit_stands_in_the_text_as_stored(text: str) -> None:
    for hit in LEXICON.find(text):
        assert text[hit.start : hit.end] == hit.term


@pytest.mark.parametrize("each", [7, pytest.param(1, marks=pytest.mark.long)])
def test_every_term_is_found_as_it_is_written(each: int) -> None:
    for term in LEXICON.terms[::each]:
        text = f"{term.text} {term.rest}".strip()
        assert any(hit.start == 0 or hit.end >= len(text) for hit in LEXICON.find(text, term.language)), term


def test_m16_what_the_quick_gate_turns_away_the_detector_does_too() -> None:
    dice, spoken = random.Random(16), ["en", "ko", "de", "fr", "ja"]
    words = {language: [term.text for term in LEXICON.terms if term.language == language] for language in spoken}
    told = [(language, " ".join(dice.sample(words[language], 4))) for language in spoken * 600]
    away = [make_item(title=text, language=code) for code, text in told if not LEXICON.interesting(text, code)]
    assert len(away) > 500
    for said in (detect(item.item_id, read(item, LEXICON)) for item in away):
        assert isinstance(said, Rejection)


@table("piece")
def test_x1_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    def seconds(size: int) -> float:
        item = make_item(title="x", summary=(piece * size)[:size], language="ko")
        begin = time.process_time()
        for sentence in read(item, LEXICON):
            _ = sentence.when(ahead=False), sentence.number
        return time.process_time() - begin

    once = min(seconds(5_000) for _ in range(2))
    assert seconds(20_000) < 10 * once + 0.1  # 4 where it is linear, 16 where it is square


WORDS = """nato = [{ term = "나토", word = true, not_before = ["륨"] }, { term = "방산", not_after = ["지"] }, "*연합",
    "co-operation", "팔레트*", { term = "foreign minister", not_after = ["vice"] }]"""


@table("found, texts")
def test_guards(found: bool, texts: list[str]) -> None:
    terms = list(read_terms("ko.toml", "ko", tomllib.loads(WORDS)))
    small = Matcher(terms, sided=(), names=(), against=(), gates=())
    assert {text: bool(small.find(text)) for text in texts} == dict.fromkeys(texts, found)
