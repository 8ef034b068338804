from extractors.mention.describe import describe
from extractors.story import Rejection
from extractors.words.identify import language_of
from tests.extractors.mention.saying import LEXICON
from tests.extractors.read.samples import entry, made
from tests.table import table


@table("text, feed, language")
def test_m6_a_text_s_own_language(text: str, feed: str, language: str) -> None:
    assert language_of(text, feed) == language


def test_m6_a_german_report_in_an_english_feed_is_read() -> None:
    title = "Südkorea und die Nato vereinbaren ein Konsultationsgremium für die Rüstungsindustrie"
    (item,) = made(entry(title=title, summary="Das teilten die beiden Seiten am Mittwoch mit."), language="en")
    said = describe(item, LEXICON)
    assert item.language == "de"
    assert not isinstance(said, Rejection)
    assert said[0].alertable


@table("text, language")
def test_m13_evidence_names_the_item_s_language_then_english_then_korean(text: str, language: str) -> None:
    own = any(term.language == language and term.key == text.casefold() for term in LEXICON.terms)
    assert {hit.language for hit in LEXICON.find(text, language)} == {language if own else "en"}
