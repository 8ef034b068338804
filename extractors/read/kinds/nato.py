"""Kind "nato-json": a search of www.nato.int, which has no feed any more."""

from datetime import UTC, datetime

from extractors.model import Entry
from extractors.read.kinds.document import Document, NotThisKindError, json_of, objects, string

_YEAR_2100 = 4_102_444_800_000  # milliseconds


def read(text: str, most: int) -> Document:
    """Read `pages[]` of title, description, site-relative link, pageDate or date."""
    pages = json_of(text).get("pages")
    if not isinstance(pages, list):
        raise NotThisKindError("JSON without the list “pages” of NATO's search")
    return Document(
        entries=tuple(
            Entry(
                title=string(page, "title"),
                link=string(page, "link", "path", "url"),
                guid=string(page, "id"),
                summary=string(page, "description"),
                published_raw=_date(page.get("pageDate")) or _date(page.get("date")),
            )
            for page in objects(pages, most)
        )
    )


def _date(value: object) -> str:
    """Return a date as text; a number is the time since 1970 in milliseconds, as Java writes it."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _YEAR_2100:
        return datetime.fromtimestamp(value / 1000, UTC).isoformat()
    return value if isinstance(value, str) else ""
