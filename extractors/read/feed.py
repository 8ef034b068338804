"""A body → its entries, or the outcome that says why there are none; malformed input is no error here."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta
from hashlib import blake2b
from urllib.parse import urljoin

from extractors.model import Entry, Feed, Fetched, OutcomeKind, Parsed
from extractors.read import walls
from extractors.read.decode import UndecodableError, decode
from extractors.read.kinds import rss
from extractors.read.kinds.document import Document, NotThisKindError, Reader, TooMuchError
from extractors.read.kinds.registry import KINDS

MAX_FIELD = 100_000  # characters of one field: nothing behind them belongs to a headline or a lead
MAX_TTL = 7 * 24 * 60  # minutes
EDGE = 20_000  # bytes at either end of a body in which a channel's own dates stand

_ABSOLUTE = re.compile(r"https?://(?:[^\s/?#\[\]]|\[[\da-f:.]+\])", re.IGNORECASE)
_WRAPPED = re.compile(r"\s*[\t\r\n]\s*")
_VOLATILE = re.compile(
    rb"<((?:\w+:)?(?:lastBuil+dDate|pubDate|updated|modified|date))\b[^>]*>[^<]*</\1\s*>|<!--.{0,500}?-->",
    re.IGNORECASE | re.DOTALL,
)
_FIRST = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)


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
    if name := walls.file_kind(body):
        return Parsed(problem=OutcomeKind.NOT_A_FEED, reason=f"the body is a {name} file")
    try:
        text = decode(body, content_type)
    except UndecodableError as error:
        return Parsed(problem=OutcomeKind.UNDECODABLE, reason=str(error))
    return _concluded(text, feed, KINDS[feed.kind], max_entries) or text


def tolerate(text: str, feed: Feed) -> Parsed:
    """Read what is large, malformed or out of the ordinary, up to 3 µs a character. Never raises."""
    return _concluded(text, feed, rss.tolerate, len(text)) or walls.no_feed(text, "no feed")


def looked_at(fetched: Fetched, feed: Feed) -> Fetched:
    """Say what an error's page looks like, and let go of it; a bot wall there is a block, whatever the status."""
    look = begin(fetched.body, fetched.content_type, feed, max_entries=len(fetched.body))
    kind, reason = fetched.kind, fetched.reason
    if fetched.body and isinstance(look, Parsed) and look.problem:
        walled = look.problem is OutcomeKind.BLOCKED and kind is OutcomeKind.SERVER_ERROR
        kind, reason = (OutcomeKind.BLOCKED if walled else kind), f"{reason}; {look.reason}"
    return replace(fetched, kind=kind, reason=reason, body=b"")


def body_hash(body: bytes) -> str:
    """Return a hash of the body without comments and without the channel's own dates, which change by themselves."""
    first = _FIRST.search(body)
    end = min(first.start() if first else len(body), EDGE)
    last = max(body.rfind(b"</item>"), body.rfind(b"</entry>"), end, len(body) - EDGE)
    digest = blake2b(_VOLATILE.sub(b"", body[:end]), digest_size=16)
    digest.update(body[end:last])
    digest.update(_VOLATILE.sub(b"", body[last:]))
    return digest.hexdigest()


def _concluded(text: str, feed: Feed, reader: Reader, most: int) -> Parsed | None:
    """Name how a reader ended; None where it leaves the text to `tolerate`."""
    try:
        document = reader(text, most)
        return _parsed(document, feed, text, most) if document else None
    except TooMuchError as error:
        return Parsed(problem=OutcomeKind.TOO_LARGE, reason=str(error))
    except NotThisKindError as error:
        return walls.no_feed(text, str(error))
    except Exception as error:  # noqa: BLE001 - a stranger's bytes: no body may stop a cycle
        return walls.no_feed(text, f"unreadable ({type(error).__name__})")


def _parsed(document: Document, feed: Feed, text: str, most: int) -> Parsed:
    """Resolve links, bound fields, drop what has neither title nor link, and say what was amiss."""
    if len(document.entries) > most:
        raise TooMuchError(f"{len(document.entries):,} entries, more than {most:,}")
    base = _joined(feed.url, document.link) or feed.url
    entries = [_bounded(entry, _link(base, entry)) for entry in document.entries]
    kept = tuple(entry for entry, _ in entries if entry.link or entry.title)
    amiss = (
        (text.count("\ufffd"), "undecodable characters replaced"),
        (len(entries) - len(kept), "entries without title and link left out"),
        (sum(cut for _, cut in entries), "entries with an overlong field cut"),
    )
    minutes = int(document.ttl) if re.fullmatch(r"\s*[0-9]{1,6}\s*", document.ttl) else 0
    reasons = (document.warning, *(f"{count} {what}" for count, what in amiss if count))
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
    texts = (entry.title, entry.summary, entry.content, entry.guid, entry.published_raw, entry.source_title, link)
    if max(map(len, texts)) <= MAX_FIELD:
        return (entry if link == entry.link else replace(entry, link=link)), False
    cut = {field.name: getattr(entry, field.name)[:MAX_FIELD] for field in fields(entry)}
    return replace(entry, **{**cut, "link": link if len(link) <= MAX_FIELD else ""}), True
