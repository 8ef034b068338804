import json

import pytest

from extractors.model import Entry, OutcomeKind, Parsed
from extractors.read.feed import parse
from extractors.read.kinds import nato
from tests.builders import feed
from tests.extractors.read.samples import NATO, NEWSMAP
from tests.table import table, tables

ITEMS: list[object] = tables(__file__)["ITEMS"]
READ = tuple(Entry(**one) for one in tables(__file__)["READ"])
PREFIXED = NEWSMAP.replace("http://", "https://").replace("xmlns=", "xmlns:s=")
PREFIXED = PREFIXED.replace("<url", "<s:url").replace("</url", "</s:url").replace("loc>", "s:loc>")


def read(body: bytes | str, kind: str = "feed") -> Parsed:
    raw = body.encode() if isinstance(body, str) else body
    return parse(raw, "", feed(kind=kind, url="https://www.a.example/feed"), max_entries=9)


def document(**changes: object) -> str:
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps(
        {"version": version, "title": "A", "home_page_url": "https://a.example/", "items": ITEMS} | changes
    )


@table(
    "kind, body, outcome, reason",
    ("nato-json", b"[" * 100_000, OutcomeKind.NOT_A_FEED, "no JSON"),
    *((kind, document(items=ITEMS * 3).encode(), OutcomeKind.TOO_LARGE, None) for kind in ("json-feed", "feed")),
    ("news-sitemap", NEWSMAP.replace("<loc>", "<url><loc>").encode() * 3, OutcomeKind.TOO_LARGE, None),
)
def test_what_is_none_of_a_kind(kind: str, body: bytes, outcome: OutcomeKind, reason: str | None) -> None:
    parsed = read(body, kind)
    assert (parsed.problem, parsed.entries) == (outcome, ())
    assert (reason or "") in parsed.reason


@pytest.mark.parametrize("kind", ["json-feed", "feed"])
@table("version")
def test_r15_a_json_feed_is_read_under_its_name_and_where_it_shows_itself(kind: str, version: str) -> None:
    parsed = read(document(version=version), kind)
    assert (parsed.entries, parsed.problem) == (READ, None)


def test_r15_a_date_may_be_a_number() -> None:
    items = [{"id": 1, "title": "A", "date_published": 1782343800}]
    assert read(document(items=items)).entries[0].published_raw == "1782343800"


@table("page, entry")
def test_a_page_of_nato_of_every_shape(page: dict[str, object], entry: Entry) -> None:
    assert nato.read(json.dumps({"pages": [page, "no page"]}), 9).entries == (entry,)


def test_nato() -> None:
    found = [(entry.title, entry.link, entry.published_raw) for entry in read(NATO, "nato-json").entries]
    assert found == [
        ("Secretary General meets envoy", "https://www.a.example/en/news/1.html", "2025-06-26T08:00:00.000+0000"),
        ("Statement", "https://www.a.example/en/news/2.html", "2025-06-26T07:30:00+00:00"),
    ]


@pytest.mark.parametrize("text", [NEWSMAP, PREFIXED])
@pytest.mark.parametrize("kind", ["news-sitemap", "feed"])
def test_r15_a_news_sitemap_is_read_under_its_name_and_where_it_shows_itself(kind: str, text: str) -> None:
    date = "2025-06-26T09:00:00+09:00"
    first = Entry(title="Seoul & NATO agree", link="https://a.example/1?a=1&b=2", published_raw=date)
    assert read(text, kind).entries == (first, Entry(title="Second", link="https://a.example/2"))
    assert len(read(text.rstrip()[:-20], kind).entries) == 2  # one that was cut keeps what came


def test_r15_an_address_tells_its_day_where_its_news_does_not() -> None:
    page = "<url><loc>https://x.kr/1</loc><lastmod>2025-06-25</lastmod><n:news><n:title>A</n:title></n:news></url>"
    news = f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{page}</urlset>'
    assert read(news).entries[0].updated_raw == "2025-06-25"
