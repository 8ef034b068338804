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

from extractors.model import ConfigError
from extractors.tables import FaultError, Reader, choices, flag
from extractors.words.matcher import Term
from extractors.words.text import Folded, fold, is_cjk, is_latin

_GUARDS: Final[Mapping[str, Reader[bool] | Reader[tuple[str, ...]]]] = {
    "case": flag,
    "word": flag,
    "not_after": choices(),
    "not_before": choices(),
}
_Seen = dict[tuple[str, str], tuple[str, bool]]  # concept and open end of each term so far, by what makes it the same
_SHORT_CJK: Final = 2
_SHORT_LATIN: Final = 3


class Line:
    """One line of one concept: its pattern and guards, and where a fault in it is."""

    def __init__(self, file: str, concept: str, entry: object) -> None:
        self.file, self.concept, self.pattern = file, concept, repr(entry)
        fields = {"term": entry} if isinstance(entry, str) else entry
        if not isinstance(fields, dict) or not isinstance(fields.get("term"), str):
            raise self.error("is no term", 'Write "…" or { term = "…", word = true }')
        self.guards = dict(fields)
        self.pattern = str(self.guards.pop("term"))
        for guard, value in self.guards.items():
            if guard not in _GUARDS:
                raise self.error(f"{guard} is no guard", f"A term's guards are {', '.join(_GUARDS)}")
            try:
                self.guards[guard] = _GUARDS[guard](value)
            except FaultError as fault:
                raise self.error(f"{guard}: {fault.reason}", fault.mend) from None

    def error(self, reason: str, mend: str) -> ConfigError:
        """Return the error to raise about this line."""
        return ConfigError(file=self.file, table=self.concept, key=self.pattern, reason=reason, mend=mend)

    def terms(self, language: str) -> Iterator[Term]:
        """Every term that the line stands for. Raises ConfigError."""
        if self.pattern.count("{") != self.pattern.count("}"):
            raise self.error("has a brace without its other half", "Close it")
        for raw in expand(self.pattern):
            yield self._term(raw, language)

    def _term(self, raw: str, language: str) -> Term:
        text = raw.strip("*")
        folded = fold(text)
        if not folded.text:
            raise self.error("is empty", "Remove it")
        if not self.guards and not raw.startswith("*"):
            self._refuse_trap(raw, folded.text)
        guards: dict[str, object] = dict(self.guards)
        return Term(
            text=text,
            concept=self.concept,
            language=language,
            key=folded.text,
            breaks=() if text.isalnum() else _breaks(folded),
            open_end=raw.endswith("*"),
            case=guards.get("case") is True,
            word=guards.get("word") is True,
            not_after=_folded(guards.get("not_after")),
            not_before=_folded(guards.get("not_before")),
        )

    def _refuse_trap(self, raw: str, key: str) -> None:
        """Refuse a term so short that longer words contain it (방산 in 지방산, STO), unless it states a guard."""
        cjk, latin = all(map(is_cjk, key)), all(map(is_latin, key))
        if (cjk and len(key) <= _SHORT_CJK) or (latin and len(key) <= _SHORT_LATIN):
            mend = (
                f'Say `word = true`, `not_after = […]` or "*{raw}"' if cjk else "Say `case = true`, as for an acronym"
            )
            raise self.error("is a substring trap without a guard", mend)


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
    """Read the lines of each concept. Raises ConfigError."""
    seen: _Seen = {}
    for concept, lines in entries.items():
        if not isinstance(lines, list):
            raise ConfigError(file=file, table=concept, reason="is no list of terms", mend='Write ["…", "…"]')
        for entry in lines:
            yield from _fresh(Line(file, concept, entry), language, seen)


def identity(term: Term) -> tuple[str, str]:
    """What makes two terms of a language the same: spaces, hyphens and case do not tell them apart."""
    return term.key, term.text if term.case else ""


def _fresh(line: Line, language: str, seen: _Seen) -> Iterator[Term]:
    """The terms of a line that none before it had; one at least, and none that another concept has."""
    fresh = False
    for term in line.terms(language):
        concept, open_end = seen.get(identity(term), (line.concept, None))
        if concept != line.concept:
            mend = "Keep one of the two: spaces, hyphens and case make no other term"
            raise line.error(f"is a duplicate: {concept} has {term.text!r} already", mend)
        if open_end is None or (term.open_end and not open_end):
            fresh, seen[identity(term)] = True, (concept, term.open_end)
            yield term
    if not fresh:
        raise line.error("is a duplicate of lines before it", "Remove it: spaces, hyphens and case make no other term")


def _breaks(folded: Folded) -> tuple[tuple[int, int], ...]:
    return tuple((i, gap) for i in range(1, len(folded.text)) if (gap := folded.gap(i)))


def _folded(texts: object) -> tuple[str, ...]:
    return tuple(fold(text).text for text in texts) if isinstance(texts, tuple) else ()
