"""The kinds of sources: what `kind` in feeds.toml names, and who reads it.

To add a kind: one file with its reader, one line here, one test; nothing else knows their names.
"""

from contextlib import suppress

from extractors.read.kinds import jsonfeed, nato, newsmap, rss
from extractors.read.kinds.document import Document, NotThisKindError, Reader


def shown(text: str, most: int) -> Document:
    """Read a text as the kind that it shows itself to be: RSS, RDF or Atom, else one of the others."""
    for reader in (rss.read, *_OTHERS.values()):
        with suppress(NotThisKindError):
            return reader(text, most)
    raise NotThisKindError("no feed")


_OTHERS: dict[str, Reader] = {"nato-json": nato.read, "json-feed": jsonfeed.read, "news-sitemap": newsmap.read}
KINDS: dict[str, Reader] = {"feed": shown, **_OTHERS}
