"""Items as tests write them, and what is made of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extractors.mention.describe import describe
from extractors.story import Mention, Rejection
from extractors.words.lexicon import load
from tests.builders import item

ROOT = Path(__file__).resolve().parents[3]
LEXICON = load(ROOT / "config" / "lexicon")
TITLES = Path(__file__).parent


def said(title: str, summary: str = "", **changes: Any) -> Mention | Rejection:
    hangul, kana = (any(low <= character <= high for character in title) for low, high in ("가힣", "ぁヿ"))
    language = "ko" if hangul else "ja" if kana else "en"
    says = describe(item(**{"title": title, "summary": summary, "language": language, **changes}), LEXICON)
    return says[0] if isinstance(says, tuple) else says


def told(title: str, summary: str = "", **changes: Any) -> Mention:
    mention = said(title, summary, **changes)
    assert isinstance(mention, Mention), mention
    return mention


def sayings(of: str) -> pytest.MarkDecorator:
    """The rows of sayings.jsonl that a test is of: a title, its lead, and what is to be made of them."""
    rows = map(json.loads, (TITLES / "sayings.jsonl").read_text(encoding="utf-8").splitlines())
    own = [row for row in rows if row.pop("of") == of]
    return pytest.mark.parametrize("saying", own, ids=[row["title"] for row in own])


def holds(saying: dict[str, Any]) -> None:
    """Assert what a row says of its title: "alert", fields of the mention, or why there is none ("relevant" is false)."""
    row = dict(saying)
    changes = {"language": row.pop("language")} if "language" in row else {}
    says = said(row.pop("title"), row.pop("lead", ""), **changes)
    if not row.pop("relevant", True):
        assert isinstance(says, Rejection)
        assert says.reason.partition(":")[0] == row["reason"]
        return
    if "alert" in row:
        assert (isinstance(says, Mention) and says.alertable) is row.pop("alert"), says.reason
    for name, value in row.items():
        got = getattr(says, name)
        assert (str(got) if isinstance(value, str) else got) == value, name
