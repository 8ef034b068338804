"""A text's sentences with the terms found in each: without a page's tail, a photo's credit, and May for "may"."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from typing import Final

from extractors.story import Evidence
from extractors.words.lexicon import Lexicon
from extractors.words.text import sentences, squeeze

_HITS: Final = 100  # terms of a sentence that are looked at: what has more is a list, and rules compare each with each
_CREDIT: Final = 40  # code points of a photo's credit, a byline: no sentence where others follow, with these alone
_PICTURED: Final = ("person:", "office:", "place:")
_NARROW: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if chr(wide).isalnum()}
"""Full-width letters and digits as ASCII, one code point each, so that offsets stay; what ends a clause stays wide."""
_TAIL_AFTER: Final = 80  # "관련기사" before this many code points heads the article, no tail


def parts_of(
    text: str, language: str, field: str, lexicon: Lexicon, today: date
) -> Iterator[tuple[int, str, tuple[Evidence, ...]]]:
    """Yield where each sentence of a field begins, its text and its terms; a title is one, whatever it holds.

    `language` is the item's, `today` its publication at the outlet. Evidence has the text as published.
    """
    hits = lexicon.find(text, language, field)
    end = min((hit.start for hit in hits if hit.concept == "hedge:tail" and _begins_tail(text, hit)), default=len(text))
    text, speech = text.translate(_NARROW), lexicon.speech(language)
    spans = sentences(text[:end], speech.goes_on) if field != "title" else ((0, len(text)),)
    if any(squeeze(hit.term) in speech.dated_months for hit in hits):
        dates = [place for place, _ in lexicon.days(language).found(text, today, ahead=True)]
        hits = tuple(hit for hit in hits if not any(hit.start in place for place in dates))
    places, begun = [hit.start for hit in hits], False
    for start, stop in spans:
        own = hits[bisect_left(places, start) : bisect_left(places, stop)]
        inside = tuple(hit for hit in own if hit.concept != "hedge:tail")[:_HITS]
        credit = stop - start <= _CREDIT and all(hit.concept.startswith(_PICTURED) for hit in inside)
        if credit and not begun and stop < spans[-1][1] and not text[start:stop].endswith("다."):  # a verb's end
            continue
        begun = True
        yield start, text[start:stop], () if any(hit.concept == "hedge:absent" for hit in inside) else inside


def _begins_tail(text: str, hit: Evidence) -> bool:
    """Whether "Most read" or 관련기사 heads a strip of other headlines here: far down, with a colon, in brackets."""
    after = text[hit.end : hit.end + 2].lstrip()[:1]
    return hit.start > _TAIL_AFTER or after in {":", "：", "|", "▶", "]", "】", ">"}
