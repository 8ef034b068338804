"""Kind "nato-json": a search of www.nato.int, which has no feed any more."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from extractors.model import Entry
from extractors.read.document import Document, NotThisKindError

_YEAR_2100 = 4_102_444_800_000  # milliseconds


def read(text: str, _most: int) -> Document:
    """Read `pages[]` of title, description, site-relative link, pageDate or date."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise NotThisKindError("no JSON") from None
    pages = found.get("pages") if isinstance(found, dict) else None
    if not isinstance(pages, list):
        raise NotThisKindError("JSON without the list “pages” of NATO's search")
    return Document(
        entries=tuple(
            Entry(
                title=_text(page.get("title")),
                link=_text(page.get("link")) or _text(page.get("path")) or _text(page.get("url")),
                guid=_text(page.get("id")),
                summary=_text(page.get("description")),
                published_raw=_date(page.get("pageDate")) or _date(page.get("date")),
            )
            for page in pages
            if isinstance(page, dict)
        )
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _date(value: object) -> str:
    """Return a date as text; a number is the time since 1970 in milliseconds, as Java writes it."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _YEAR_2100:
        return datetime.fromtimestamp(value / 1000, UTC).isoformat()
    return _text(value)
