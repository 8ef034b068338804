"""A sentence as the rules ask it: whose, which verbs and how firm, of what, at what occasion. Asked once, and kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from extractors.model import Item
from extractors.words.lexicon import Lexicon
from extractors.words.matcher import Hit
from extractors.words.sentences import Sentence, sides_of
from extractors.words.text import is_cjk

WEAK: Final = frozenset({"wish", "considering", "negated"})
"""Hedges that leave no act of a verb; a forecast leaves a plan."""
OCCASIONS: Final = ("session_word", "body", "project:industry_forum", "delegation")
"""Words for something that takes place: with a date they tell an act without any verb."""
FOUR: Final = ("country:japan", "country:australia", "country:new_zealand")
"""Who stands beside Korea among NATO's four Indo-Pacific partners."""
_HEADS: Final = ("office:nato_sg", "office:nato_dsg", "office:military_committee")
_SUBJECTS: Final = ("industry", "body", "project:", "agency:", "domain:airworthiness", "domain:standardization", "ip4")
_GENERIC: Final = frozenset({"project:joint", "project:itpp", "project:word"})
HEDGES: Final = ("hedge:wish", "hedge:forecast", "hedge:considering", "hedge:negated")
_BEFORE, _AFTER = 30, 14  # where a hedge stands: ahead of a Latin verb, behind a Korean or Japanese one
_BREAK: Final = re.compile(r"[…;:\"“”‘]|(?<!\w)['’]|['’](?!\w)|\.\.\.|, ")
"""What a hedge does not reach over; an apostrophe within a word ("the summit's") is no quotation mark."""
_PARTS: Final = re.compile(r"…|\.\.\.|;\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(Sentence):
    """A sentence with what the rules ask of it."""

    sides: frozenset[str]  # "korea", "nato", "both", "ip4", and "" for none
    four: bool  # the four Indo-Pacific partners, as such or each by name
    firm: frozenset[str]  # the stages of verbs that no hedge weakens
    named: bool  # the body, or a project or programme by name
    leaders: tuple[Hit, ...]  # Korea's president, adviser, ministers
    heads: tuple[Hit, ...]  # NATO's secretary general, deputy, military chair
    subject: bool  # something that agreements are about
    occasion: bool  # something that takes place, with its date, or in a title with its place


def clauses(told: Iterable[Sentence], item: Item, lexicon: Lexicon) -> tuple[Clause, ...]:
    """Ask each sentence of an item once what all rules want to know."""
    return tuple(
        Clause(
            field=one.field,
            index=one.index,
            start=one.start,
            text=one.text,
            hits=one.hits,
            language=one.language,
            lexicon=lexicon,
            sides=frozenset(sides_of([one], lexicon)),
            four=_four(one),
            firm=frozenset(v.concept for v in one.having("stage:") if hedge_of(one, v) not in WEAK),
            named=_named(one, lexicon),
            leaders=tuple(hit for hit, side in _top(one) if side == "korea"),
            heads=tuple(hit for hit, side in _top(one) if side == "nato"),
            subject=bool(one.having(*_SUBJECTS)),
            occasion=_occasion(one, item),
        )
        for one in told
    )


def _top(sentence: Sentence) -> Iterator[tuple[Hit, str]]:
    for hit in sentence.hits:
        concept = sentence.lexicon.concepts[hit.concept]
        if concept.rank == "top":
            yield hit, concept.side or ("nato" if hit.concept in _HEADS else "")


def _four(sentence: Sentence) -> bool:
    each = (("korea",), ("country:japan", "place:tokyo"), ("country:australia",), ("country:new_zealand",))
    return bool(sentence.having("ip4")) or all(sentence.having(*names) for names in each)


def _named(sentence: Sentence, lexicon: Lexicon) -> bool:
    hits = sentence.having("body", "project:", "agency:")
    return any(lexicon.concepts[h.concept].track is not None and h.concept not in _GENERIC for h in hits)


def _occasion(sentence: Sentence, item: Item) -> bool:
    if not sentence.having(*OCCASIONS, "body_word"):
        return False
    today = item.local_day or item.first_seen_at.date()
    dated = any(True for _ in sentence.days.read(sentence.text, today, ahead=True))
    return dated or (sentence.field == "title" and bool(sentence.having("place:")))


def sides(told: Iterable[Clause]) -> frozenset[str]:
    """Return the sides that the words of several sentences stand for."""
    return frozenset().union(*(one.sides for one in told))


def hedge_of(sentence: Sentence, verb: Hit) -> str:
    """The hedge that goes with a verb ("wish", "forecast", "considering", "negated"), or ""."""
    cjk = is_cjk(verb.term[0])
    for hedge in sentence.having(*HEDGES):
        between = (verb.end, hedge.start) if cjk else (hedge.end, verb.start)
        near = 0 <= between[1] - between[0] <= (_AFTER if cjk else _BEFORE)
        apart = part(sentence, *between)
        if near and not _BREAK.search(apart) and not sentence.speech.clause("breaks").search(apart):
            return hedge.concept.partition(":")[2]
    return ""


def part(sentence: Sentence, start: int, end: int) -> str:
    """Return what stands between two offsets of the field, as far as it is in the sentence."""
    return sentence.text[max(0, start - sentence.start) : max(0, end - sentence.start)]


def apart(one: Hit, other: Hit) -> int:
    """Code points between two hits."""
    return max(one.start - other.end, other.start - one.end, 0)


def same_clause(sentence: Sentence, one: Hit, other: Hit) -> bool:
    """Whether nothing parts two hits that a headline parts two clauses by."""
    first, last = sorted((one, other), key=lambda hit: hit.start)
    return not _PARTS.search(part(sentence, first.end, last.start))
