"""The kinds of sources: what `kind` in feeds.toml names, and who reads it.

To add a kind: one file with its reader, one line here, one test; nothing else knows their names.
"""

from __future__ import annotations

from extractors.read import nato, rss
from extractors.read.document import Reader

KINDS: dict[str, Reader] = {
    "feed": rss.read,
    "nato-json": nato.read,
}
