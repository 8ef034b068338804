"""Whether another text of a known article says something new: that makes a revision, to be judged again.

What it says is compared piece by piece, so that a fuller text counts whichever feed brings it, a shorter one does not
take its place, and a counter that changes ("1,204 views", "Updated 10:36", "(3)", "Bookmarks 15") is no news: a number
beside few words that is no day's, no session's and no year's; any such number once an article was revised often.
"""

import re
from collections.abc import Iterator

from extractors.model import Item
from extractors.read.keys import folded
from extractors.read.walls import patterns
from extractors.words.lexicon import Lexicon

MOST = 24  # revisions of one article: beyond them its text changes by itself, which the feed's health tells

_END = re.compile(r"[!?。！？|·•\n]+|\.(?!\d)")
_NUMBER = re.compile(r"(?<![^\W_])\d[\d,.:]*(?![^\W_])")
_COUNTED = re.compile(r"[:(\[]\s*\d[\d,.]*\s*(?:[)\]]|$)")
_WORD = re.compile(r"[^\W\d_]+")
_WORDS = 3  # beside each number of a piece that may be a counter: more is a sentence
_SMALL = 31  # up to here a number may be the news beside words that are new
_YEAR = re.compile(r"(?:19|20)\d\d[.:,]?")
_WORDED, _MANY = patterns("counters.txt").pattern, r"\d(?:[\d,.]{0,11}\d)?+\s*[km천만]?"
_COUNTER = re.compile(
    rf"(?:{_WORDED})\s*[:：(\[]?\s*{_MANY}[개건회명]?\b[)\]]?|\b{_MANY}\s*(?:{_WORDED})\b", re.IGNORECASE
)
_OFTEN = 2  # revisions from which numbers that change in whole sentences are taken for counters


def says_more(before: Item, after: Item, lexicon: Lexicon, *, revision: int = 0) -> bool:
    """Whether `after` holds a piece of text that `before`, the article's given revision, does not."""
    often = revision >= _OFTEN
    known = "".join(_pieces(before, lexicon, often=often))
    return any(piece not in known for piece in _pieces(after, lexicon, often=often))


def _pieces(item: Item, lexicon: Lexicon, *, often: bool) -> Iterator[str]:
    for field in (item.title, item.summary, item.text):
        for piece in _END.split(_glued(_COUNTER.sub("", field), item, lexicon)):
            yield folded(_uncounted(piece, often=often) if often or field is not item.title else piece)


def _glued(text: str, item: Item, lexicon: Lexicon) -> str:
    """Make one word of each date and of each session's number, so that nothing cuts it or takes it for a counter."""
    dates = lexicon.days(item.language).found(text, (item.published_at or item.first_seen_at).date(), ahead=True)
    sessions = lexicon.speech(item.language).pattern("<frames>").finditer(text)
    places = [*(place for place, _ in dates), *(range(*match.span()) for match in sessions)]
    begun = len(text)
    for place in sorted(places, key=lambda place: place.start, reverse=True):
        if place.stop <= begun:
            begun, date = place.start, text[place.start : place.stop].rstrip(" .,")  # what ends a sentence still does
            text = f"{text[:begun]} d{folded(date)}d{text[begun + len(date) :]}"
    return text


def _uncounted(piece: str, *, often: bool) -> str:
    """Take the counters out of a piece that is no sentence; words beside small ones may be new."""
    if not often and len(_WORD.findall(piece)) > _WORDS * len(_NUMBER.findall(piece)):
        return piece
    if not _WORD.search(piece):  # "12", "| 3 |", "👍 7"
        return ""
    rest = _NUMBER.sub(lambda found: "" if _counts(found[0]) else found[0], _COUNTED.sub("", piece))
    if rest != piece and not often and not _NUMBER.search(rest):
        return ""
    return _NUMBER.sub(lambda found: found[0] if _YEAR.fullmatch(found[0]) else "", rest)


def _counts(number: str) -> bool:
    """Whether a number is a clock's or a counter's whatever stands beside it."""
    digits = number.replace(",", "").rstrip(".:")
    return not digits.isdigit() or not (int(digits[:9]) <= _SMALL or _YEAR.fullmatch(digits))
