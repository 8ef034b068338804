"""Items as tests write them, and what is made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from extractors.mention.describe import describe
from extractors.story import Mention, Rejection
from extractors.words.lexicon import load
from tests.builders import item

ROOT = Path(__file__).resolve().parents[3]
LEXICON = load(ROOT / "config" / "lexicon")


def said(title: str, summary: str = "", **changes: Any) -> Mention | Rejection:
    hangul, kana = (any(low <= character <= high for character in title) for low, high in ("가힣", "ぁヿ"))
    language = "ko" if hangul else "ja" if kana else "en"
    says = describe(item(**{"title": title, "summary": summary, "language": language, **changes}), LEXICON)
    return says[0] if isinstance(says, tuple) else says


def told(title: str, summary: str = "", **changes: Any) -> Mention:
    mention = said(title, summary, **changes)
    assert isinstance(mention, Mention), mention
    return mention


def why_not(title: str, summary: str = "", **changes: Any) -> str:
    mention = told(title, summary, **changes)
    assert not mention.alertable, mention.reason
    return mention.reason
