"""One pass over a text for all terms of the lexicon, and the checks that make a find a hit.

The automaton runs over squeezed text (no separators, case folded), where it can only find too
much; every find is then checked against the text as stored. Most headlines have no find at all.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, cached_property
from operator import attrgetter
from typing import Final
from unicodedata import normalize

from ahocorasick_rs import AhoCorasick, Implementation

from extractors.story import Evidence
from extractors.words.terms import Term
from extractors.words.text import Folded, fold, is_cjk, is_latin, squeeze

_LOOSE_LENGTH: Final = 4
"""From this many syllables a Hangul compound may be written apart (감항 인증), but for a single syllable at an end."""
_CLAUSE: Final = 100  # code points between the halves of a verb
_START: Final = attrgetter("start")


class Matcher:
    """The compiled terms.

    `sided` concepts stand for a party, in any language. A longer find hides what lies inside it where it is a proper
    name (one of `names`: 북대서양조약기구 is no 기구), a phrase `against` what it holds (Asian NATO), or of the same
    group; else what it contains counts too: 방산업계 is Korea's, and 방산. Verbs and hedges are told by the longest.
    A text without any term of each of the `gates` cannot be of interest.
    """

    def __init__(
        self,
        terms: Sequence[Term],
        *,
        sided: Collection[str],
        names: Collection[str],
        against: Collection[str],
        gates: Sequence[Collection[str]],
    ) -> None:
        self._terms, self._sides = terms, gates
        self._gates: dict[tuple[str, ...], list[_Automaton]] = {}
        self._sided, self._names, self._against = frozenset(sided), frozenset(names), frozenset(against)

    @cached_property
    def _all(self) -> "_Automaton":
        return _Automaton(self._terms)

    def may_tell(self, text: str, languages: tuple[str, ...] = ()) -> bool:
        """Whether terms of every gate stand in a text: quick, and never wrong in saying no; languages as in `find`."""
        if languages not in self._gates:
            named = self._sided
            read = [one for one in self._terms if not languages or one.language in languages or one.concept in named]
            self._gates[languages] = [_Automaton(one for one in read if one.concept in side) for side in self._sides]
        squeezed = squeeze(text)
        return all(_passes(gate, text, squeezed) for gate in self._gates[languages])

    def find(self, text: str, languages: tuple[str, ...] = (), field: str = "") -> tuple[Evidence, ...]:
        """Find every term, ordered by place; what a longer find covers is left out. Without languages, those of all.

        Of languages that are not asked for, only the names of the parties count: "report" is no French
        postponement in an English story, but OTAN is NATO everywhere. Of several that have a term the first is named.
        """
        found = [*self._all.found(squeeze(text))]
        folded = fold(text if found else "")
        rank = {language: place for place, language in reversed([*enumerate(languages)])}
        hits: dict[tuple[int, int, str], Evidence] = {}
        for start, end, term in found:
            asked = not languages or term.language in rank or term.concept in self._sided
            if not asked or not _stands(folded, start, end, term):
                continue
            at, to, concept, language = folded.starts[start], folded.ends[end - 1], term.concept, term.language
            other = hits.get((at, to, concept))
            if other is None or rank.get(language, len(rank)) < rank.get(other.language, len(rank)):
                hit = Evidence(field=field, start=at, end=to, term=text[at:to], concept=concept, language=language)
                hits[at, to, concept] = hit
        return self._uncovered(sorted(hits.values(), key=lambda hit: (hit.start, -hit.end, hit.concept)))

    def _uncovered(self, hits: list[Evidence]) -> tuple[Evidence, ...]:
        """Leave out what lies inside a longer hit, but keep a party's name inside a phrase that names no party."""
        kept: list[Evidence] = []
        near: list[Evidence] = []  # those kept that may still cover a later one
        for hit in hits:
            near = [k for k in near if k.end > hit.start]
            around = [k for k in near if k.end >= hit.end and (k.start, k.end) != (hit.start, hit.end)]
            if not any(self._hides(k.concept, hit.concept) for k in around):
                kept.append(hit)
                near.append(hit)
        return tuple(hit for hit in kept if not (hit.concept in self._sided and self._runs_on(hit, kept)))

    def _hides(self, longer: str, inside: str) -> bool:
        if inside in self._sided:
            return longer in self._sided or longer in self._against
        group = inside.partition(":")[0]
        told = group in {"stage", "hedge", "contrary"} or longer in self._names or longer in self._against
        return told or group == longer.partition(":")[0]

    def _runs_on(self, name: Evidence, kept: Sequence[Evidence]) -> bool:
        """Whether a pair of parties runs into a phrase that names none: "South Korea and [NATO member] Poland"."""
        begin = bisect_right(kept, name.start, key=_START)
        inside = kept[begin : bisect_left(kept, name.end, begin, key=_START)]
        return any(phrase.concept in self._against and name.end < phrase.end for phrase in inside)


class _Automaton:
    """Terms, found in one pass over a squeezed text, whatever stands around them."""

    def __init__(self, terms: Iterable[Term]) -> None:
        by_key = defaultdict[str, list[Term]](list)
        for term in terms:
            by_key[term.key].append(term)
        self._terms = [*by_key.values()]
        self._keys = AhoCorasick(by_key, implementation=Implementation.ContiguousNFA)  # made ten times as fast as a DFA

    def found(self, squeezed: str) -> Iterator[tuple[int, int, Term]]:
        """Yield each term that may stand there with its start and its end."""
        for key, start, end in self._keys.find_matches_as_indexes(squeezed, overlapping=True):
            for term in self._terms[key]:
                yield start, end, term


def _passes(gate: _Automaton, text: str, squeezed: str) -> bool:
    """Whether one of the terms stands in a text, which is given squeezed too."""
    folded: Folded | None = None
    plain = ""
    for start, end, term in gate.found(squeezed):
        plain = plain or normalize("NFKC", text)
        if term.case and term.text.isalnum() and term.text not in plain:
            continue  # most finds of "STO" are in "customers to"
        folded = folded or fold(text)
        if _stands(folded, start, end, term):
            return True
    return False


def _stands(folded: Folded, start: int, end: int, term: Term) -> bool:
    """Whether a find is the term and no accident of squeezing: its edges, its inner gaps, its guards, its case."""
    whole = _left(folded, start, term) and _right(folded, end, term) and _inside(folded, start, term)
    apart = not term.rest or _rest(term.rest).match(folded.source, folded.ends[end - 1])
    return whole and bool(apart) and (not term.case or _as_written(folded, start, term))


@cache
def _rest(half: str) -> re.Pattern[str]:
    """What follows the first half of a verb in two: its second, with which the clause ends unless it is more words."""
    closes = "" if " " in half else r"\s*(?:[^\w\s]|$)"
    return re.compile(
        rf"(?:[^.;!?…\n]|\.(?!\s+(?-i:[A-Z]))|(?<=\d)\.){{0,{_CLAUSE}}}?\s{re.escape(half)}\b{closes}", re.IGNORECASE
    )


def _as_written(folded: Folded, start: int, term: Term) -> bool:
    letters = filter(str.isalnum, term.text)  # separators aside
    written = zip(folded.starts[start:], letters, strict=False)
    return all(normalize("NFKC", folded.source[at]) == letter for at, letter in written)


def _left(folded: Folded, start: int, term: Term) -> bool:
    apart = start == 0 or folded.gap(start)
    if is_latin(term.key[0]):
        stands = apart or term.within or not is_latin(folded.text[start - 1])
        return bool(stands) and not any(_word_before(folded, start, word) for word in term.not_after)
    if apart:
        return True
    within = term.word and is_cjk(folded.text[start - 1])
    return not within and not folded.text.endswith(term.not_after, 0, start)


def _word_before(folded: Folded, start: int, word: str) -> bool:
    begin = start - len(word)
    return begin >= 0 and folded.text.startswith(word, begin) and (begin == 0 or bool(folded.gap(begin)))


def _right(folded: Folded, end: int, term: Term) -> bool:
    text = folded.text
    if end == len(text) or folded.gap(end):
        return True
    if text.startswith(term.not_before, end):
        return False
    if term.open_end or not is_latin(term.key[-1]) or not is_latin(text[end]):
        return True
    plural = text[end] == "s" and not term.case
    return plural and (end + 1 == len(text) or bool(folded.gap(end + 1)) or not is_latin(text[end + 1]))


def _inside(folded: Folded, start: int, term: Term) -> bool:
    if folded.source[folded.starts[start] : folded.ends[start + len(term.key) - 1]].casefold() == term.text.casefold():
        return True  # as the file has it, most often
    loose = len(term.key) >= _LOOSE_LENGTH and not any(term.gaps)
    for i in range(1, len(term.key)):
        gap, own = folded.gap(start + i), term.gaps[i]
        latin = is_latin(term.key[i - 1]) and is_latin(term.key[i])
        if own:
            fits = (gap or own > 1) if latin else not 0 < gap < own
        else:
            fits = not gap or (loose and not latin and 1 < i < len(term.key) - 1)
        if not fits:
            return False
    return True
