import json

from extractors.model import Entry, OutcomeKind
from extractors.read.feed import parse
from extractors.read.kinds.nato import read
from tests.builders import feed
from tests.extractors.read.samples import NATO
from tests.table import table


@table("page, entry")
def test_a_page_of_every_shape(page: dict[str, object], entry: Entry) -> None:
    assert read(json.dumps({"pages": [page, "no page"]}), 9).entries == (entry,)


def test_nato() -> None:
    source = feed(url="https://www.nato.example/search.json", kind="nato-json")
    parsed = parse(NATO.encode(), "application/json", source, max_entries=9)
    assert [(entry.title, entry.link, entry.published_raw) for entry in parsed.entries] == [
        ("Secretary General meets envoy", "https://www.nato.example/en/news/1.html", "2025-06-26T08:00:00.000+0000"),
        ("Statement", "https://www.nato.example/en/news/2.html", "1750923000000"),
    ]


@table("body, kind, reason", ("[" * 100_000, OutcomeKind.NOT_A_FEED, "no JSON"))
def test_json_that_is_something_else(body: str, kind: OutcomeKind, reason: str) -> None:
    parsed = parse(body.encode(), "", feed(kind="nato-json"), max_entries=2)
    assert (parsed.problem, parsed.entries) == (kind, ())
    assert reason in parsed.reason
