"""The terms of a language's file, each checked; one line stands for all that its braces tell.

`"defen{c,s}e industr{y,ies}"` is four terms: every choice of every brace, which may hold nothing and may nest. A line
is a string, or a table with its guards: `{ term = "방산", not_after = ["지", "소"] }`. In a term a space is where the
text may have a separator (Hangul) or must have one (Latin letters); a hyphen in a Hangul term takes any mark (- · ㆍ ‧)
or none, but no mere space; a final `*` takes any ending, a `*` in front says that the short Hangul term may stand
inside any word. Guards: `case` (only as written), `word` (no syllable of the same word before it), `not_after`,
`not_before` (strings that must not touch it; in front of a Latin term: words).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

import msgspec

from extractors.model import ConfigError
from extractors.words.matcher import Term
from extractors.words.text import Folded, fold, is_cjk, is_latin

_Seen = dict[tuple[str, str], tuple[str, bool]]  # concept and open end of each term so far, by what makes it the same
_SHORT_CJK: Final = 2
_SHORT_LATIN: Final = 3


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line: its pattern and its guards."""

    term: str
    case: bool = False
    word: bool = False
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()

    @property
    def guarded(self) -> bool:
        """Whether any guard is stated."""
        return self.case or self.word or bool(self.not_after or self.not_before)

    def terms(self, concept: str, language: str) -> Iterator[Term]:
        """Every term that the line stands for. Raises ValueError (reason, mend)."""
        if self.term.count("{") != self.term.count("}"):
            raise ValueError("has a brace without its other half", "Close it")
        for raw in expand(self.term):
            text = raw.strip("*")
            folded = fold(text)
            if not folded.text:
                raise ValueError("is empty", "Remove it")
            if not self.guarded and not raw.startswith("*"):
                _refuse_trap(raw, folded.text)
            yield Term(
                text=text,
                concept=concept,
                language=language,
                key=folded.text,
                breaks=() if text.isalnum() else _breaks(folded),
                open_end=raw.endswith("*"),
                case=self.case,
                word=self.word,
                not_after=tuple(fold(text).text for text in self.not_after),
                not_before=tuple(fold(text).text for text in self.not_before),
            )


def _refuse_trap(raw: str, key: str) -> None:
    """Refuse a term so short that longer words contain it (방산 in 지방산, STO), unless it states a guard."""
    if len(key) <= _SHORT_CJK and all(map(is_cjk, key)):
        raise ValueError("is a substring trap without a guard", f'Say `word = true`, `not_after = […]` or "*{raw}"')
    if len(key) <= _SHORT_LATIN and all(map(is_latin, key)):
        raise ValueError("is a substring trap without a guard", "Say `case = true`, as for an acronym")


def expand(pattern: str) -> list[str]:
    """Return every choice of every brace: "a{b,c}d" is "abd" and "acd"."""
    begin = pattern.find("{")
    if begin < 0:
        return [pattern]
    cuts, depth = [begin], 0
    for at in range(begin, len(pattern)):
        depth += {"{": 1, "}": -1}.get(pattern[at], 0)
        if (pattern[at] == "," and depth == 1) or not depth:
            cuts.append(at)
        if not depth:
            break
    ends = expand(pattern[cuts[-1] + 1 :])
    choices = [one for cut, end in pairwise(cuts) for one in expand(pattern[cut + 1 : end])]
    return [f"{pattern[:begin]}{one}{end}" for one in choices for end in ends]


def read_terms(file: str, language: str, entries: Mapping[str, object]) -> Iterator[Term]:
    """Read the lines of each concept. Raises ConfigError (file, concept, line, reason, mend)."""
    seen: _Seen = {}
    for concept, lines in entries.items():
        if not isinstance(lines, list):
            raise ConfigError(file=file, table=concept, reason="is no list of terms", mend='Write ["…", "…"]')
        for entry in lines:
            try:
                yield from _fresh(entry, concept, language, seen)
            except msgspec.ValidationError as fault:
                mend = 'Write "…" or { term = "…" } with the guards case, word, not_after, not_before'
                raise ConfigError(file=file, table=concept, key=str(entry), reason=str(fault), mend=mend) from None
            except ValueError as fault:
                reason, mend = fault.args
                raise ConfigError(file=file, table=concept, key=str(entry), reason=reason, mend=mend) from None


def identity(term: Term) -> tuple[str, str]:
    """What makes two terms of a language the same: spaces, hyphens and case do not tell them apart."""
    return term.key, term.text if term.case else ""


def _fresh(entry: object, concept: str, language: str, seen: _Seen) -> Iterator[Term]:
    """The terms of a line that none before it had; one at least, and none that another concept has."""
    line = msgspec.convert({"term": entry} if isinstance(entry, str) else entry, Line)
    fresh = False
    for term in line.terms(concept, language):
        other, open_end = seen.get(identity(term), (concept, None))
        if other != concept:
            raise ValueError(f"is a duplicate: {other} has {term.text!r} already", "Keep one of the two")
        if open_end is None or (term.open_end and not open_end):
            fresh, seen[identity(term)] = True, (concept, term.open_end)
            yield term
    if not fresh:
        raise ValueError("is a duplicate of lines before it", "Remove it: spaces, hyphens and case make no other term")


def _breaks(folded: Folded) -> tuple[tuple[int, int], ...]:
    return tuple((i, gap) for i in range(1, len(folded.text)) if (gap := folded.gap(i)))
