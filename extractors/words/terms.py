"""The terms of a language's file, each checked; one line stands for all that its braces tell.

`"defen{c,s}e industr{y,ies}"` is four terms: every choice of every brace, which may hold nothing and may nest. A line
is a string, or a table with its guards: `{ term = "방산", not_after = ["지", "소"] }`. In a term a space is where the
text may have a separator (Hangul) or must have one (Latin letters); a hyphen in a Hangul term takes any mark (- · ㆍ ‧)
or none, but no mere space; a final `*` takes any ending, a `*` in front says that the short Hangul term may stand
inside any word; "…" stands for what a clause may have between the halves of a verb ("richten … ein"), whose second
half ends the clause where it is one word. Guards: `case` (only as written), `word` (no syllable of the same word before
it), `not_after`, `not_before` (strings that must not touch it; in front of a Latin term: words). A hyphen in front of a
Latin term says that a compound may begin before it (Munitionsprojekt).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Final

import msgspec

from extractors.model import ConfigError
from extractors.words.text import fold, is_cjk, is_latin, squeeze

_SHORT_CJK: Final = 2
_SHORT_LATIN: Final = 3


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line: its pattern and its guards."""

    term: str
    case: bool = False
    word: bool = False
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word or phrase of one language for one concept, with its guards."""

    text: str  # as the file has it, without a "*"
    concept: str
    language: str
    key: str  # squeezed
    open_end: bool  # any ending
    case: bool
    word: bool
    not_after: tuple[str, ...]  # squeezed, as a text is that they are looked for in
    not_before: tuple[str, ...]
    rest: str = ""  # its second half, somewhere behind it
    within: bool = False  # a compound may begin before it

    @property
    def gaps(self) -> tuple[int, ...]:
        """What the file has before each character of the key, as `Folded.gap`: asked of terms that are found."""
        return _gaps(self.text)

    @property
    def identity(self) -> tuple[str, str]:
        """What makes two terms of a language the same: spaces, hyphens and case do not tell them apart."""
        return f"{self.key}…{self.rest}", self.text if self.case else ""


def _terms(line: Line, concept: str, language: str) -> Iterator[Term]:
    """Every term that a line stands for. Raises ValueError (reason, mend)."""
    if line.term.count("{") != line.term.count("}"):
        raise ValueError("has a brace without its other half", "Close it")
    not_after, not_before = (tuple(map(squeeze, words)) for words in (line.not_after, line.not_before))
    guarded = line.case or line.word or not_after or not_before
    made = partial(Term, concept=concept, language=language, case=line.case, word=line.word)
    for raw in expand(line.term):
        text, _, rest = raw.strip("*").partition(" … ")
        key = squeeze(text)
        if not key:
            raise ValueError("is empty", "Remove it")
        if len(key) <= _SHORT_LATIN and not (raw.startswith("*") or guarded or rest):
            _refuse_trap(raw, key)
        yield made(
            text=text,
            key=key,
            open_end=raw.endswith("*"),
            not_after=not_after,
            not_before=not_before,
            rest=rest,
            within=raw.startswith("-"),
        )


@cache
def _gaps(text: str) -> tuple[int, ...]:
    folded = fold(text)
    return tuple(map(folded.gap, range(len(folded.text))))


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
    seen: dict[tuple[str, str], Term] = {}
    for concept, lines in entries.items():
        if not isinstance(lines, list):
            raise ConfigError(file=file, table=concept, reason="is no list of terms", mend='Write ["…", "…"]')
        for entry in lines:
            try:
                yield from _fresh(entry, concept, language, seen)
            except ValueError as fault:  # msgspec's too
                usual = 'Write "…" or { term = "…" } with the guards case, word, not_after, not_before'
                reason, mend = fault.args if len(fault.args) > 1 else (str(fault), usual)
                raise ConfigError(file=file, table=concept, key=str(entry), reason=reason, mend=mend) from None


def _fresh(entry: object, concept: str, language: str, seen: dict[tuple[str, str], Term]) -> Iterator[Term]:
    """The terms of a line that none before it had; one at least, and none that another concept has."""
    line = msgspec.convert({"term": entry} if isinstance(entry, str) else entry, Line)
    fresh = False
    for term in _terms(line, concept, language):
        other = seen.get(identity := term.identity)
        if other and other.concept != concept:
            raise ValueError(f"is a duplicate: {other.concept} has {term.text!r} already", "Keep one of the two")
        if other is None or (term.open_end and not other.open_end):
            fresh, seen[identity] = True, term
            yield term
    if not fresh:
        raise ValueError("is a duplicate of lines before it", "Remove it: spaces, hyphens and case make no other term")
