"""RSS, RDF and Atom: the well-formed read at once, all others as far as feedparser can.

Repairs come first, since no parser makes them: a declaration where none may stand, characters that XML forbids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from extractors.model import Entry
from extractors.read.kinds import wellformed
from extractors.read.kinds.document import Document, NotThisKindError, TooMuchError
from extractors.read.walls import HEAD, is_page

MAX_TAGS = 500_000  # of a body: each is an element in memory, a quarter of a kilobyte; the largest real feed has half
MAX_TEXT = 11_000_000  # characters of a body: read, they take 200 MB at the worst
LARGE = 1_000_000  # characters from which reading is left to `tolerate`, which a worker can do

_DECLARATION = re.compile(r"<\?xml\b[^>]{0,300}\?>", re.IGNORECASE)
# What XML 1.0 forbids (§2.2), as characters and as references: feedparser raises on some of them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[1-24-9]|2\d|3[01]|5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|6553[45]|[1-9]\d{7,}"
    r"|[2-9]\d{6}|1[2-9]\d{5}|11[2-9]\d{4}|111[5-9]\d{3}|1114[2-9]\d\d|11141[2-9]\d|111411[2-9])"
    r"|x0*(?:[0-8bcef]|1[\da-f]|d[89a-f][\da-f]{2}|fff[ef]|1[1-9a-f][\da-f]{4}|[2-9a-f][\da-f]{5}|[1-9a-f][\da-f]{6,}))(?:;|(?!\w))",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_ROOT = re.compile(r"<(?:\w+:)?(?:rss|rdf|feed|channel|item|entry)[\s/>]", re.IGNORECASE)


def read(text: str, most: int) -> Document | None:
    """Read what is well-formed and not large; None where `tolerate` has to."""
    count = sum(1 for _ in _ENTRY.finditer(text))
    bounds = (("entries", count, most), ("tags", text.count("<"), MAX_TAGS), ("characters", len(text), MAX_TEXT))
    for what, number, bound in bounds:
        if number > bound:
            raise TooMuchError(f"{number:,} {what}, more than {bound:,}")
    if not _ROOT.search(text):
        raise NotThisKindError("no feed")
    if len(text) > LARGE:
        return None
    document = wellformed.read(repaired(text))
    # Another count means entries in comments, in quoted text or in unusual places.
    return document if document and len(document.entries) == count else None


def tolerate(text: str, _most: int) -> Document:
    """Read what is large, malformed or out of the ordinary, up to 3 µs a character."""
    text = repaired(text)
    document = wellformed.read(text) if len(text) > LARGE else None
    return document or _by_feedparser(text)


def _by_feedparser(text: str) -> Document:
    import feedparser

    found = feedparser.parse(
        text.encode(),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found.get("version") and (not found.entries or is_page(text)):
        raise NotThisKindError("no feed")
    return Document(
        entries=tuple(map(_entry, found.entries)),
        link="" if found.get("version", "").startswith("atom") else _string(found.feed, "link"),
        ttl=_string(found.feed, "ttl"),
        warning="malformed, read tolerantly" if found.get("bozo") else "",
    )


def repaired(text: str) -> str:
    """Take away what sends every parser astray: a declaration (read by now), forbidden characters."""
    if declaration := _DECLARATION.search(text, 0, HEAD):
        text = text[: declaration.start()] + text[declaration.end() :]
    return _REFERENCE.sub("", _FORBIDDEN.sub("", text)).lstrip("\ufeff \t\r\n")


def _entry(found: Mapping[str, object]) -> Entry:
    source, parts = found.get("source"), found.get("content")
    texts = [_string(part, "value") for part in parts] if isinstance(parts, list) else []
    content = max(texts, key=len, default="")
    stamps = (*filter(None, (_string(found, name) for name in ("published", "updated", "created"))), "", "")
    return Entry(
        title=_string(found, "title") or _string(found, "itunes_title"),
        link=_string(found, "feedburner_origlink") or _string(found, "link"),
        guid=_string(found, "id"),
        summary=_string(found, "summary") or content,
        content=content,
        published_raw=stamps[0],
        updated_raw=stamps[1],
        source_title=_string(source, "title"),
        source_url=_string(source, "href"),
    )


def _string(holder: object, name: str) -> str:
    # feedparser's dictionary has a `get` of its own, which answers one date for another.
    value = dict.get(holder, name) if isinstance(holder, dict) else None
    return value.strip() if isinstance(value, str) else ""
