"""An article's page → its main text (trafilatura), for items that concern us or may."""

import re

from extractors.read.decode import decode
from extractors.read.texts import MAX_TEXT

MAX_PAGE = 1_000_000  # bytes of a page that are looked at: an article's text stands before that
# Attributes that no text needs, and each of which is compared with all others of its tag: 100,000 took five minutes.
_LONG_TAG = re.compile(r"<[^<>]{10000,}>?")


def extract(html: bytes, content_type: str, url: str) -> str:
    """Return the main text of a page, "" when none is found; never raises."""
    import trafilatura

    try:
        # A page says its encoding in the header or, in the same words, near its beginning (HTML, §4.2.5.4).
        document = _LONG_TAG.sub(" ", decode(html[:MAX_PAGE], content_type + html[:1024].decode("latin-1")))
        found = trafilatura.bare_extraction(document, url=url, include_comments=False)
    except Exception:  # noqa: BLE001 - a stranger's markup in a stranger's library: no page may stop a cycle
        return ""
    return ((found and found.text) or "")[:MAX_TEXT]
