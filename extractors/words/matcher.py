"""One pass over a text for all terms of the lexicon, and the checks that make a find a hit.

The automaton runs over squeezed text (no separators, case folded), where it can only find too
much; every find is then checked against the text as stored. Most headlines have no find at all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import ahocorasick

from extractors.words.text import Folded, fold, is_cjk, is_latin, squeeze

_LOOSE_LENGTH: Final = 4
"""From this many syllables a Hangul compound may be written apart (감항 인증), but for a single syllable at an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word or phrase of one language for one concept, with its guards."""

    text: str  # as the file has it, without a final "*"
    concept: str
    language: str
    key: str  # squeezed
    breaks: tuple[tuple[int, int], ...] = ()  # (index in key, least kind of gap: 1 spaces, 2 a mark)
    open_end: bool = False  # any ending
    case: bool = False
    word: bool = False
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One term found: `text[start:end] == term` in the text that was searched."""

    start: int
    end: int
    term: str
    concept: str
    language: str

    @property
    def group(self) -> str:
        """Its concept's group with the colon, "" for none."""
        return self.concept[: self.concept.find(":") + 1]


class Matcher:
    """The compiled terms.

    `sided` concepts stand for a party, in any language. A longer find hides what lies inside it where it is a proper
    name (one of `names`: 북대서양조약기구 is no 기구), a phrase `against` what it holds (Asian NATO), or of the same
    group; else what it contains counts too: 방산업계 is Korea's, and 방산. Verbs and hedges are told by the longest.
    Without any of the `telling` ones a text cannot be of interest.
    """

    def __init__(
        self,
        terms: Sequence[Term],
        *,
        sided: frozenset[str],
        names: frozenset[str],
        against: frozenset[str],
        telling: frozenset[str],
    ) -> None:
        by_key: dict[str, list[Term]] = {}
        for term in terms:
            by_key.setdefault(term.key, []).append(term)
        self._automaton = _automaton({key: tuple(entries) for key, entries in by_key.items()})
        self._gate = _automaton({term.key: () for term in terms if term.concept in telling})
        self._sided, self._names, self._against = sided, names, against

    def may_tell(self, text: str) -> bool:
        """Whether a text can hold any of the `telling` terms: quick, and never wrong in saying no."""
        return next(self._gate.iter(squeeze(text)), None) is not None

    def find(self, text: str, languages: tuple[str, ...] = ()) -> tuple[Hit, ...]:
        """Find every term, ordered by place; what a longer find covers is left out. Without languages, those of all.

        Of languages that are not asked for, only the names of the parties count: "report" is no French
        postponement in an English story, but OTAN is NATO everywhere. Of several that have a term the first is named.
        """
        found = list(self._automaton.iter(squeeze(text)))
        if not found:
            return ()
        folded = fold(text)
        hits: dict[tuple[int, int, str], Hit] = {}
        for last, terms in found:
            for term in terms:
                if languages and term.language not in languages and term.concept not in self._sided:
                    continue
                start = last + 1 - len(term.key)
                if _stands(folded, start, last + 1, term) and (not term.case or _as_written(text, folded, start, term)):
                    begin, end = folded.starts[start], folded.ends[last]
                    hit = Hit(start=begin, end=end, term=text[begin:end], concept=term.concept, language=term.language)
                    other = hits.setdefault((begin, end, term.concept), hit)
                    if term.language in languages[: _place(other.language, languages)]:
                        hits[begin, end, term.concept] = hit
        return self._uncovered(sorted(hits.values(), key=lambda hit: (hit.start, -hit.end, hit.concept)))

    def _uncovered(self, hits: list[Hit]) -> tuple[Hit, ...]:
        """Leave out what lies inside a longer hit, but keep a party's name inside a phrase that names no party."""
        kept: list[Hit] = []
        near: list[Hit] = []  # those kept that may still cover a later one
        for hit in hits:
            near = [k for k in near if k.end > hit.start]
            around = [k for k in near if k.end >= hit.end and (k.start, k.end) != (hit.start, hit.end)]
            if not any(self._hides(k, hit) for k in around):
                kept.append(hit)
                near.append(hit)
        return tuple(hit for hit in kept if not (hit.concept in self._sided and self._runs_on(hit, kept)))

    def _hides(self, longer: Hit, hit: Hit) -> bool:
        if hit.concept in self._sided:
            return longer.concept in self._sided or longer.concept in self._against
        group, others = hit.concept.partition(":")[0], longer.concept.partition(":")[0]
        told = group in {"stage", "hedge", "contrary"} or longer.concept in self._names | self._against
        return told or group == others

    def _runs_on(self, name: Hit, kept: Sequence[Hit]) -> bool:
        """Whether a pair of parties runs into a phrase that names none: "South Korea and [NATO member] Poland"."""
        begin = bisect_right(kept, name.start, key=_start)
        inside = kept[begin : bisect_left(kept, name.end, begin, key=_start)]
        return any(phrase.concept in self._against and name.end < phrase.end for phrase in inside)


def _place(language: str, languages: Sequence[str]) -> int:
    return languages.index(language) if language in languages else len(languages)


def _start(hit: Hit) -> int:
    return hit.start


def _automaton(words: Mapping[str, tuple[Term, ...]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for key, value in words.items():
        automaton.add_word(key, value)
    automaton.make_automaton()
    return automaton


def _as_written(text: str, folded: Folded, start: int, term: Term) -> bool:
    """Whether the stored letters have the term's own case (separators aside)."""
    letters = [letter for letter in term.text if letter.isalnum()]
    return all(text[folded.starts[start + i]] == letter for i, letter in enumerate(letters))


def _stands(folded: Folded, start: int, end: int, term: Term) -> bool:
    """Whether a find is the term and no accident of squeezing: its edges, its inner gaps, its guards."""
    return _left(folded, start, term) and _right(folded, end, term) and _inside(folded, start, term)


def _left(folded: Folded, start: int, term: Term) -> bool:
    if is_latin(term.key[0]):
        stands = start == 0 or folded.gap(start) or not is_latin(folded.text[start - 1])
        return bool(stands) and not any(_word_before(folded, start, word) for word in term.not_after)
    if start == 0 or folded.gap(start):
        return True
    before = folded.text[start - 1]
    if term.word and is_cjk(before):
        return False
    return not term.not_after or not folded.text.endswith(term.not_after, 0, start)


def _word_before(folded: Folded, start: int, word: str) -> bool:
    begin = start - len(word)
    return begin >= 0 and folded.text.startswith(word, begin) and (begin == 0 or bool(folded.gap(begin)))


def _right(folded: Folded, end: int, term: Term) -> bool:
    text = folded.text
    if end == len(text) or folded.gap(end):
        return True
    if term.not_before and text.startswith(term.not_before, end):
        return False
    if term.open_end or not is_latin(term.key[-1]) or not is_latin(text[end]):
        return True
    return (
        text[end] == "s"
        and not term.case
        and (end + 1 == len(text) or bool(folded.gap(end + 1)) or not is_latin(text[end + 1]))
    )


def _inside(folded: Folded, start: int, term: Term) -> bool:
    allowed = dict(term.breaks)
    loose = range(2, len(term.key) - 1) if not allowed and len(term.key) >= _LOOSE_LENGTH else ()
    for i in range(1, len(term.key)):
        gap = folded.gap(start + i)
        latin = is_latin(term.key[i - 1]) and is_latin(term.key[i])
        if i in allowed:
            if (not gap and allowed[i] == 1) if latin else (0 < gap < allowed[i]):
                return False
        elif gap and (latin or i not in loose):
            return False
    return True
