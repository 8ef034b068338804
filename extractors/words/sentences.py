"""An item as the rules see it: its sentences in order, each with the terms found in it, and without the page's tail."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from extractors.model import Item
from extractors.story import Evidence, Track
from extractors.words.days import Days
from extractors.words.languages import Speech, plain
from extractors.words.lexicon import Lexicon
from extractors.words.matcher import Hit
from extractors.words.text import sentences

LEAD: Final = 3
"""Sentences of a summary or text that count as its lead."""
_TEXT_LIMIT: Final = 20_000  # code points of one field: the act of a longer page stands in its first part
_HITS: Final = (
    100  # terms of one sentence that are looked at: what has more is a list, and rules compare each with each
)
_TAIL_AFTER: Final = 80  # "관련기사" before this many code points heads the article, no tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence: where it stands, its words, what was found in it (offsets are the field's)."""

    field: str  # "title", "summary", "text"
    index: int  # within its field
    start: int
    text: str
    hits: tuple[Hit, ...]
    language: str  # of the item
    lexicon: Lexicon  # by which it was read

    def having(self, *concepts: str) -> tuple[Hit, ...]:
        """The hits of these concepts; a name ending in a colon stands for its whole group."""
        names = frozenset(concepts)
        return tuple(hit for hit in self.hits if hit.concept in names or hit.group in names)

    @property
    def speech(self) -> Speech:
        """What the item's language says beside its terms."""
        return self.lexicon.speech(self.language)

    @property
    def number(self) -> int | None:
        """The number of the session that it names ("second round", 제2차), or None."""
        return self.speech.number_in(self.text)

    @property
    def days(self) -> Days:
        """The reader of its language's dates."""
        return self.lexicon.days(self.language)

    def anchors(self, track: Track) -> tuple[Hit, ...]:
        """The hits beside which a track's acts are told."""
        return self.having(*self.lexicon.tracks[track])

    @property
    def weight(self) -> float:
        """How much being said here counts: title, lead, the rest, an article page."""
        if self.field == "title":
            return 1.0
        return (0.9 if self.index < LEAD else 0.75) if self.field == "summary" else (0.75 if self.index < LEAD else 0.5)


def read(item: Item, lexicon: Lexicon) -> tuple[Sentence, ...]:
    """Read title, summary and article text; a text that repeats the summary's beginning adds its own sentences."""
    fields = [(name, getattr(item, name)[:_TEXT_LIMIT]) for name in ("title", "summary", "text")]
    if any(hit.concept == "hedge:tail" for hit in lexicon.find(item.title, item.language)):
        fields = fields[:1]  # a page of other pages: what follows its title are their headlines
    return tuple(sentence for name, text in fields if text for sentence in _field(name, text, lexicon, item.language))


def _field(name: str, text: str, lexicon: Lexicon, language: str) -> Iterable[Sentence]:
    hits = lexicon.find(text, language)
    end = min((hit.start for hit in hits if hit.concept == "hedge:tail" and _begins_tail(text, hit)), default=len(text))
    speech = lexicon.speech(language)
    spans = sentences(text[:end], speech.goes_on) if name != "title" else ((0, len(text)),)
    if any(plain(hit.term) in speech.dated_months and hit.concept.startswith("hedge:") for hit in hits):
        dates = [place for place, _ in lexicon.days(language).found(text, date(2000, 1, 1), ahead=True)]
        hits = tuple(hit for hit in hits if not any(hit.start in place for place in dates))  # May is no "may"
    places = [hit.start for hit in hits]
    for index, (start, stop) in enumerate(spans):
        begun = hits[bisect_left(places, start) : bisect_left(places, stop)]
        inside = tuple(hit for hit in begun if hit.end <= stop and hit.concept != "hedge:tail")
        if any(hit.concept == "hedge:absent" for hit in inside):
            inside = ()
        yield Sentence(
            field=name,
            index=index,
            start=start,
            text=text[start:stop],
            hits=inside[:_HITS],
            language=language,
            lexicon=lexicon,
        )


def _begins_tail(text: str, hit: Hit) -> bool:
    """Whether "Most read" or 관련기사 heads a strip of other headlines here: far down, with a colon, in brackets."""
    after = text[hit.end : hit.end + 2].lstrip()[:1]
    return hit.start > _TAIL_AFTER or after in {":", "：", "|", "▶"} or (after in {"]", "】", ">"} and hit.start > 1)


def evidence(found: Iterable[Sentence]) -> tuple[Evidence, ...]:
    """Every hit of these sentences as evidence."""
    return tuple(
        Evidence(field=s.field, start=h.start, end=h.end, term=h.term, concept=h.concept, language=h.language)
        for s in found
        for h in s.hits
    )


def ordinal_of(told: Iterable[Sentence]) -> int | None:
    """Return the number of the session that the body's sentences name, or None."""
    numbers = (s.number for s in told if s.having("body", "body_word", "session_word", "industry"))
    return next((number for number in numbers if number), None)


def sides_of(sentences: Iterable[Sentence], lexicon: Lexicon) -> set[str]:
    """Return the sides that the words of sentences stand for: "korea", "nato", "both", "ip4", and "" for none."""
    return {lexicon.concepts[hit.concept].side for sentence in sentences for hit in sentence.hits}
