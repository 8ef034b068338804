from extractors.mention.act import Act, sides
from extractors.mention.reading import read
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
    assert (one.named, one.subject, one.occasion) == (named, subject, occasion)


def test_the_parties_of_several_sentences() -> None:
    assert {"korea", "nato"} <= sides([clause("Korea met"), clause("NATO met")])
    assert sides([]) == frozenset()
