import json

import pytest

from extractors.model import Entry, OutcomeKind
from extractors.read.feed import parse
from extractors.read.kinds.registry import KINDS
from tests.builders import feed
from tests.table import table, tables

ITEMS: list[object] = tables(__file__)["ITEMS"]
READ = tuple(Entry(**one) for one in tables(__file__)["READ"])


def document(**changes: object) -> bytes:
    version = "https://jsonfeed.org/version/1.1"
    usual = {"version": version, "title": "A", "home_page_url": "https://a.example/", "items": ITEMS}
    return json.dumps(usual | changes).encode()


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
