"""A body → its entries, or the outcome that says why there are none; malformed input is no error here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta
from hashlib import blake2b
from urllib.parse import urljoin

from extractors.model import Entry, Feed, OutcomeKind, Parsed
from extractors.read import kinds as sources
from extractors.read import wellformed
from extractors.read.decode import UndecodableError, decode
from extractors.read.wellformed import Document

_FILES = {
    b"\x89PNG": "PNG", b"GIF8": "GIF", b"\xff\xd8\xff": "JPEG",
    b"%PDF-": "PDF", b"PK\x03\x04": "ZIP", b"\x1f\x8b": "gzip",
}  # fmt: skip
"""How files begin that are no text at all: they are no feed in a broken encoding."""
MAX_FIELD = 100_000  # characters of one field: nothing behind them belongs to a headline or a lead
MAX_TAGS = 500_000  # of a body: each is an element in memory, a quarter of a kilobyte; the largest real feed has half
MAX_TEXT = 11_000_000  # characters of a body: read, they take 200 MB at the worst
LARGE = 1_000_000  # characters from which reading is left to `tolerate`, which a worker can do
MAX_TTL = 7 * 24 * 60  # minutes
EDGE = 20_000  # bytes at either end of a body in which a channel's own dates stand
HEAD = 20_000  # characters in which a page shows what it is

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
_HTML = re.compile(r"<!doctype html|<html\b|<body\b|<head\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.{0,200}?)</title>", re.IGNORECASE | re.DOTALL)
_ABSOLUTE = re.compile(r"https?://(?:[^\s/?#\[\]]|\[[\da-f:.]+\])", re.IGNORECASE)
_WRAPPED = re.compile(r"\s*[\t\r\n]\s*")
_VOLATILE = re.compile(
    rb"<((?:\w+:)?(?:lastBuil+dDate|pubDate|updated|modified|date))\b[^>]*>[^<]*</\1\s*>|<!--.{0,500}?-->",
    re.IGNORECASE | re.DOTALL,
)
_FIRST = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
# What walls say: Cloudflare, Akamai, Imperva, DDoS-Guard, Sucuri, PerimeterX, DataDome, captchas, Korean hosts.
_WALL = re.compile(
    r"just a moment\.\.\.|attention required! \| cloudflare|cf-chl-|challenge-platform|access denied|edgesuite\.net"
    r"|incapsula|ddos-guard|ddos protection|sucuri|captcha|are you (?:a robot|human)|you are (?:a )?human"
    r"|unusual traffic|bot detection|automated (?:access|requests)|request (?:blocked|rejected)|403 forbidden"
    r"|web application firewall|checking your browser|enable javascript and cookies|security check"
    r"|(?:비정상적인|자동화된) (?:접근|접속|요청)|(?:접근|접속|요청)이? ?(?:차단|제한|거부)|로봇이 아닙니다"
    r"|보안 ?문자|자동 ?입력 ?방지",
    re.IGNORECASE,
)
WALL = 40_000  # characters; a longer page is a site's own, whose scripts name captchas and firewalls too


def parse(body: bytes, content_type: str, feed: Feed, *, max_entries: int) -> Parsed:
    """Read one body by its feed's kind; never raises.

    More than `max_entries` entries are `too_large`, and none of them is returned.
    """
    read = begin(body, content_type, feed, max_entries=max_entries)
    return read if isinstance(read, Parsed) else tolerate(read, feed)


def begin(body: bytes, content_type: str, feed: Feed, *, max_entries: int) -> Parsed | str:
    """Read what can be read in no time; else return the text that `tolerate` has to work on. Never raises."""
    if not body.strip(b"\0 \t\r\n"):
        return Parsed(problem=OutcomeKind.EMPTY, reason="no bytes")
    if name := next((name for magic, name in _FILES.items() if body.startswith(magic)), None):
        return Parsed(problem=OutcomeKind.NOT_A_FEED, reason=f"the body is a {name} file")
    try:
        text = decode(body, content_type)
    except UndecodableError as error:
        return Parsed(problem=OutcomeKind.UNDECODABLE, reason=str(error))
    try:
        return _json(text, feed, max_entries) if feed.kind in sources.KINDS else _xml(text, feed, max_entries)
    except Exception as error:  # noqa: BLE001 - a stranger's bytes: no body may stop a cycle
        return _no_feed(text, f"unreadable ({type(error).__name__})")


def tolerate(text: str, feed: Feed) -> Parsed:
    """Read what is large, malformed or out of the ordinary, up to 3 µs a character. Never raises."""
    try:
        text = _repaired(text)
        document = wellformed.read(text) if len(text) > LARGE else None
        return _parsed(document, feed, text) if document else _by_feedparser(text, feed)
    except Exception as error:  # noqa: BLE001 - feedparser raises on some malformed feeds: no body may stop a cycle
        return _no_feed(text, f"unreadable ({type(error).__name__})")


def body_hash(body: bytes) -> str:
    """Return a hash of the body without comments and without the channel's own dates, which change by themselves."""
    first = _FIRST.search(body)
    end = min(first.start() if first else len(body), EDGE)
    last = max(body.rfind(b"</item>"), body.rfind(b"</entry>"), end, len(body) - EDGE)
    digest = blake2b(_VOLATILE.sub(b"", body[:end]), digest_size=16)
    digest.update(body[end:last])
    digest.update(_VOLATILE.sub(b"", body[last:]))
    return digest.hexdigest()


def _json(text: str, feed: Feed, max_entries: int) -> Parsed:
    try:
        entries = sources.KINDS[feed.kind](json.loads(text))
    except sources.NotThisKindError as error:
        return _no_feed(text, str(error))
    except (ValueError, RecursionError):
        return _no_feed(text, "no JSON")
    if len(entries) > max_entries:
        return _too_many("entries", len(entries), max_entries)
    return _parsed(Document(entries=entries, link="", ttl=""), feed, text)


def _xml(text: str, feed: Feed, max_entries: int) -> Parsed | str:
    count = sum(1 for _ in _ENTRY.finditer(text))
    for what, number, most in (
        ("entries", count, max_entries),
        ("tags", text.count("<"), MAX_TAGS),
        ("characters", len(text), MAX_TEXT),
    ):
        if number > most:
            return _too_many(what, number, most)
    if not _ROOT.search(text):
        return _no_feed(text, "no feed")
    if len(text) > LARGE:
        return text
    repaired = _repaired(text)
    document = wellformed.read(repaired)
    # Another count means entries in comments, in quoted text or in unusual places.
    return text if document is None or len(document.entries) != count else _parsed(document, feed, repaired)


def _by_feedparser(text: str, feed: Feed) -> Parsed:
    import feedparser

    found = feedparser.parse(
        text.encode(),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found.get("version") and (not found.entries or _HTML.search(text[:HEAD])):
        return _no_feed(text, "no feed")
    entries = tuple(map(_entry, found.entries))
    document = Document(entries=entries, link=_string(found.feed, "link"), ttl=_string(found.feed, "ttl"))
    return _parsed(document, feed, text, "malformed, read tolerantly" if found.get("bozo") else "")


def _too_many(what: str, count: int, most: int) -> Parsed:
    return Parsed(problem=OutcomeKind.TOO_LARGE, reason=f"{count:,} {what}, more than {most:,}")


def _no_feed(text: str, why: str) -> Parsed:
    """Tell a bot wall from whatever else is no feed, and say what it looked like."""
    head = " ".join(text[:HEAD].split())
    match = _TITLE.search(head)
    title = match.group(1).strip() if match else ""
    if _HTML.search(head):
        look = f"an HTML page titled “{title}”" if title else "an HTML page without a title"
    else:
        shape = {"{": "JSON", "[": "JSON", "<": "XML"}.get(head[:1], "text")
        look = f"{shape} that begins “{head[:80]}”"
    wall = _WALL.search(title if len(text) > WALL else head)
    kind = OutcomeKind.BLOCKED if wall else OutcomeKind.NOT_A_FEED
    return Parsed(problem=kind, reason=f"{why}: {look}" + (f", which says “{wall.group()}”" if wall else ""))


def _repaired(text: str) -> str:
    """Take away what sends every parser astray: a declaration (read by now), forbidden characters."""
    if declaration := _DECLARATION.search(text, 0, HEAD):
        text = text[: declaration.start()] + text[declaration.end() :]
    return _REFERENCE.sub("", _FORBIDDEN.sub("", text)).lstrip("\ufeff \t\r\n")


def _entry(found: Mapping[str, object]) -> Entry:
    source, content = found.get("source"), found.get("content")
    texts = [_string(part, "value") for part in content] if isinstance(content, list) else []
    return Entry(
        title=_string(found, "title"),
        link=_string(found, "feedburner_origlink") or _string(found, "link"),
        guid=_string(found, "id"),
        summary=next(filter(None, (_string(found, "summary"), *texts)), ""),
        published_raw=next(filter(None, (_string(found, name) for name in ("published", "updated", "created"))), ""),
        source_title=_string(source, "title"),
        source_url=_string(source, "href"),
    )


def _string(holder: object, name: str) -> str:
    # feedparser's dictionary has a `get` of its own, which answers one date for another.
    value = dict.get(holder, name) if isinstance(holder, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _parsed(document: Document, feed: Feed, text: str, *warnings: str) -> Parsed:
    """Resolve links, bound fields, drop what has neither title nor link, and say what was amiss."""
    base = _joined(feed.url, document.link) or feed.url
    entries = [_bounded(entry, _link(base, entry)) for entry in document.entries]
    kept = tuple(entry for entry, _ in entries if entry.link or entry.title)
    amiss = (
        (text.count("\ufffd"), "undecodable characters replaced"),
        (len(entries) - len(kept), "entries without title and link left out"),
        (sum(cut for _, cut in entries), "entries with an overlong field cut"),
    )
    minutes = int(document.ttl) if re.fullmatch(r"\s*[0-9]{1,6}\s*", document.ttl) else 0
    reasons = (*warnings, *(f"{count} {what}" for count, what in amiss if count))
    return Parsed(
        entries=kept,
        ttl=timedelta(minutes=min(minutes, MAX_TTL)) if minutes else None,
        problem=None if kept else OutcomeKind.EMPTY,
        reason="; ".join(filter(None, (*reasons, "" if kept else "a feed without entries"))),
    )


def _link(base: str, entry: Entry) -> str:
    """Return the entry's absolute http(s) link, "" where it has none: a bare guid is no link."""
    for written in (entry.link.strip(), entry.guid.strip()):
        if written and (written != entry.guid or ":" in written) and (link := _joined(base, written)):
            return link
    return ""


def _joined(base: str, written: str) -> str:
    # Links are wrapped over lines, hold spaces, and are escaped twice.
    link = _WRAPPED.sub("", written.strip()).replace(" ", "%20").replace("&amp;", "&")
    if not _ABSOLUTE.match(link):
        try:
            link = urljoin(base, link)
        except ValueError:
            return ""
    scheme, _, rest = link.partition(":")
    return f"{scheme.lower()}:{rest}" if _ABSOLUTE.match(link) else ""


def _bounded(entry: Entry, link: str) -> tuple[Entry, bool]:
    """Return the entry with its link and no field longer than the bound, and whether one was."""
    longest = max(map(len, (entry.title, entry.summary, entry.guid, entry.published_raw, entry.source_title, link)))
    if longest <= MAX_FIELD:
        return (entry if link == entry.link else replace(entry, link=link)), False
    cut = {field.name: getattr(entry, field.name)[:MAX_FIELD] for field in fields(entry)}
    return replace(entry, **{**cut, "link": link if len(link) <= MAX_FIELD else ""}), True
