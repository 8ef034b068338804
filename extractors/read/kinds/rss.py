"""RSS, RDF and Atom, well-formed or not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from operator import itemgetter
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
_ROOT = re.compile(r"<(?:\w+:)?(?:rss|rdf|feed)[\s/>]", re.IGNORECASE)
_BASE = re.compile(r"""xml:base\s*=\s*["']([^"']+)""", re.IGNORECASE)
_TEXT = re.compile(r"(?:text|html|xhtml|plain|escaped|application/xhtml)\b|$", re.IGNORECASE)  # types of text

_MEANS = {name: (what, rank) for what, names in _SAYING.items() for rank, name in enumerate(names)}
_NOTHING = Element(name="", attributes={}, inner="")
_Said = Mapping[str, Sequence[str]]


def read(text: str, most: int) -> Document:
    """Read a feed: by our own scan, and where it is no well-formed XML by feedparser too; the fuller reading counts."""
    markup = Markup(text, names=(*_MEANS, *_PARTS, "link"), vocabularies=_VOCABULARIES)
    head, parts = markup.parts("item|entry", most)
    root, base, (channel, _) = _ROOT.search(head), _BASE.search(head), _found(markup, head)
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
    (said, others), own = _found(markup, part), attributes(part.partition("<")[0])
    lead, *more = said.get("lead", [""])
    content = max([*said.get("whole", ()), *more], key=len, default="")
    stamps = [*chain.from_iterable(said.get(name, ())[:1] for name in ("published", "updated", "created")), "", ""]
    link = _first(said, "original") or _link(others)
    source = next((element for element in others if element.name == "source"), _NOTHING)
    outlet = next((element.text for element in markup.elements(source.inner) if element.name == "title"), source.text)
    return Entry(
        title=_first(said, "title"),
        link=urljoin(own["xml:base"], link) if "xml:base" in own else link,
        guid=_first(said, "guid") or own.get("rdf:about", ""),
        summary=lead or content,
        content=content,
        published_raw=stamps[0],
        updated_raw=stamps[1],
        source_title=outlet,
        source_url=source.attributes.get("url", ""),
    )


def _found(markup: Markup, part: str) -> tuple[_Said, list[Element]]:
    """Return the texts that say each thing, the best first, and the elements that say theirs otherwise."""
    said, others = defaultdict[str, list[tuple[int, str]]](list), list[Element]()
    for element in markup.elements(part):
        what, rank = _MEANS.get(element.name, ("", 0))
        if not what:
            others.append(element)
        elif _TEXT.match(element.attributes.get("type", "")) and (text := element.text):
            said[what].append((rank, text))
    return {what: [text for _, text in sorted(texts, key=itemgetter(0))] for what, texts in said.items()}, others


def _first(said: _Said, what: str) -> str:
    return said.get(what, [""])[0]


def _link(elements: Sequence[Element]) -> str:
    """Return the text of RSS's link, or the address of Atom's that leads to the page itself."""
    link = ""
    for element in (element for element in elements if element.name == "link"):
        said = element.attributes
        address = said.get("href") or said.get("url") or said.get("uri")
        page = said.get("rel", "alternate").lower() == "alternate" and "html" in said.get("type", "text/html").lower()
        if not address:
            link = element.text or link
        elif page:
            link = address
    return link
