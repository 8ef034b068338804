"""Feeds that are well-formed XML, read by expat: the same entries as feedparser's, in a twentieth of its time.

Whatever is out of the ordinary (entities of its own, relative bases, markup within text, base64, other
vocabularies) is left to feedparser: `read` then returns None.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import lru_cache

from extractors.model import Entry
from extractors.read.kinds.document import Document

# The namespaces whose names stand without a prefix, and the prefixes of those that we read (as in feedparser).
_ATOM = "http://www.w3.org/2005/atom"
_PLAIN = ("", _ATOM, "http://purl.org/rss/1.0/", "http://purl.org/atom/ns#", "http://my.netscape.com/rdf/simple/0.9/")
_PREFIXES = {
    **dict.fromkeys(_PLAIN, ""),
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://search.yahoo.com/mrss": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
}
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_MEANT = {  # what the names within an entry mean
    **dict.fromkeys(("title", "dc:title"), "title"),
    **dict.fromkeys(("guid", "id"), "guid"),
    **dict.fromkeys(("description", "summary", "dc:description", "itunes:summary", "media:description"), "summary"),
    **dict.fromkeys(("content:encoded", "content", "fullitem", "body"), "content"),
    **dict.fromkeys(("pubdate", "published", "issued", "dcterms:issued"), "published"),
    **dict.fromkeys(("updated", "modified", "dc:date", "dcterms:modified"), "updated"),
    **dict.fromkeys(("created", "dcterms:created"), "created"),
    "feedburner:origlink": "original",
    "media:title": "media",
    "itunes:title": "itunes",
    "abstract": "odd",
}
_WRAPPERS = {"media:group", "media:content"}  # what stands within them counts as if it stood beside them, but deeper
_PARTS = {"source", "author", "contributor"}  # of these the names within are their own
_TYPES = {None, "text", "html", "plain", "text/plain", "text/html"}


class _UnusualError(ValueError):
    """Something that feedparser reads and this module does not."""


def read(text: str) -> Document | None:
    """Read a feed's text without its XML declaration; None where feedparser has to."""
    if "<!ENTITY" in text or "xml:base" in text:
        return None
    try:
        # Entities, the one danger of expat, are ruled out above; it loads nothing from elsewhere.
        root = ET.fromstring(text)  # noqa: S314
        channel, elements = _places(root)
        return Document(
            entries=tuple(map(_entry, elements)),
            link="" if channel is root else _link(channel),  # Atom's are relative to the document (RFC 4287 §2)
            ttl=next((child.text or "" for child in channel if _name(child.tag) == "ttl"), ""),
        )
    except (ET.ParseError, _UnusualError):
        return None


def _places(root: ET.Element) -> tuple[ET.Element, list[ET.Element]]:
    """Return the channel, and the entries wherever RSS, RDF and Atom keep them."""
    name = _name(root.tag)
    if name not in {"rss", "rdf:rdf", "feed"}:
        raise _UnusualError(name)
    channels = [child for child in root if _name(child.tag) == "channel"]
    entries = [child for place in (root, *channels) for child in place if _name(child.tag) in {"item", "entry"}]
    return (*channels, root)[0], entries


@lru_cache(maxsize=1024)
def _name(tag: str) -> str:
    """Return a tag's name as feedparser calls it, "" in a vocabulary that we do not read."""
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    prefix = _PREFIXES.get(namespace.lower())
    return "" if prefix is None else prefix + local.lower()


def _entry(element: ET.Element) -> Entry:
    found, contents = dict[str, str](), list[str]()
    source = None
    for child in element:
        name = _name(child.tag)
        if name == "source":
            source = child
        elif meaning := _MEANT.get(name):
            _take(found, contents, meaning, _text(child))
        elif len(child) and name not in _PARTS:
            _unwrap(child, name, found, contents)
    content = max(contents, key=len, default="")
    stamps = (*filter(None, map(found.get, ("published", "updated", "created"))), "", "")
    return Entry(
        title=found.get("title") or found.get("media") or found.get("itunes", ""),
        link=found.get("original") or _link(element),
        guid=found.get("guid", "") or element.get(f"{_RDF}about", ""),
        summary=found.get("summary") or content,
        content=content,
        published_raw=stamps[0],
        updated_raw=stamps[1],
        source_title="" if source is None else _source(source),
        source_url="" if source is None else source.get("url", ""),
    )


def _take(found: dict[str, str], contents: list[str], meaning: str, value: str) -> None:
    """Keep one field; of two of one meaning feedparser keeps now the first, now the last: it may say which."""
    if meaning == "media" and found.get("title"):
        return
    if meaning == "content" or (meaning == "summary" and "summary" in found and not contents):
        contents.append(value)
    elif meaning in found or meaning == "odd":
        raise _UnusualError(f"two of {meaning}")
    else:
        found[meaning] = value


def _unwrap(element: ET.Element, name: str, found: dict[str, str], contents: list[str]) -> None:
    """Take media:title and media:description out of what wraps them; the entry's own description goes before."""
    for inner in element.iter():
        meaning = _MEANT.get(_name(inner.tag))
        if meaning not in {None, "summary", "media"} or (meaning and name not in _WRAPPERS):
            raise _UnusualError(inner.tag)
        if meaning == "summary" and "summary" not in found:
            found["deep"] = ""
        if meaning and not (meaning == "summary" and "deep" not in found and contents):
            _take(found, contents, meaning, _text(inner))


def _text(element: ET.Element) -> str:
    if len(element) or element.get("mode") or element.get("type") not in _TYPES:
        raise _UnusualError(element.tag)
    return (element.text or "").strip()


def _source(element: ET.Element) -> str:
    """Return the title of an RSS or an Atom source."""
    titles = [child for child in element if _name(child.tag) == "title"]
    return _text(titles[0]) if titles else (element.text or "").strip()


def _link(element: ET.Element) -> str:
    """Return the text of RSS's link, or the address of Atom's that leads to the page itself."""
    link = ""
    for child in element:
        if _name(child.tag) == "link":
            address = child.get("href") or child.get("url") or child.get("uri")
            page = (
                child.get("rel", "alternate").lower() == "alternate"
                and "html" in child.get("type", "text/html").lower()
            )
            if not address:
                link = (child.text or "").strip() or link
            elif page:
                link = address
    return link
