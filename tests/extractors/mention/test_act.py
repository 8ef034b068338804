from extractors.mention.act import Act, means, read
from tests.builders import item
from tests.extractors.mention.saying import LEXICON
from tests.table import table


def clause(text: str, language: str = "en") -> Act:
    (one,) = read(item(title=text, language=language), LEXICON)
    return one


@table("text, language, firm, hedges")
def test_a_hedge_in_the_same_clause_weakens_a_verb(text: str, language: str, firm: set[str], hedges: list[str]) -> None:
    one = clause(text, language)
    assert one.firm == firm
    assert [one.hedge(verb) for verb in one.having("stage:")] == hedges


@table("text, named, subject, occasion")
def test_what_a_sentence_is_about(text: str, named: bool, subject: bool, occasion: bool) -> None:
    one = clause(text)
    assert (one.named, bool(one.having("subjects")), one.occasion) == (named, subject, occasion)


def test_several_sentences_mean_together_what_none_does_alone() -> None:
    parts = [clause("Korea met"), clause("NATO met")]
    assert means(parts, "both_parties")
    assert not any(one.means("both_parties") for one in parts)


@table("text, hedged")
def test_m2_a_month_is_no_hedge(text: str, hedged: bool) -> None:
    assert any(hit.term.lower() == "may" for hit in clause(text).hits) is hedged


def test_m8_an_ally_before_its_own_town_is_a_place_and_no_buyer() -> None:
    named = {hit.concept for hit in clause("튀르키예 앙카라서 한-나토 방산 양해각서 서명", "ko").hits}
    assert "place:ankara" in named
    assert "contrary:sale" not in named


def test_a_tail_of_other_headlines_is_not_read() -> None:
    text = "서울과 나토가 방산 협력에 합의했다. 다음 회의는 브뤼셀에서 열린다. [관련기사] 나토 회원국 폴란드에 K2 수출"
    told = read(item(title="나토와 합의", summary=text, language="ko"), LEXICON)
    assert not any(hit.term == "폴란드" for one in told for hit in one.hits)


def test_x1_what_a_sentence_costs_is_bounded() -> None:
    told = read(item(title="한국 나토", summary="한국 나토 방산 체결 합의 " * 6_000, language="ko"), LEXICON)
    assert max(len(one.hits) for one in told) == 100
    assert max(len(one.text) for one in told) <= 20_000
