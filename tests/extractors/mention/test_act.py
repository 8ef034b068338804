"""What a sentence is asked: its parties, its firm verbs, what it is about, whether it is an occasion."""

from __future__ import annotations

import pytest

from extractors.mention.sentence import Sentence, read, sides
from tests.builders import item
from tests.extractors.mention.saying import LEXICON


def clause(text: str, language: str = "en") -> Sentence:
    (one,) = read(item(title=text, language=language), LEXICON)
    return one


@pytest.mark.parametrize(
    ("text", "language", "firm", "hedges"),
    [
        ("Seoul and NATO signed the arrangement", "en", {"stage:signed"}, [""]),
        ("Seoul denied it signed the arrangement", "en", set(), ["negated"]),
        ("Seoul did not wait; it signed the arrangement", "en", {"stage:signed"}, [""]),
        ("한국, 나토 협의체 개최 검토", "ko", set(), ["considering"]),
    ],
)
def test_a_hedge_in_the_same_clause_weakens_a_verb(text: str, language: str, firm: set[str], hedges: list[str]) -> None:
    one = clause(text, language)
    assert one.firm == firm
    assert [one.hedge(verb) for verb in one.having("stage:")] == hedges


@pytest.mark.parametrize(
    ("text", "named", "subject", "occasion"),
    [
        ("Korea-NATO defense industry consultative body meets on 3 July", True, True, True),
        ("Korea-NATO defense industry consultative body", True, True, False),
        ("NATO and Korea on defense industry", False, True, False),
        ("NATO session in Brussels", False, False, True),
        ("NATO visits Korea", False, False, False),
    ],
)
def test_what_a_sentence_is_about(text: str, named: bool, subject: bool, occasion: bool) -> None:
    one = clause(text)
    assert (one.named, one.subject, one.occasion) == (named, subject, occasion)


def test_the_parties_of_several_sentences() -> None:
    assert {"korea", "nato"} <= sides([clause("Korea met"), clause("NATO met")])
    assert sides([]) == frozenset()


@pytest.mark.parametrize(
    ("text", "hedged"),
    [
        ("NATO and South Korea may meet", True),
        ("NATO and South Korea meet in May", False),
        ("NATO and South Korea may meet in May", True),
        ("On 5 May NATO and South Korea meet", False),
    ],
)
def test_m2_a_month_is_no_hedge(text: str, hedged: bool) -> None:
    assert any(hit.term.lower() == "may" for hit in clause(text).hits) is hedged


def test_a_tail_of_other_headlines_is_not_read() -> None:
    text = "서울과 나토가 방산 협력에 합의했다. 다음 회의는 브뤼셀에서 열린다. [관련기사] 나토 회원국 폴란드에 K2 수출"
    told = read(item(title="나토와 합의", summary=text, language="ko"), LEXICON)
    assert not any(hit.term == "폴란드" for one in told for hit in one.hits)


def test_x1_what_a_sentence_costs_is_bounded() -> None:
    told = read(item(title="한국 나토", summary="한국 나토 방산 체결 합의 " * 6_000, language="ko"), LEXICON)
    assert max(len(one.hits) for one in told) == 100
    assert max(len(one.text) for one in told) <= 20_000
