"""Kind "json-feed": JSON Feed 1.1 and 1 (jsonfeed.org/version/1.1)."""

from html import escape

from extractors.model import Entry
from extractors.read.kinds.document import Document, NotThisKindError, json_of, objects, string
from extractors.read.texts import fullest

_VERSION = "jsonfeed.org/version/1"


def read(text: str, most: int) -> Document:
    """Read `items[]`; an id may be a number, and an item that only points elsewhere has its `external_url`."""
    found = json_of(text)
    if _VERSION not in string(found, "version"):
        raise NotThisKindError("JSON without the version of a JSON Feed")
    return Document(entries=tuple(map(_entry, objects(found.get("items"), most))))


def _entry(item: dict[str, object]) -> Entry:
    return Entry(
        title=string(item, "title"),
        link=string(item, "url", "external_url"),
        guid=string(item, "id"),
        summary=string(item, "summary"),
        content=fullest((string(item, "content_html"), escape(string(item, "content_text"), quote=False))),
        published_raw=string(item, "date_published"),
        updated_raw=string(item, "date_modified"),
    )
