"""Kind "news-sitemap": a `urlset` with `news:news` (developers.google.com/search, "Create a news sitemap")."""

from extractors.model import Entry
from extractors.read.kinds.document import Document, NotThisKindError
from extractors.read.kinds.markup import Markup, said

_NEWS = "www.google.com/schemas/sitemap-news/0.9"
_VOCABULARIES = {
    f"http://{_NEWS}": "news:", f"https://{_NEWS}": "news:",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "", "https://www.sitemaps.org/schemas/sitemap/0.9": "",
}  # fmt: skip


def read(text: str, most: int) -> Document:
    """Read the addresses that have news; of the others a sitemap says nothing."""
    if _NEWS not in text or "urlset" not in text:
        raise NotThisKindError("no news sitemap")
    markup = Markup(text, names=("loc", "news:title", "news:publication_date", "lastmod"), vocabularies=_VOCABULARIES)
    _, parts = markup.parts("url", most)
    pages = [{name: said(inner) for name, _, inner in markup.elements(part)} for part in parts]
    told = [one for one in pages if one.get("news:title")]
    return Document(entries=tuple(map(_entry, told)))


def _entry(page: dict[str, str]) -> Entry:
    stamp, changed = (page.get(name, "") for name in ("news:publication_date", "lastmod"))
    return Entry(title=page["news:title"], link=page.get("loc", ""), published_raw=stamp, updated_raw=changed)
