import json

import pytest

from extractors.model import Entry, OutcomeKind
from extractors.read.feed import parse
from extractors.read.kinds.registry import KINDS
from tests.builders import feed
from tests.table import table

ITEMS = [
    {"id": "https://a.example/1", "url": "https://a.example/1", "title": "Talks", "summary": "Short.", "content_html": "<p>Long.</p>",
     "content_text": "Long.", "date_published": "2025-06-26T09:00:00+09:00", "date_modified": "2025-06-26T10:00:00+09:00"},
    {"id": 2, "url": "/2", "content_text": "3 < 5 & so on", "date_modified": "2025-06-26T10:00:00Z"},
    {"id": "3", "external_url": "https://b.example/3", "content_html": "<p>Elsewhere.</p>", "content_text": "x"},
    {"id": "5", "title": "R2", "content_html": "<img src='https://a.example/a/long/address.jpg'>", "content_text": "Signed."},
    {"id": "https://a.example/4", "title": 4, "content_text": ["odd"]},
    "no item"
]  # fmt: skip
READ = (
    Entry(title="Talks", link="https://a.example/1", guid="https://a.example/1", summary="Short.", content="<p>Long.</p>", published_raw="2025-06-26T09:00:00+09:00",
        updated_raw="2025-06-26T10:00:00+09:00"),
    Entry(title="", link="http://127.0.0.1/2", guid="2", content="3 &lt; 5 &amp; so on", updated_raw="2025-06-26T10:00:00Z"),
    Entry(title="", link="https://b.example/3", guid="3", content="<p>Elsewhere.</p>"),
    Entry(title="R2", link="", guid="5", content="Signed."),
    Entry(title="", link="https://a.example/4", guid="https://a.example/4")
)  # fmt: skip


def document(**changes: object) -> bytes:
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps(
        {"version": version, "title": "A", "home_page_url": "https://a.example/", "items": ITEMS} | changes
    ).encode()


@pytest.mark.parametrize("kind", ["json-feed", "feed"])
@table("version")
def test_r15_a_json_feed_is_read_under_its_name_and_where_it_shows_itself(kind: str, version: str) -> None:
    parsed = parse(document(version=version), "application/feed+json", feed(kind=kind), max_entries=9)
    assert (parsed.entries, parsed.problem) == (READ, None)


@table("body, kind", (document(items=ITEMS * 3), OutcomeKind.TOO_LARGE))
def test_a_json_feed_that_is_none_or_empty(body: bytes, kind: OutcomeKind) -> None:
    for name in ("json-feed", "feed"):
        assert parse(body, "", feed(kind=name), max_entries=9).problem is kind


def test_r15_every_kind_has_one_line() -> None:
    assert set(KINDS) >= {"feed", "nato-json", "json-feed"}


def test_r15_a_date_may_be_a_number() -> None:
    body = b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "title": "A", "date_published": 1782343800}]}'
    assert parse(body, "", feed(), max_entries=9).entries[0].published_raw == "1782343800"
