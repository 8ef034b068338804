"""Whether another text of a known article says something new: that makes a revision, to be judged again.

What it says is compared piece by piece, so that a fuller text counts whichever feed brings it, a shorter one does not
take its place, and a counter that changes ("1,204 views", "Updated 10:36", "(3)", "조회 15") is no news.
"""

import re
from collections.abc import Iterator
from functools import cache

from extractors.model import Item
from extractors.read.keys import folded
from extractors.read.walls import patterns

MOST = 24  # revisions of one article: beyond them its text changes by itself, which the feed's health tells

_END = re.compile(r"[!?。！？|·•\n]+|\.(?!\d)")
_NUMBER = re.compile(r"(?<![^\W_])\d[\d,.:]*(?![^\W_])")
_COUNTED = re.compile(r"[:(\[]\s*\d[\d,.]*\s*(?:[)\]]|$)")
_WORD = re.compile(r"[^\W\d_]+")
_WORDS = 3  # beside each number of a piece that may be a counter: more is a sentence
_DAYS = 31  # up to here a number may be a day's


def says_more(before: Item, after: Item) -> bool:
    """Whether `after` holds a piece of text that `before` does not; the article is the same."""
    known = "".join(_pieces(before))
    return any(piece not in known for piece in _pieces(after))


@cache
def _counter() -> re.Pattern[str]:
    words = patterns("counters.txt").pattern
    return re.compile(
        rf"(?:{words})\s*[:：(\[]?\s*\d[\d,.]{{0,12}}\s*[개건회명]?\b[)\]]?|\b\d[\d,.]{{0,12}}+\s*(?:{words})\b",
        re.IGNORECASE,
    )


def _pieces(item: Item) -> Iterator[str]:
    for field in (item.title, item.summary, item.text):
        for piece in _END.split(_counter().sub("", field)):
            yield folded(piece if field is item.title else _uncounted(piece))


def _uncounted(piece: str) -> str:
    """Take the counters out of a piece that is no sentence."""
    if len(_WORD.findall(piece)) > _WORDS * len(_NUMBER.findall(piece)):
        return piece
    if not _WORD.search(piece):  # "12", "| 3 |", "👍 7"
        return ""
    rest = _NUMBER.sub(lambda found: "" if _counts(found[0]) else found[0], _COUNTED.sub("", piece))
    return rest if rest == piece or _NUMBER.search(rest) else ""


def _counts(number: str) -> bool:
    """Whether a number is a clock's or a counter's; a day's or a year's may be the news."""
    digits = number.replace(",", "").rstrip(".:")
    return not digits.isdigit() or not (int(digits[:9]) <= _DAYS or re.fullmatch(r"(?:19|20)\d\d", digits))
