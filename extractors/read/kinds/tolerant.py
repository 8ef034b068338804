"""Feeds that are no well-formed XML, read by feedparser too, as long as they are small."""

from collections.abc import Mapping

from extractors.model import Entry
from extractors.read.kinds.document import Document
from extractors.read.texts import fullest

SMALL = 150_000  # characters: under a second at the worst; of larger ones our own scan reads as much
PLAIN = 4_000  # equals signs, and so attributes: feedparser's time grows with the square of a tag's


def read(text: str) -> Document | None:
    """Read a text as feedparser does; None where it is too large for that, or raises."""
    if len(text) > SMALL or text.count("=") > PLAIN:
        return None
    try:
        return by_feedparser(text)
    except Exception:  # noqa: BLE001 - a stranger's text in a stranger's library: our own reading of it stands
        return None


def by_feedparser(text: str) -> Document:
    """Read a text as feedparser does, and leave links and markup as they are."""
    import feedparser

    found = feedparser.parse(
        text.encode(),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return Document(entries=tuple(map(_entry, found.entries)), ttl=_string(found.feed, "ttl"))


def _entry(found: Mapping[str, object]) -> Entry:
    source, parts = found.get("source"), found.get("content")
    content = fullest(_string(part, "value") for part in parts) if isinstance(parts, list) else ""
    stamps = [stamp for name in ("published", "updated", "created") if (stamp := _string(found, name))] + ["", ""]
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
