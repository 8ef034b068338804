"""The words that tell what happened: the sentence that tells the act and the one after it, without the title again."""

from collections.abc import Sequence
from typing import Final

from extractors.mention.act import Act
from extractors.words.text import squeeze

SENTENCES: Final = 2
_ALIKE: Final = 0.8  # of the shorter text's three-letter pieces: a lead that says the title again


def substance(told: Act, sentences: Sequence[Act]) -> str:
    """Return what a message quotes of an item, "" where nothing says more than its title.

    `told` is the sentence that tells the act, `sentences` are all of the item. Where the title tells it, the first
    sentence below that shares most of its terms takes its place, so that what was agreed is read and not the headline.
    """
    title = next((one.text for one in sentences if one.field == "title"), "")
    below = [one for one in sentences if one.field != "title" and not _alike(one.text, title)]
    if not below:
        return ""
    own = [n for n, one in enumerate(below) if (one.field, one.index) == (told.field, told.index)]
    terms = {hit.concept for hit in told.hits}
    shared = [len(terms & {hit.concept for hit in one.hits}) for one in below]
    start = own[0] if own else shared.index(max(shared))
    quoted = [one.text.strip() for one in below[start : start + SENTENCES] if one.field == below[start].field]
    return " ".join(quoted)


def _alike(text: str, title: str) -> bool:
    """Whether a text says what the title says, in nearly the same letters, and no more."""
    said, headed = _pieces(text), _pieces(title)
    shorter = min(len(said), len(headed))
    more = len(said) > len(headed) / _ALIKE
    return not said or (not more and shorter > 0 and len(said & headed) >= _ALIKE * shorter)


def _pieces(text: str) -> frozenset[str]:
    letters = "".join(char for char in squeeze(text) if char.isalnum())
    return frozenset(letters[at : at + 3] for at in range(max(len(letters) - 2, 0)))
