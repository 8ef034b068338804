"""Text as the matcher and the rules read it: folded with a way back, cut into sentences, without its page tail."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

SPACES: Final = " \t\n\r\f\v\u00a0\u200b\u3000\ufeff"
MARKS: Final = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212·ㆍ‧･・∙•_"
"""What may stand between the two halves of one name (한-나토, 한·나토, 한ㆍ나토, 한‧나토)."""

_ELLIPSIS: Final = "…"  # parts clauses in headlines: kept as it is, though NFKC makes three dots of it
_DOT: Final = "\u0307"  # above an i: what is left of İ without case
_SEPARATORS: Final = frozenset(SPACES + MARKS)
_ASCII_SEPARATORS: Final = "".join(filter(str.isascii, SPACES + MARKS)).encode()
_LOWER: Final = bytes(range(256)).lower()
_HANGUL: Final = re.compile(r"[\x00-\x7f가-힣…‘-”]*")
"""Text that folding leaves as it is, but for ASCII's capitals and separators, and the apostrophe."""
_SQUEEZE: Final = re.compile(f"[{re.escape(SPACES + MARKS)}]+")
_CLUSTER: Final = re.compile(
    r"[\u1100-\u1112\ua960-\ua97c][\u1161-\u1175]?[\u11a8-\u11c2]?[\u0300-\u036f]*|.[\u0300-\u036f\u3099\u309a]*",
    re.DOTALL,
)
_LATIN: Final = re.compile(r"[0-9a-z\u00df-\u024f\u0370-\u052f]")
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_ENDS: Final = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s|$)|\n+|(?<=[가-힣])\.(?=[가-힣(\[])|[。！？]+[」』）\"'”’]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A text squeezed for matching: NFKC, case folded, separators taken out.

    `starts[i]`, `ends[i]` are the code-point span in the stored text of squeezed character i.
    """

    source: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def gap(self, index: int) -> int:
        """What was taken out just before a squeezed character: 0 nothing, 1 spaces only, 2 a mark among them."""
        if not index or self.starts[index] <= self.ends[index - 1]:
            return 0
        return 2 if not self.source[self.ends[index - 1] : self.starts[index]].isspace() else 1


def squeeze(text: str) -> str:
    """Return the squeezed text alone: the quick way to ask whether any term can be in it."""
    clean = text.encode("utf-8", "replace")  # of half a surrogate pair nothing can be made
    squeezed = clean.translate(_LOWER, _ASCII_SEPARATORS).decode()  # six times as quick as an expression
    if squeezed.isascii():
        return squeezed
    if _HANGUL.fullmatch(squeezed):
        return squeezed.replace("’", "'")
    squeezed = _SQUEEZE.sub("", squeezed)
    return _uncased(squeezed) if _plain(squeezed) else "".join(map(_kept, _CLUSTER.findall(clean.decode())))


def fold(text: str) -> Folded:
    """Squeeze a text and keep, for each character left, where it came from."""
    starts: Sequence[int] = range(len(text))
    squeezed = text
    if _SQUEEZE.search(text):
        starts = [i for i, character in enumerate(text) if character not in _SEPARATORS]
        squeezed = "".join([text[i] for i in starts])
    folded = _uncased(squeezed)
    if len(folded) == len(squeezed) and _plain(squeezed):
        ends = range(1, len(text) + 1) if isinstance(starts, range) else [i + 1 for i in starts]
        return Folded(source=text, text=folded, starts=starts, ends=ends)
    return _fold_clusters(text)


def _plain(squeezed: str) -> bool:
    """Whether characters become one each."""
    return _DOT not in squeezed and unicodedata.is_normalized("NFKC", squeezed.replace(_ELLIPSIS, ""))


def _uncased(text: str) -> str:
    """Without case, with one apostrophe and one i: expressions without case take Turkish ı and İ for it as well."""
    folded = text.casefold()
    return folded if folded.isascii() else folded.replace(f"i{_DOT}", "i").replace("ı", "i").replace("’", "'")


def _fold_clusters(text: str) -> Folded:
    """Fold where characters become several or several one: full-width forms, ㈜, decomposed Hangul, ß."""
    kept = [(char, match.span()) for match in _CLUSTER.finditer(text) for char in _kept(match.group())]
    starts, ends = ([span[edge] for _, span in kept] for edge in (0, 1))
    return Folded(source=text, text="".join(char for char, _ in kept), starts=starts, ends=ends)


@lru_cache(maxsize=4096)
def _kept(piece: str) -> str:
    """What is left of a character with its marks."""
    return piece if piece == _ELLIPSIS else _SQUEEZE.sub("", _uncased(unicodedata.normalize("NFKC", piece)))


def is_latin(character: str) -> bool:
    """Whether words of this script are set apart by spaces (Latin, Greek, Cyrillic, digits); of folded text."""
    return _LATIN.match(character) is not None


def is_cjk(character: str) -> bool:
    """Whether it is a Hangul syllable, a kana or an ideograph."""
    return _CJK.match(character) is not None


def sentences(text: str, goes_on: Callable[[str, int], bool]) -> tuple[tuple[int, int], ...]:
    """Cut a text into sentences; returns their (start, end) spans in code points, in order, blanks left out.

    `goes_on` says of a text and the place of a dot in it that it ends none.
    """
    ends = [end.end() for end in _ENDS.finditer(text) if not (end[0].startswith(".") and goes_on(text, end.start()))]
    spans: list[tuple[int, int]] = []
    for start, end in pairwise((0, *ends, len(text))):
        if stripped := text[start:end].strip():
            begin = text.index(stripped, start)
            spans.append((begin, begin + len(stripped)))
    return tuple(spans)
