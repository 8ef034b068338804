from __future__ import annotations

import json

import pytest

from extractors.model import Entry
from extractors.read.document import NotThisKindError
from extractors.read.nato import read


def test_a_page_of_every_shape() -> None:
    pages = [
        {"title": "One", "description": "D", "link": "/en/1.html", "id": "x", "pageType": "News", "pageDate": "2025-06-26", "date": "2025-01-01"},
        {"title": "Two", "path": "/en/2.html", "date": 1_750_923_000_000},
        {"title": ["odd"], "description": 5, "url": "https://www.nato.int/3", "pageDate": True, "date": -1},
        "no page",
        {},
    ]  # fmt: skip
    assert read(json.dumps({"pages": pages}), 9).entries == (
        Entry(title="One", link="/en/1.html", guid="x", summary="D", published_raw="2025-06-26"),
        Entry(title="Two", link="/en/2.html", published_raw="2025-06-26T07:30:00+00:00"),
        Entry(title="", link="https://www.nato.int/3"),
        Entry(title="", link=""),
    )


@pytest.mark.parametrize("document", [None, [], {}, {"pages": None}, {"pages": {"title": "x"}}, "pages"])
def test_another_shape_is_said(document: object) -> None:
    with pytest.raises(NotThisKindError, match="pages"):
        read(json.dumps(document), 9)
