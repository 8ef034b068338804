from __future__ import annotations

import random
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.mention.relevance import detect
from extractors.story import Rejection
from extractors.words.lexicon import load
from extractors.words.matcher import Matcher
from extractors.words.sentences import read
from extractors.words.terms import read_terms
from tests.builders import item as make_item

LEXICON = load(Path(__file__).resolve().parents[3] / "config" / "lexicon")


def concepts(text: str, language: str = "") -> set[str]:
    return {hit.concept for hit in LEXICON.find(text, language)}


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


def test_m16_what_the_quick_gate_turns_away_the_detector_does_too() -> None:
    dice, spoken = random.Random(16), ["en", "ko", "de", "fr", "ja"]
    words = {language: [term.text for term in LEXICON.terms if term.language == language] for language in spoken}
    told = [(language, " ".join(dice.sample(words[language], 4))) for language in spoken * 1_200]
    away = [make_item(title=text, summary="", language=code) for code, text in told if not LEXICON.interesting(text)]
    assert len(away) > 1_000
    assert all(isinstance(detect(item.item_id, read(item, LEXICON), LEXICON), Rejection) for item in away)


@pytest.mark.parametrize(
    ("text", "inside", "whole"),
    [
        ("방산업계, 나토와 협력", "industry", "korea"),
        ("한-나토 방산협의체", "industry", "body"),
        ("defense industry consultative body", "industry", "body"),
        ("Rüstungsindustrie", "industry", "industry"),
        ("defense cooperation agreement with NATO", "relation", "statement"),
    ],
)
def test_m7_a_longer_term_hides_no_concept_that_it_contains(text: str, inside: str, whole: str) -> None:
    assert {inside, whole} <= concepts(text, "ko") | concepts(text, "de")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("북대서양조약기구", "body_word"),  # a name is a name
        ("NATO Support and Procurement Agency", "domain:procurement"),
        ("an Asian NATO", "nato"),
        ("Democratic People's Republic of Korea", "korea"),
    ],
)
def test_what_stands_in_a_name_or_in_a_phrase_of_others_is_none_of_ours(text: str, hidden: str) -> None:
    assert hidden not in concepts(text)


@pytest.mark.parametrize(
    "piece",
    [
        "한국 나토 방산 체결 합의 … ",
        "South Korea and NATO member Poland agreed on May 5, ",
        "12월 3일 ",
        "NATO-",
        "제2차 ",
    ],
)
def test_x1_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * size)[:size]
        item = make_item(title="x", summary=text, language="ko")
        begin = time.process_time()
        for sentence in read(item, LEXICON):
            list(sentence.days.read(sentence.text, item.first_seen_at.date(), ahead=False))
            _ = sentence.number
        return time.process_time() - begin

    once = min(seconds(5_000) for _ in range(3))
    assert seconds(20_000) < 10 * once + 0.1  # 4 where it is linear, 16 where it is square


def test_guards() -> None:
    words = 'nato = [{ term = "나토", word = true, not_before = ["륨"] }, { term = "방산", not_after = ["지"] }, "*연합", "co-operation", "팔레트*", { term = "foreign minister", not_after = ["vice"] }]'
    small = Matcher(
        list(read_terms("ko.toml", "ko", tomllib.loads(words))),
        sided=frozenset(),
        names=frozenset(),
        against=frozenset(),
        telling=frozenset(),
    )

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


@pytest.mark.parametrize(
    ("text", "language", "four"),
    [
        ("Germany and Japan sign pact in Indo-Pacific push", "en", False),
        ("dans l'Indo-Pacifique", "fr", False),
        ("インド太平洋の安定", "ja", False),
        ("w regionie Indo-Pacyfiku", "pl", False),
        ("NATO and its Indo-Pacific partners", "en", True),
        ("les pays de l'Indo-Pacifique", "fr", True),
        ("インド太平洋のパートナー", "ja", True),
        ("NATO und die Partner im Indopazifik", "de", True),
    ],
)
def test_m8_the_region_alone_is_not_the_four_partners(text: str, language: str, four: bool) -> None:
    assert ("ip4" in {hit.concept for hit in LEXICON.find(text, language)}) is four
