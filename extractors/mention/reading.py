"""An item as the rules see it: the acts that its sentences tell, in order, without the page's tail."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import partial
from typing import Final

from extractors.mention.act import Act
from extractors.model import Item
from extractors.story import Evidence
from extractors.words.lexicon import Lexicon
from extractors.words.text import sentences, squeeze

_TEXT_LIMIT: Final = 20_000  # code points of one field: the act of a longer page stands in its first part
_HITS: Final = 100  # terms of a sentence that are looked at: what has more is a list, and rules compare each with each
_CREDIT: Final = 40  # code points of a photo's credit, a byline: no sentence where others follow, with these alone
_PICTURED: Final = ("person:", "office:", "place:")
_NARROW: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Full-width forms of ASCII (Unicode, Halfwidth and Fullwidth Forms): one code point each, so that offsets stay."""
_TAIL_AFTER: Final = 80  # "관련기사" before this many code points heads the article, no tail


def read(item: Item, lexicon: Lexicon) -> tuple[Act, ...]:
    """Read title, summary and article text; a text that repeats the summary's beginning adds its own sentences."""
    fields = [(name, getattr(item, name)[:_TEXT_LIMIT]) for name in ("title", "summary", "text")]
    if any(hit.concept == "hedge:tail" for hit in lexicon.find(item.title, item.language)):
        fields = fields[:1]  # a page of other pages: what follows its title are their headlines
    return tuple(act for name, text in fields if text for act in _field(name, text, item, lexicon))


def _field(name: str, text: str, item: Item, lexicon: Lexicon) -> Iterator[Act]:
    hits = lexicon.find(text, item.language, name)
    end = min((hit.start for hit in hits if hit.concept == "hedge:tail" and _begins_tail(text, hit)), default=len(text))
    text = text.translate(_NARROW)  # what is found in it is the text as published
    speech, today = lexicon.speech(item.language), item.local_day or item.first_seen_at.date()
    spans = sentences(text[:end], speech.goes_on) if name != "title" else ((0, len(text)),)
    if any(squeeze(hit.term) in speech.dated_months for hit in hits):
        dates = [place for place, _ in lexicon.days(item.language).found(text, today, ahead=True)]
        hits = tuple(hit for hit in hits if not any(hit.start in place for place in dates))  # May is no "may"
    places, index = [hit.start for hit in hits], 0
    act = partial(Act, field=name, language=item.language, lexicon=lexicon, today=today)
    for start, stop in spans:
        begun = hits[bisect_left(places, start) : bisect_left(places, stop)]
        inside = tuple(hit for hit in begun if hit.concept != "hedge:tail")[:_HITS]
        credit = stop - start <= _CREDIT and all(hit.concept.startswith(_PICTURED) for hit in inside)
        if credit and index == 0 and stop < spans[-1][1] and not text[start:stop].endswith("다."):  # a verb's end
            continue
        inside = () if any(hit.concept == "hedge:absent" for hit in inside) else inside
        yield act(index=index, start=start, text=text[start:stop], hits=inside)
        index += 1


def _begins_tail(text: str, hit: Evidence) -> bool:
    """Whether "Most read" or 관련기사 heads a strip of other headlines here: far down, with a colon, in brackets."""
    after = text[hit.end : hit.end + 2].lstrip()[:1]
    return hit.start > _TAIL_AFTER or after in {":", "：", "|", "▶", "]", "】", ">"}
