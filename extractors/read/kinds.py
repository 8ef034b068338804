"""Sources that answer in JSON: one small function a kind, from the decoded document to entries.

To add a kind: write its function, name it in `KINDS`. A function raises `NotThisKindError` when the
document has another shape; what single fields lack is nobody's error.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from extractors.model import Entry


class NotThisKindError(ValueError):
    """The document is JSON of another shape; `str()` says what was looked for."""


def nato(document: object) -> tuple[Entry, ...]:
    """Read a search of www.nato.int: `pages[]` of title, description, site-relative link, pageDate or date."""
    pages = document.get("pages") if isinstance(document, dict) else None
    if not isinstance(pages, list):
        raise NotThisKindError("JSON without the list “pages” of NATO's search")
    return tuple(
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


_YEAR_2100 = 4_102_444_800_000  # milliseconds
KINDS: dict[str, Callable[[object], tuple[Entry, ...]]] = {"nato-json": nato}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _date(value: object) -> str:
    """Return a date as text; a number is the time since 1970 in milliseconds, as Java writes it."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _YEAR_2100:
        return datetime.fromtimestamp(value / 1000, UTC).isoformat()
    return _text(value)
