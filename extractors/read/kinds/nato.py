"""Kind "nato-json": a search of www.nato.int, which has no feed any more."""

from extractors.model import Entry
from extractors.read.kinds.document import Document, NotThisKindError, json_of, objects, string


def read(text: str, most: int) -> Document:
    """Read `pages[]` of title, description, site-relative link, pageDate or date (also as Java's milliseconds)."""
    pages = json_of(text).get("pages")
    if not isinstance(pages, list):
        raise NotThisKindError("JSON without the list “pages” of NATO's search")
    return Document(entries=tuple(map(_entry, objects(pages, most))))


def _entry(page: dict[str, object]) -> Entry:
    return Entry(
        title=string(page, "title"),
        link=string(page, "link", "path", "url"),
        guid=string(page, "id"),
        summary=string(page, "description"),
        published_raw=string(page, "pageDate", "date"),
    )
