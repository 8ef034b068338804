"""An item as the rules see it: its sentences in order, without the page's tail, and what they ask of each.

Whose it is, which verbs it has and how firm, of what, at what occasion.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from extractors.calendar import Dated
from extractors.model import Item
from extractors.story import Evidence, Track
from extractors.words.lexicon import Lexicon
from extractors.words.text import is_cjk, sentences, squeeze

LEAD: Final = 3
"""Sentences of a summary or text that count as its lead."""
WEAK: Final = frozenset({"wish", "considering", "negated"})
"""Hedges that leave no act of a verb; a forecast leaves a plan."""
HEDGES: Final = ("hedge:wish", "hedge:forecast", "hedge:considering", "hedge:negated")
OCCASIONS: Final = ("session_word", "body", "project:industry_forum", "delegation")
"""Words for something that takes place: with a date they tell an act without any verb."""
FOUR: Final = ("country:japan", "country:australia", "country:new_zealand")
"""Who stands beside Korea among NATO's four Indo-Pacific partners."""
_HEADS: Final = ("office:nato_sg", "office:nato_dsg", "office:military_committee")
_SUBJECTS: Final = ("industry", "body", "project:", "agency:", "domain:airworthiness", "domain:standardization", "ip4")
_WEIGHTS: Final = {"title": (1.0, 1.0), "summary": (0.9, 0.75), "text": (0.75, 0.5)}  # in the lead, further on
_TEXT_LIMIT: Final = 20_000  # code points of one field: the act of a longer page stands in its first part
_HITS: Final = 100  # terms of a sentence that are looked at: what has more is a list, and rules compare each with each
_CREDIT: Final = 40  # code points of a photo's credit, a byline: no sentence where others follow, with these alone
_PICTURED: Final = ("person:", "office:", "place:")
_TAIL_AFTER: Final = 80  # "관련기사" before this many code points heads the article, no tail
_BEFORE, _AFTER = 30, 14  # where a hedge stands: ahead of a Latin verb, behind a Korean or Japanese one
_BREAK: Final = re.compile(r"[…;:\"“”‘]|(?<!\w)['’]|['’](?!\w)|\.\.\.|, ")
"""What a hedge does not reach over; an apostrophe within a word ("the summit's") is no quotation mark."""
_PARTS: Final = re.compile(r"…|\.\.\.|;\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence: where it stands, its words, what was found in it (offsets are the field's)."""

    field: str  # "title", "summary", "text"
    index: int  # within its field
    start: int
    text: str
    hits: tuple[Evidence, ...]
    language: str  # of the item
    lexicon: Lexicon  # by which it was read
    today: date  # of its publication, at the outlet

    def having(self, *concepts: str) -> tuple[Evidence, ...]:
        """The hits of these concepts; a name ending in a colon stands for its whole group."""
        groups = tuple(name for name in concepts if name[-1] == ":")
        return tuple(hit for hit in self.hits if hit.concept in concepts or hit.concept.startswith(groups))

    def pattern(self, template: str) -> re.Pattern[str]:
        """An expression of its language: `Speech.pattern`."""
        return self.lexicon.speech(self.language).pattern(template)

    def dates(self, text: str | None = None, *, ahead: bool) -> list[Dated]:
        """The dates that it names, or that what is left of its text does."""
        said = self.text if text is None else text
        return [*self.lexicon.days(self.language).read(said, self.today, ahead=ahead)]

    @property
    def number(self) -> int | None:
        """The number of the session that it names ("second round", 제2차), or None."""
        return self.lexicon.speech(self.language).number_in(self.text)

    def anchors(self, track: Track) -> tuple[Evidence, ...]:
        """The hits beside which a track's acts are told."""
        return self.having(*self.lexicon.tracks[track])

    @property
    def weight(self) -> float:
        """How much being said here counts: title, lead, the rest, an article page."""
        return _WEIGHTS[self.field][self.index >= LEAD]

    @property
    def sides(self) -> frozenset[str]:
        """The sides that its words stand for: "korea", "nato", "both", "ip4", and "" for none."""
        return frozenset(self.lexicon.concepts[hit.concept].side for hit in self.hits)

    @property
    def four(self) -> bool:
        """Whether it names the four Indo-Pacific partners, as such or each by name."""
        each = (("korea",), ("country:japan", "place:tokyo"), ("country:australia",), ("country:new_zealand",))
        return bool(self.having("ip4")) or all(self.having(*names) for names in each)

    @property
    def firm(self) -> frozenset[str]:
        """The stages of verbs that no hedge weakens."""
        return frozenset(verb.concept for verb in self.having("stage:") if self.hedge(verb) not in WEAK)

    @property
    def named(self) -> bool:
        """Whether it names the body, or a project or programme by its own name."""
        hits = self.having("body", "project:", "agency:")
        return any(self.lexicon.concepts[hit.concept].track is not None for hit in hits)

    @property
    def leaders(self) -> tuple[Evidence, ...]:
        """Korea's president, adviser, ministers."""
        return tuple(hit for hit, side in self._top() if side == "korea")

    @property
    def heads(self) -> tuple[Evidence, ...]:
        """NATO's secretary general, deputy, military chair."""
        return tuple(hit for hit, side in self._top() if side == "nato")

    def _top(self) -> Iterator[tuple[Evidence, str]]:
        for hit in self.hits:
            concept = self.lexicon.concepts[hit.concept]
            if concept.rank == "top":
                yield hit, concept.side or ("nato" if hit.concept in _HEADS else "")

    @property
    def subject(self) -> bool:
        """Whether it names something that agreements are about."""
        return bool(self.having(*_SUBJECTS))

    @property
    def occasion(self) -> bool:
        """Whether it names something that takes place, with its date, or in a title with its place."""
        placed = self.field == "title" and self.having("place:")
        return bool(self.having(*OCCASIONS, "body_word") and (placed or self.dates(ahead=True)))

    def hedge(self, verb: Evidence) -> str:
        """The hedge that goes with a verb ("wish", "forecast", "considering", "negated"), or ""."""
        behind = is_cjk(verb.term[0])
        for hedge in self.having(*HEDGES):
            begin, end = (verb.end, hedge.start) if behind else (hedge.end, verb.start)
            apart = self.between(begin, end)
            near = 0 <= end - begin <= (_AFTER if behind else _BEFORE)
            if near and not _BREAK.search(apart) and not self.pattern("<breaks>").search(apart):
                return hedge.concept.partition(":")[2]
        return ""

    def between(self, start: int, end: int) -> str:
        """What stands between two offsets of the field, as far as it is in the sentence."""
        return self.text[max(0, start - self.start) : max(0, end - self.start)]

    def same_clause(self, one: Evidence, other: Evidence) -> bool:
        """Whether nothing parts two hits that a headline parts two clauses by."""
        first, last = sorted((one, other), key=lambda hit: hit.start)
        return not _PARTS.search(self.between(first.end, last.start))


def read(item: Item, lexicon: Lexicon) -> tuple[Sentence, ...]:
    """Read title, summary and article text; a text that repeats the summary's beginning adds its own sentences."""
    fields = [(name, getattr(item, name)[:_TEXT_LIMIT]) for name in ("title", "summary", "text")]
    if any(hit.concept == "hedge:tail" for hit in lexicon.find(item.title, item.language)):
        fields = fields[:1]  # a page of other pages: what follows its title are their headlines
    return tuple(sentence for name, text in fields if text for sentence in _field(name, text, item, lexicon))


def _field(name: str, text: str, item: Item, lexicon: Lexicon) -> Iterator[Sentence]:
    hits = lexicon.find(text, item.language, name)
    end = min((hit.start for hit in hits if hit.concept == "hedge:tail" and _begins_tail(text, hit)), default=len(text))
    speech, today = lexicon.speech(item.language), item.local_day or item.first_seen_at.date()
    spans = sentences(text[:end], speech.goes_on) if name != "title" else ((0, len(text)),)
    if any(hit.concept.startswith("hedge:") and squeeze(hit.term) in speech.dated_months for hit in hits):
        dates = [place for place, _ in lexicon.days(item.language).found(text, today, ahead=True)]
        hits = tuple(hit for hit in hits if not any(hit.start in place for place in dates))  # May is no "may"
    places = [hit.start for hit in hits]
    index = 0
    for start, stop in spans:
        begun = hits[bisect_left(places, start) : bisect_left(places, stop)]
        inside = tuple(hit for hit in begun if hit.end <= stop and hit.concept != "hedge:tail")[:_HITS]
        credit = stop - start <= _CREDIT and all(hit.concept.startswith(_PICTURED) for hit in inside)
        if credit and index == 0 and stop < spans[-1][1]:
            continue
        yield Sentence(
            field=name,
            index=index,
            start=start,
            text=text[start:stop],
            hits=() if any(hit.concept == "hedge:absent" for hit in inside) else inside,
            language=item.language,
            lexicon=lexicon,
            today=today,
        )
        index += 1


def _begins_tail(text: str, hit: Evidence) -> bool:
    """Whether "Most read" or 관련기사 heads a strip of other headlines here: far down, with a colon, in brackets."""
    after = text[hit.end : hit.end + 2].lstrip()[:1]
    return hit.start > _TAIL_AFTER or after in {":", "：", "|", "▶", "]", "】", ">"}


def having(told: Iterable[Sentence], *concepts: str) -> bool:
    """Whether any of several sentences has any of these concepts."""
    return any(one.having(*concepts) for one in told)


def sides(told: Iterable[Sentence]) -> frozenset[str]:
    """The sides that the words of several sentences stand for."""
    return frozenset().union(*(one.sides for one in told))


def apart(one: Evidence, other: Evidence) -> int:
    """Code points between two hits."""
    return max(one.start - other.end, other.start - one.end, 0)
