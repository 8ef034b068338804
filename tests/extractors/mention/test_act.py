"""What a sentence is asked: its parties, its firm verbs, what it is about, whether it is an occasion."""

import pytest

from extractors.mention.act import Act, sides
from extractors.mention.reading import read
from tests.builders import item
from tests.extractors.mention.saying import LEXICON


def clause(text: str, language: str = "en") -> Act:
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
