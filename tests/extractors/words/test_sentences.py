from datetime import date

from extractors.words.sentences import parts_of
from tests.extractors.mention.saying import LEXICON
from tests.table import table

TODAY = date(2025, 6, 26)


@table("language, text, parts")
def test_a_text_is_parted_without_its_credit_and_its_tail(language: str, text: str, parts: list[str]) -> None:
    found = [*parts_of(text, language, "summary", LEXICON, TODAY)]
    assert [said for _, said, _ in found] == parts
    for start, said, hits in found:
        assert all(start <= hit.start < start + len(said) and text[hit.start : hit.end] == hit.term for hit in hits)


def test_may_with_its_day_is_no_may_and_a_title_is_one() -> None:
    ((_, _, hits),) = parts_of("South Korea, NATO to meet on May 8. Talks follow.", "en", "title", LEXICON, TODAY)
    assert "hedge:forecast" not in {hit.concept for hit in hits}


def test_what_says_that_somebody_has_no_part_has_no_terms() -> None:
    text = "Firms agree. The deal was struck without involvement of NATO agencies."
    assert [hits for _, _, hits in parts_of(text, "en", "summary", LEXICON, TODAY)][1:] == [()]
