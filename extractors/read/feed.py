"""A body → its entries, or the outcome that says why there are none; malformed input is no error here."""

import re
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from urllib.parse import urljoin

from extractors.model import Entry, Feed, Fetched, OutcomeKind, Parsed, PollError
from extractors.read import walls
from extractors.read.decode import decode
from extractors.read.kinds.document import Document, NotThisKindError
from extractors.read.kinds.registry import KINDS

MAX_LINK = 100_000  # characters; a longer one is none
MAX_TTL = 7 * 24 * 60  # minutes
EDGE = 20_000  # bytes at either end of a body in which a channel's own dates stand

_ABSOLUTE = re.compile(r"https?://(?:[^\s/?#\[\]]|\[[\da-f:.]+\])", re.IGNORECASE)
_PLAIN = re.compile(r"(?!https?://https?:)https?://[^\s/?#\[\]][^\s;]*")  # nothing to mend
_SLASHES = re.compile(r"^(https?):/+(?=[^/])|^(?=www\.\w)", re.IGNORECASE)  # https:/host, and www.host alone
_DOUBLED = re.compile(r"^(?:feed:(?://)?|https?://(?=https?://))", re.IGNORECASE)
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
    text = ""
    try:
        walls.check(body)
        text = decode(body, content_type)
        return _parsed(KINDS[feed.kind](text, max_entries), feed, text)
    except PollError as error:
        return Parsed(problem=error.kind, reason=str(error))
    except NotThisKindError as error:
        return walls.no_feed(text, str(error))
    except Exception as error:  # noqa: BLE001 - a stranger's bytes: no body may stop a cycle
        return walls.no_feed(text, f"unreadable ({type(error).__name__})")


def looked_at(fetched: Fetched, feed: Feed) -> Fetched:
    """Say what an error's page looks like, and let go of it; a bot wall there is a block, whatever the status."""
    look = parse(fetched.body, fetched.content_type, feed, max_entries=len(fetched.body))
    kind, reason = fetched.kind, fetched.reason
    if fetched.body and look.problem:
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


def _parsed(document: Document, feed: Feed, text: str) -> Parsed:
    """Resolve links, drop what has neither title nor link, and say what was amiss."""
    base = _joined(feed.url, document.base) or feed.url
    linked = [(entry, _link(base, entry)) for entry in document.entries]
    kept = tuple(one if link == one.link else replace(one, link=link) for one, link in linked if link or one.title)
    amiss = (
        (document.unclosed, "elements without an end"),
        (text.count("\ufffd"), "undecodable characters replaced"),
        (len(linked) - len(kept), "entries without title and link left out"),
    )
    minutes = int(document.ttl) if re.fullmatch(r"\s*[0-9]{1,6}\s*", document.ttl) else 0
    reasons = [f"{count} {what}" for count, what in amiss if count] + ([] if kept else ["a feed without entries"])
    return Parsed(
        entries=kept,
        ttl=timedelta(minutes=min(minutes, MAX_TTL)) if minutes else None,
        problem=None if kept else OutcomeKind.EMPTY,
        reason="; ".join(reasons),
    )


def _link(base: str, entry: Entry) -> str:
    """Return the entry's absolute http(s) link, "" where it has none: a bare guid is no link."""
    for written in (entry.link.strip(), entry.guid.strip()):
        named = written != entry.guid or ":" in written or written[:1] in {"/", "?"}
        if written and named and (link := _joined(base, written)):
            return link
    return ""


def _joined(base: str, written: str) -> str:
    if len(written) <= MAX_LINK and _PLAIN.fullmatch(written):
        return written
    # Links are wrapped over lines, hold spaces, and are escaped twice.
    link = _WRAPPED.sub("", written.strip()).replace(" ", "%20").replace("&amp;", "&").replace("\\/", "/")
    link = _DOUBLED.sub("", link)
    link = _SLASHES.sub(lambda found: f"{found[1] or 'https'}://", link)
    if not _ABSOLUTE.match(link):
        try:
            link = urljoin(base, link)
        except ValueError:
            return ""
    scheme, _, rest = link.partition(":")
    return f"{scheme.lower()}:{rest}" if len(link) <= MAX_LINK and _ABSOLUTE.match(link) else ""
