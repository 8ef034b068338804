import json

from extractors.model import Entry, OutcomeKind
from extractors.read.feed import parse
from extractors.read.kinds.nato import read
from tests.builders import feed
from tests.extractors.read.samples import NATO
from tests.table import table


def test_a_page_of_every_shape() -> None:
    pages = [
        {"title": "One", "description": "D", "link": "/en/1.html", "id": "x", "pageType": "News", "pageDate": "2025-06-26", "date": "2025-01-01"},
        {"title": "Two", "path": "/en/2.html", "date": 1_750_923_000_000},
        {"title": ["odd"], "description": 5, "url": "https://www.nato.int/3", "pageDate": True, "date": -1},
        "no page",
        {}
    ]  # fmt: skip
    assert read(json.dumps({"pages": pages}), 9).entries == (
        Entry(title="One", link="/en/1.html", guid="x", summary="D", published_raw="2025-06-26"),
        Entry(title="Two", link="/en/2.html", published_raw="2025-06-26T07:30:00+00:00"),
        Entry(title="", link="https://www.nato.int/3"),
        Entry(title="", link=""),
    )


def test_nato() -> None:
    source = feed(url="https://www.nato.example/search.json", kind="nato-json")
    parsed = parse(NATO.encode(), "application/json", source, max_entries=9)
    assert [(entry.title, entry.link, entry.published_raw) for entry in parsed.entries] == [
        ("Secretary General meets envoy", "https://www.nato.example/en/news/1.html", "2025-06-26T08:00:00.000+0000"),
        ("Statement", "https://www.nato.example/en/news/2.html", "2025-06-26T07:30:00+00:00"),
    ]


@table("body, kind, reason", ("[" * 100_000, OutcomeKind.NOT_A_FEED, "no JSON"))
def test_json_that_is_something_else(body: str, kind: OutcomeKind, reason: str) -> None:
    parsed = parse(body.encode(), "", feed(kind="nato-json"), max_entries=2)
    assert (parsed.problem, parsed.entries) == (kind, ())
    assert reason in parsed.reason
