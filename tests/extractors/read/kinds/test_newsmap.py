import pytest

from extractors.model import Entry, OutcomeKind
from extractors.read.feed import parse
from tests.builders import feed

MAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://a.example/1?a=1&amp;b=2</loc><news:news><news:publication><news:name>A</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2025-06-26T09:00:00+09:00</news:publication_date><news:title>Seoul &amp; NATO agree</news:title></news:news></url>
<url><loc>https://a.example/about</loc></url>
<url><loc> https://a.example/2 </loc><news:news><news:title>Second</news:title></news:news></url></urlset>"""


PREFIXED = MAP.replace("http://", "https://").replace("xmlns=", "xmlns:s=")
PREFIXED = PREFIXED.replace("<url", "<s:url").replace("</url", "</s:url")


@pytest.mark.parametrize("text", [MAP, PREFIXED.replace("loc>", "s:loc>")])
@pytest.mark.parametrize("kind", ["news-sitemap", "feed"])
def test_r15_a_news_sitemap_is_read_under_its_name_and_where_it_shows_itself(kind: str, text: str) -> None:
    parsed = parse(text.encode(), "application/xml", feed(kind=kind), max_entries=9)
    assert parsed.entries == (
        Entry(
            title="Seoul & NATO agree", link="https://a.example/1?a=1&b=2", published_raw="2025-06-26T09:00:00+09:00"
        ),
        Entry(title="Second", link="https://a.example/2"),
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [(MAP.replace("sitemap-news", "sitemap-image"), OutcomeKind.NOT_A_FEED), ("<urlset><url/></urlset>", OutcomeKind.NOT_A_FEED),
     (MAP.replace("<news:title>", "<news:x>"), OutcomeKind.EMPTY), (MAP.replace("<loc>", "<url><loc>") * 3, OutcomeKind.TOO_LARGE)]
)  # fmt: skip
def test_a_sitemap_without_news_is_none(body: str, kind: OutcomeKind) -> None:
    assert parse(body.encode(), "", feed(kind="news-sitemap"), max_entries=9).problem is kind


def test_a_sitemap_that_was_cut_keeps_what_came() -> None:
    assert len(parse(MAP[:-20].encode(), "", feed(kind="news-sitemap"), max_entries=9).entries) == 2


def test_r15_an_address_tells_its_day_where_its_news_does_not() -> None:
    news = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    page = "<url><loc>https://x.kr/1</loc><lastmod>2025-06-25</lastmod><n:news><n:title>A</n:title></n:news></url>"
    body = f"<urlset {news}>{page}</urlset>".encode()
    assert parse(body, "", feed(), max_entries=9).entries[0].updated_raw == "2025-06-25"
