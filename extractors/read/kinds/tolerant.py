"""Feeds that are no well-formed XML, read by feedparser: what is large or odd in a process of its own, with bounds.

The process is a fresh interpreter, never a fork, which would keep the cycle's lock; it ends by itself however we end.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict

from extractors.model import Entry
from extractors.read.kinds.document import Document

SMALL = 150_000  # characters that this process reads itself: under a second at the worst
PLAIN = 4_000  # equals signs, and so attributes, of such a text: feedparser's time grows with the square of a tag's
SECONDS = 5  # that a process may take: what it does not read in time, our own scan has read
MEMORY = 1_500_000_000  # bytes that it may
_CHILD = "import sys; sys.path[:] = {path!r}; from extractors.read.kinds.tolerant import answer; answer()"


def read(text: str) -> Document | None:
    """Read a text as feedparser does; None where it raises, or takes more than it may."""
    try:
        if len(text) <= SMALL and text.count("=") <= PLAIN:
            return by_feedparser(text)
        command = [sys.executable, "-c", _CHILD.format(path=sys.path)]
        # Our own interpreter on our own code: nothing of a feed is in the command.
        done = subprocess.run(command, input=text.encode(), stdout=-1, stderr=-3, timeout=SECONDS, check=True)  # noqa: S603
        found = json.loads(done.stdout)
        return Document(**found | {"entries": tuple(Entry(**entry) for entry in found["entries"])})
    except Exception:  # noqa: BLE001 - a stranger's text in a stranger's library: our own reading of it stands
        return None


def answer() -> None:
    """Be that process: read the text that comes on standard input, write what it says."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    json.dump(asdict(by_feedparser(sys.stdin.buffer.read().decode())), sys.stdout)


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
    content = max([_string(part, "value") for part in parts] if isinstance(parts, list) else [""], key=len)
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
