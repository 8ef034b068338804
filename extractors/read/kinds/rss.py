"""RSS, RDF and Atom, well-formed or not."""

import re
import tomllib
from base64 import b64decode
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from urllib.parse import urljoin
from xml.parsers.expat import ExpatError, ParserCreate

from extractors.model import Entry
from extractors.read.kinds import tolerant
from extractors.read.kinds.document import Document, NotThisKindError
from extractors.read.kinds.markup import Element, Markup, attributes, said
from extractors.read.texts import fullest
from extractors.read.walls import is_page

_KNOWN = tomllib.loads(Path(__file__).with_name("rss.toml").read_text("utf-8"))
_VOCABULARIES: dict[str, str] = _KNOWN["vocabularies"]
_TITLE, _GUID, _LEAD, _WHOLE, _LINK = (_KNOWN["elements"][what] for what in ("title", "guid", "lead", "whole", "link"))
_STAMPS: list[list[str]] = _KNOWN["elements"]["stamps"]
_SAYING = frozenset({*_TITLE, *_GUID, *_LEAD, *_WHOLE, *chain(*_STAMPS), *_LINK, "ttl"})
_PARTS = ("source", "author", "contributor", "image", "textinput")  # what stands within is theirs
_ROOT = re.compile(r"<(?:\w+:)?(?:rss|rdf|feed)[\s/>]", re.IGNORECASE)
_BASE = re.compile(r"""xml:base\s*=\s*["']([^"']+)""", re.IGNORECASE)
_TEXT = re.compile(r"(?:text|html|xhtml|plain|escaped|application/xhtml)\b|$", re.IGNORECASE)  # types of text

_PREFIXED = re.compile(r"<(/?)[\w.-]+:(?=[a-z])", re.IGNORECASE)  # HTML's own names within Atom's

_NOTHING: Mapping[str, str] = {}
_Said = Mapping[str, Sequence[str]]


def read(text: str, most: int) -> Document:
    """Read a feed: by our own scan, and where it is no well-formed XML by feedparser too; the fuller reading counts."""
    markup = Markup(text, names=(*_SAYING, *_PARTS, "link"), vocabularies=_VOCABULARIES)
    head, parts = markup.parts("item|entry", most)
    root, base, (channel, _) = _ROOT.search(head), _BASE.search(head), _found(markup, head)
    if not root and (not parts or is_page(head)):
        raise NotThisKindError("no feed")
    scanned = Document(
        entries=tuple(_entry(markup, part) for part in parts),
        base=base[1] if base else "",
        ttl=_first(channel, ("ttl",)),
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
    (says, others), own = _found(markup, part), attributes(part.partition("<")[0])
    lead, *more = [text for name in _LEAD for text in says.get(name, ())] or [""]
    content = fullest(chain(*(says.get(name, ()) for name in _WHOLE), more))
    stamps = [stamp for names in _STAMPS if (stamp := _first(says, names))] + [own.get("lastmod", ""), ""]
    link = _first(says, _LINK) or _link(others) or own.get("href", "")  # CDF has it in the item's tag
    outlet, outlet_url = _source(markup, others)
    return Entry(
        title=_first(says, _TITLE),
        link=urljoin(own["xml:base"], link) if "xml:base" in own else link,
        guid=_first(says, _GUID) or own.get("rdf:about", ""),
        summary=lead or content,
        content=content,
        published_raw=stamps[0],
        updated_raw=stamps[1],
        source_title=outlet,
        source_url=outlet_url,
    )


def _found(markup: Markup, part: str) -> tuple[_Said, list[Element]]:
    """Return the texts of the elements that are texts, by name, and the other elements."""
    says, others = dict[str, list[str]](), list[Element]()
    for element in markup.elements(part):
        name, tag, inner = element
        if name not in _SAYING:
            others.append(element)
        else:
            has = attributes(tag) if tag else _NOTHING
            if (not has or _TEXT.match(has.get("type", ""))) and (text := said(inner)):
                text = _PREFIXED.sub(r"<\1", text) if has.get("type", "").endswith("xhtml") else text
                says.setdefault(name, []).append(_unpacked(text) if has.get("mode") == "base64" else text)
    return says, others


def _unpacked(text: str) -> str:
    """Return a text of Atom 0.3 that went in base64."""
    try:
        return b64decode(text).decode()
    except ValueError:
        return text


def _first(says: _Said, names: Sequence[str]) -> str:
    return next((says[name][0] for name in names if name in says), "")


def _source(markup: Markup, elements: Sequence[Element]) -> tuple[str, str]:
    """Return name and address of the outlet that an entry is taken from."""
    for name, tag, inner in elements:
        if name == "source":
            titles = (said(within) for part, _, within in markup.elements(inner) if part == "title")
            return next(titles, "") or said(inner), attributes(tag).get("url", "")
    return "", ""


def _link(elements: Sequence[Element]) -> str:
    """Return the text of RSS's link, or the address of Atom's that leads to the page itself."""
    link = ""
    for name, tag, inner in elements:
        if name == "link":
            has = attributes(tag)
            address = has.get("href") or has.get("url") or has.get("uri")
            if not address:
                link = said(inner) or link
            elif has.get("rel", "alternate").rpartition("/")[2].lower() == "alternate":
                link = urljoin(has.get("xml:base", ""), address) if "html" in has.get("type", "html").lower() else link
    return link
