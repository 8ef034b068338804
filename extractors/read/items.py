"""Entries as their sources wrote them → items: clean text, UTC dates, and one identity an article."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from extractors.model import Entry, Feed, Item
from extractors.read import keys, urls
from extractors.read import stamps as dates
from extractors.read.decode import undoubled

MAX_TITLE = 1_000  # characters; the longest headline seen in a feed has a third of that
MAX_SUMMARY = 6_000  # characters; some send whole articles of 5,300 as description
MAX_MARKUP = 60_000  # characters of markup that are cleaned to find them

# What text() takes away besides markup: controls, zero-width characters and marks of writing direction,
# which are invisible and can deceive; C1 controls are Windows-1252's punctuation, mislabelled.
_INVISIBLE = {
    **dict.fromkeys((*range(9), *range(14, 28), 0x7F, 0xAD, 0x61C, 0x180E, 0xFEFF, 0xFFFE, 0xFFFF)),
    **dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xD800, 0xE000))),
    **{byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)},
}
_UNSEEN = re.compile(
    r"<(?:(script|style|noscript|iframe)\b.*?(?:</\1\s*>|$)|!--.*?(?:-->|$))", re.IGNORECASE | re.DOTALL
)
_INLINE = re.compile(r"</?(?:a|abbr|b|big|em|font|i|ins|mark|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z](?:(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>|[^<>]*(?:>|$))", re.IGNORECASE)
# In a title only what HTML defines is markup: "<표>" and "<KBS>" are words.
_TITLE_TAG = re.compile(
    r"</?(?:a|b|big|br|div|em|font|h[1-6]|i|img|mark|p|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_AGGREGATOR = re.compile(r"https?://news\.google\.[a-z.]+/", re.IGNORECASE)
_WRITTEN_DATE = re.compile(r"(?:\D*\d){6}")


def items(entries: Sequence[Entry], feed: Feed, *, now: datetime, first_run: bool) -> tuple[Item, ...]:
    """Return one item an article, in the feed's order; the first entry of an article wins.

    `origin` and `revision` are left to whoever knows the past.
    """
    clues = [_clue(entry, feed, now) for entry in entries]
    found: dict[int, Item] = {}
    for entry, clue, identity in zip(entries, clues, keys.identities(clues), strict=True):
        key = _hash(f"{clue.publisher}\n{identity}")
        if key not in found:
            found[key] = _item(key, entry, clue, feed, now=now, first_run=first_run)
    return tuple(found.values())


def clean(markup: str) -> str:
    """Return the text of HTML or of plain text in one line: no tags, entities decoded, nothing invisible, NFC."""
    text = markup
    if "<" in text:
        text = _TAG.sub(" ", _INLINE.sub("", _UNSEEN.sub(" ", text)))
    for _ in range(2):  # some write entities twice over
        text = html.unescape(text) if "&" in text else text
    return _one_line(text)


def clean_title(title: str) -> str:
    """Return a title as one line of text, entities decoded once more and HTML taken away."""
    text = title
    for _ in range(2):
        text = _TITLE_TAG.sub("", text) if "<" in text else text
        text = html.unescape(text) if "&" in text else text
    return _one_line(text)


def _one_line(text: str) -> str:
    line = " ".join(undoubled(text).split())
    if not line.isprintable():
        line = " ".join(line.translate(_INVISIBLE).split())
    return unicodedata.normalize("NFC", line)


def _clue(entry: Entry, feed: Feed, now: datetime) -> keys.Clue:
    """Return what tells an entry from others; an aggregator's link does not, its source and day do."""
    title = clean_title(entry.title[: 2 * MAX_TITLE])[:MAX_TITLE]
    summary = clean((entry.summary or entry.content)[:MAX_MARKUP])[:MAX_SUMMARY]
    stamp = entry.published_raw if _WRITTEN_DATE.match(entry.published_raw) else ""
    outlet = publisher = feed.outlet
    if opaque := bool(_AGGREGATOR.match(entry.link)):
        outlet = clean_title(entry.source_title)[:MAX_TITLE] or outlet
        publisher = urls.canonical(entry.source_url) or outlet
        title, summary = title.removesuffix(f" - {outlet}") or title, ""  # its description repeats headlines
        published, _ = dates.read(entry.published_raw, zone=feed.timezone, now=now)
        stamp = str(published.date()) if published else ""
    return keys.Clue(
        link=entry.link,
        guid=entry.guid,
        title=title,
        summary=summary,
        stamp=stamp,
        outlet=outlet,
        publisher=publisher,
        opaque=opaque,
    )


def _item(key: int, entry: Entry, clue: keys.Clue, feed: Feed, *, now: datetime, first_run: bool) -> Item:
    published, flag = dates.read(entry.published_raw, zone=feed.timezone, now=now)
    text = unicodedata.normalize("NFKC", f"{clue.title}\n{clue.summary}").casefold()
    return Item(
        key=key,
        content=_hash(" ".join(text.split())),
        outlet=clue.outlet,
        feed=feed.name,
        language=feed.language,
        url=urls.unwrapped(entry.link),
        title=clue.title,
        summary=clue.summary,
        published_at=published and published.astimezone(UTC),
        utc_offset=int(offset.total_seconds()) // 60 if published and (offset := published.utcoffset()) else 0,
        published_raw=entry.published_raw[:MAX_TITLE],
        date_flag="" if flag == "missing" else flag,
        first_seen_at=now,
        baseline=first_run and (published is None or published < now - feed.age_gate),
    )


def _hash(text: str) -> int:
    """Return 64 bits of BLAKE2b, signed, as DuckDB's BIGINT holds them."""
    return int.from_bytes(blake2b(text.encode(errors="replace"), digest_size=8).digest(), "big", signed=True)
