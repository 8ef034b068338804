"""RSS, RDF and Atom, well-formed or not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from urllib.parse import urljoin
from xml.parsers.expat import ExpatError, ParserCreate

from extractors.model import Entry
from extractors.read.kinds import tolerant
from extractors.read.kinds.document import Document, NotThisKindError
from extractors.read.kinds.markup import Element, Markup, attributes
from extractors.read.walls import is_page

# Namespaces and the prefixes that stand for them, "" for the feed's own (as feedparser has them, which met most feeds).
_VOCABULARIES = {
    "http://www.w3.org/2005/atom": "", "http://purl.org/atom/ns#": "", "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "", "http://backend.userland.com/rss2": "",
    "http://purl.org/dc/elements/1.1/": "dc:", "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:", "http://search.yahoo.com/mrss/": "media:",
    "http://search.yahoo.com/mrss": "media:", "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
}  # fmt: skip
_SAYING = {  # which elements may say a thing, the best first
    "title": ("title", "dc:title", "media:title", "itunes:title"),
    "guid": ("guid", "id"),
    "lead": (
        "description", "summary", "dc:description", "abstract", "itunes:summary", "media:description",
        "dcterms:abstract", "itunes:subtitle",
    ),
    "whole": ("content:encoded", "content", "fullitem", "body"),
    "published": ("pubdate", "published", "issued", "dcterms:issued"),
    "updated": ("updated", "modified", "dc:date", "dcterms:modified"),
    "created": ("created", "dcterms:created"),
    "original": ("feedburner:origlink",),
    "ttl": ("ttl",),
}  # fmt: skip
_PARTS = ("source", "author", "contributor", "image", "textinput")  # what stands within is theirs
_NAMES = (*chain.from_iterable(_SAYING.values()), *_PARTS, "link")
_ROOT = re.compile(r"<(?:\w+:)?(?:rss|rdf|feed)[\s/>]", re.IGNORECASE)
_BASE = re.compile(r"""xml:base\s*=\s*["']([^"']+)""", re.IGNORECASE)
_TEXT = re.compile(r"(?:text|html|xhtml|plain|escaped|application/xhtml)\b|$", re.IGNORECASE)  # types of text

_Found = Mapping[str, Sequence[Element]]


def read(text: str, most: int) -> Document:
    """Read a feed: by our own scan, and where it is no well-formed XML by feedparser too; the fuller reading counts."""
    markup = Markup(text, names=_NAMES, vocabularies=_VOCABULARIES)
    head, parts = markup.parts("item|entry", most)
    root, base, channel = _ROOT.search(head), _BASE.search(head), _found(markup, head)
    if not root and (not parts or is_page(head)):
        raise NotThisKindError("no feed")
    scanned = Document(
        entries=tuple(_entry(markup, part) for part in parts),
        base=base[1] if base else "",
        ttl=_first(channel, "ttl"),
        unclosed=markup.unclosed,
    )
    if _is_well_formed(markup.written) or not (found := tolerant.read(markup.written)):
        return scanned
    return max(found, scanned, key=_fullness)


def _is_well_formed(text: str) -> bool:
    try:
        ParserCreate().Parse(text, True)
    except ExpatError:
        return False
    return True


def _fullness(document: Document) -> int:
    """Count what the entries have of a title, a link, a text and a date."""
    return sum(map(bool, chain.from_iterable((e.title, e.link, e.summary, e.published_raw) for e in document.entries)))


def _entry(markup: Markup, part: str) -> Entry:
    found, own = _found(markup, part), attributes(part.partition("<")[0])
    lead, *others = [*_said(found, "lead")] or [""]
    content = max([*_said(found, "whole"), *others], key=len, default="")
    stamps = [stamp for name in ("published", "updated", "created") if (stamp := _first(found, name))]
    link = _first(found, "original") or _link(found)
    source = next(iter(found["source"]), Element(name="", attributes={}, inner=""))
    outlet = next((element.text for element in markup.elements(source.inner) if element.name == "title"), source.text)
    return Entry(
        title=_first(found, "title"),
        link=urljoin(own["xml:base"], link) if "xml:base" in own else link,
        guid=_first(found, "guid") or own.get("rdf:about", ""),
        summary=lead or content,
        content=content,
        published_raw=stamps[0] if stamps else "",
        updated_raw=stamps[1] if len(stamps) > 1 else "",
        source_title=outlet,
        source_url=source.attributes.get("url", ""),
    )


def _found(markup: Markup, part: str) -> _Found:
    found = defaultdict(list)
    for element in markup.elements(part):
        found[element.name].append(element)
    return found


def _said(found: _Found, what: str) -> Iterator[str]:
    """Yield the texts that say a thing, the best first."""
    for element in chain.from_iterable(found[name] for name in _SAYING[what]):
        if _TEXT.match(element.attributes.get("type", "")) and (text := element.text):
            yield text


def _first(found: _Found, what: str) -> str:
    return next(_said(found, what), "")


def _link(found: _Found) -> str:
    """Return the text of RSS's link, or the address of Atom's that leads to the page itself."""
    link = ""
    for element in found["link"]:
        said = element.attributes
        address = said.get("href") or said.get("url") or said.get("uri")
        page = said.get("rel", "alternate").lower() == "alternate" and "html" in said.get("type", "text/html").lower()
        if not address:
            link = element.text or link
        elif page:
            link = address
    return link
