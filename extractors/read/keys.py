"""One identity an article: the publisher's id, else the URL, else a fingerprint of the text.

A URL tells articles apart only as far as the poll at hand does not show the contrary: where entries with
different titles share one it names a home page, a list or a section, and the next identity speaks.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractors.model import Entry
from extractors.read import urls

FEW = 50  # entries that are compared each with each
_PAGE = re.compile(r"https://[^/?#]+[/?#].")
_LETTERS = re.compile(r"[^\W_]+")
_NO_ASCII_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """What an entry offers to be known by."""

    entry: Entry
    title: str  # clean
    summary: str  # clean
    text: str = ""  # clean, where it is more than the summary
    stamp: str  # the date as written, "" where it is none
    outlet: str
    publisher: str  # within which identities are unique: the outlet, or the host behind an aggregator
    opaque: bool = False  # the link is an aggregator's token, another one in every edition


def identities(clues: Sequence[Clue]) -> tuple[str, ...]:
    """Return an identity for each entry of one poll; equal ones are the same article."""
    found = [""] * len(clues)
    for tier, sign in _TIERS:
        candidates = {n: tier(clue) for n, clue in enumerate(clues) if not found[n]}
        if not any(candidates.values()):
            continue
        # An id under two titles is one article edited; but where all are equal, every difference counts.
        alone = len(set(candidates.values())) == 1
        signs = defaultdict(set)
        for n, candidate in candidates.items():
            if not (alone and len(clues) <= FEW and any(_within(clues[n], clues[other]) for other in candidates)):
                signs[candidate].add(_text(clues[n]) if alone else sign(clues[n]))
        limit = 2 if tier is _id and not alone else 1
        for n, candidate in candidates.items():
            if candidate and len(signs[candidate]) <= limit:
                found[n] = candidate
    return tuple(found)


def _within(clue: Clue, other: Clue) -> bool:
    """Whether an entry is another one with less text: a bare headline of the same article."""
    shorter = len(clue.summary) < len(other.summary + other.text) and clue.stamp in {"", other.stamp}
    return shorter and clue.title == other.title and folded(clue.summary) in folded(other.summary + other.text)


def folded(text: str) -> str:
    """Return the letters and digits of a text alone: equal for equal words, however they are set."""
    if text.isascii():
        return text.lower().encode().translate(None, _NO_ASCII_LETTERS).decode()
    return "".join(_LETTERS.findall(unicodedata.normalize("NFKC", text).casefold()))


def _id(clue: Clue) -> str:
    return "" if clue.opaque else urls.article_id(clue.entry.link) or urls.article_id(clue.entry.guid) or ""


def _page(clue: Clue) -> str:
    """Return the URL; a home page tells nothing."""
    url = "" if clue.opaque else urls.canonical(clue.entry.link)
    return url if _PAGE.match(url) else ""


def _headline(clue: Clue) -> str:
    return clue.title or clue.summary


def _dated(clue: Clue) -> str:
    return f"{folded(clue.title)}\n{clue.stamp}" if clue.opaque or (clue.stamp and clue.title) else _text(clue)


def _text(clue: Clue) -> str:
    return f"{folded(clue.title)}\n{clue.stamp}\n{folded(clue.summary)}"


# Each tier's candidate, and the sign by which the poll shows that one candidate stands for several articles.
_TIERS: tuple[tuple[Callable[[Clue], str], Callable[[Clue], str]], ...] = (
    (_id, _headline),
    (lambda clue: _page(clue) and urls.without_slug(clue.entry.link), lambda clue: _headline(clue) + clue.stamp),
    (_page, _headline),
    (_dated, lambda clue: clue.summary),
    (_text, _text),
)
