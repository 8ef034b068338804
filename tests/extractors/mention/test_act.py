from extractors.mention.act import Act, means
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


def test_several_sentences_mean_together_what_none_does_alone() -> None:
    parts = [clause("Korea met"), clause("NATO met")]
    assert means(parts, "both_parties")
    assert not any(one.means("both_parties") for one in parts)
