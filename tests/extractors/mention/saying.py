"""Items as tests write them, and what is made of them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extractors.mention.describe import describe
from extractors.model import Item
from extractors.story import Mention, Rejection
from extractors.words.lexicon import load
from tests.builders import item

ROOT = Path(__file__).resolve().parents[3]
LEXICON = load(ROOT / "config" / "lexicon")
TITLES = Path(__file__).parent


def said(title: str, summary: str = "", **changes: Any) -> Mention | Rejection:
    says = describe(replace(item_of({"title": title, "lead": summary}), **changes), LEXICON)
    return says if isinstance(says, Rejection) else says[0]


def told(title: str, summary: str = "", **changes: Any) -> Mention:
    mention = said(title, summary, **changes)
    assert isinstance(mention, Mention), mention
    return mention


def rows() -> Iterator[dict[str, Any]]:
    """The rows of sayings.jsonl: a title, its lead, what is to be made of them, and what test it is of."""
    return map(json.loads, (TITLES / "sayings.jsonl").read_text(encoding="utf-8").splitlines())


def item_of(row: dict[str, Any]) -> Item:
    title = row["title"]
    hangul, kana = (any(low <= character <= high for character in title) for low, high in ("가힣", "ぁヿ"))
    language = row.get("language", "ko" if hangul else "ja" if kana else "en")
    return item(title=title, summary=row.get("lead", ""), language=language, outlet=row.get("outlet", "A"))


def sayings(of: str) -> pytest.MarkDecorator:
    """The rows that a test is of."""
    own = [row for row in rows() if row.pop("of") == of]
    return pytest.mark.parametrize("saying", own, ids=[row["title"] for row in own])


def holds(saying: dict[str, Any]) -> None:
    """Assert what a row says of its title: "alert", fields of the mention, or why there is none ("relevant" is false)."""
    row = {name: value for name, value in saying.items() if name not in {"title", "lead", "language", "outlet"}}
    says = describe(item_of(saying), LEXICON)
    first = says if isinstance(says, Rejection) else says[0]
    if not row.pop("relevant", True):
        assert isinstance(first, Rejection)
        assert first.reason.partition(":")[0] == row["reason"]
        return
    if "alert" in row:
        assert (isinstance(first, Mention) and first.alertable) is row.pop("alert"), first.reason
    for name, value in row.items():
        got = getattr(first, name)
        assert (str(got) if isinstance(value, str) else [*got] if isinstance(value, list) else got) == value, name
