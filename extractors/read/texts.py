"""Markup → one line of text; and which of an entry's texts is its lead, which the whole."""

import html
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from extractors.read.decode import undoubled
from extractors.read.keys import folded

MAX_SUMMARY = 6_000  # characters; some send whole articles of 5,300 as description
MAX_TEXT = 20_000  # characters of a whole article that are kept: the lead and what follows, not a transcript
MAX_MARKUP = 60_000  # characters of markup that are cleaned to find them
LITTLE = 60  # letters; a description that says less beside its title is a caption, a byline or "appeared first on"

# What text() takes away besides markup: controls, zero-width characters and marks of writing direction,
# which are invisible and can deceive; C1 controls are Windows-1252's punctuation, mislabelled.
_INVISIBLE = {
    **dict.fromkeys((*range(9), *range(14, 28), 0x7F, 0xAD, 0x61C, 0x180E, 0xFEFF, 0xFFFE, 0xFFFF)),
    **dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xD800, 0xE000))),
    **{byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)},
}
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")  # quoted twice over
_UNSEEN = re.compile(
    r"<(?:(script|style|noscript|iframe)\b.*?(?:</\1\s*>|$)|!--.*?(?:-->|$))", re.IGNORECASE | re.DOTALL
)
_WIDE = re.compile("[\u2e80-\U0010ffff]")
_KNOWN = tomllib.loads(Path(__file__).with_name("html.toml").read_text("utf-8"))
_IN_LINE, _BLOCK = ("|".join(_KNOWN[kind].split()) for kind in ("in_line", "block"))
_INLINE = re.compile(rf"</?(?:{_IN_LINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z](?:(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>|[^<>]*(?:>|$))", re.IGNORECASE)
# In a title only what HTML defines is markup: "<표>" and "<KBS>" are words.
_HTML = re.compile(rf"</?(?:{_IN_LINE}|{_BLOCK})(?:\s[^<>]*)?/?>|<!--.*?-->", re.IGNORECASE)
# What a text that holds tags as text was escaped from once more, and not "<표1>" or "a <b" of an author.
_ESCAPED = re.compile(rf"</(?:{_IN_LINE}|{_BLOCK})\s*>|<(?:a\s[^<>]*|wbr|(?:{_BLOCK})(?:\s[^<>]*)?/?)>", re.IGNORECASE)


def clean(markup: str) -> str:
    """Return the text of HTML or of plain text in one line: no tags, entities decoded, nothing invisible, NFC."""
    text = _stripped(markup)
    for _ in range(2):  # some write entities, and so tags, twice over
        if "&" not in text:
            break
        text = html.unescape(text)
        text = _stripped(text) if _ESCAPED.search(text) else text
    return _one_line(text)


def clean_title(title: str) -> str:
    """Return a title as one line of text, entities decoded once more and HTML taken away."""
    text = title
    for _ in range(2):
        text = _HTML.sub(" ", _INLINE.sub("", text)) if "<" in text else text
        text = html.unescape(text) if "&" in text else text
    return _one_line(text)


def fullest(markups: Iterable[str]) -> str:
    """Return the one of several texts that says most once it is clean, "" of none."""
    some = list(filter(None, markups))
    return max(some, key=lambda markup: len(clean(markup[:MAX_MARKUP]))) if some[1:] else "".join(some)


def chosen(title: str, summary: str, content: str) -> tuple[str, str]:
    """Return an entry's lead and its whole text, "" where the lead is all there is; title clean, the others markup.

    Chosen after cleaning, since a description may hold an image, the title again or "The post … appeared first on …",
    and the full text stands in content:encoded then (RSS Advisory Board, RSS Best Practices Profile).
    """
    lead, whole = clean(summary[:MAX_MARKUP]), clean(content[:MAX_MARKUP])
    if (said := _beside(title, lead)) < LITTLE and (len(whole) > len(lead) or not said):
        lead = whole
    return lead[:MAX_SUMMARY], whole[:MAX_TEXT] if len(whole) > len(lead[:MAX_SUMMARY]) else ""


def _beside(title: str, text: str) -> int:
    """Count the letters that a text has beside its title; an ideograph or a syllable counts for three."""
    head, rest = folded(title), ""
    for part in (text[: 4 * LITTLE + 2 * len(title)], text):  # the beginning says enough of nearly all
        rest = folded(part).replace(head, "")
        if len(rest) >= LITTLE:
            break
    return len(rest) + 2 * len(_WIDE.findall(rest))


def _stripped(markup: str) -> str:
    return _TAG.sub(" ", _INLINE.sub("", _UNSEEN.sub(" ", markup))) if "<" in markup else markup


def _one_line(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", undoubled(text))
    line = " ".join(_CDATA.sub("", text).split())
    return line if line.isprintable() else " ".join(line.translate(_INVISIBLE).split())
