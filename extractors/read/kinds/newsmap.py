"""Kind "news-sitemap": a `urlset` with `news:news` (developers.google.com/search, "Create a news sitemap")."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from extractors.model import Entry
from extractors.read.kinds.document import Document, NotThisKindError, TooMuchError
from extractors.read.kinds.rss import MAX_TAGS, repaired

_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def read(text: str, _most: int) -> Document:
    """Read the addresses that have news; of the others a sitemap says nothing."""
    if _NEWS not in text or "<!ENTITY" in text:
        raise NotThisKindError("no news sitemap")
    if (tags := text.count("<")) > MAX_TAGS:
        raise TooMuchError(f"{tags:,} tags, more than {MAX_TAGS:,}")
    try:
        root = ET.fromstring(repaired(text))  # noqa: S314  entities, the one danger of expat, are ruled out above
    except ET.ParseError as error:
        raise NotThisKindError(f"no news sitemap ({error})") from None
    pages = [(page, news) for page in root if (news := page.find(f"{{{_NEWS}}}news")) is not None]
    return Document(
        entries=tuple(
            Entry(
                title=(news.findtext(f"{{{_NEWS}}}title") or "").strip(),
                link=(page.findtext("{*}loc") or "").strip(),
                published_raw=(news.findtext(f"{{{_NEWS}}}publication_date") or "").strip(),
            )
            for page, news in pages
        )
    )
