"""What the watch says of itself, in the channel's language: the pairs of templates/notices.toml."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

from alerts.word.labels import TEMPLATES


def said(text: str, language: str) -> str:
    """Say a notice, or a part of one, in a language; what has no pair stays as it is."""
    for pattern, words in _pairs(language):
        if found := pattern.fullmatch(text):
            return words.format(**{name: said(part, language) for name, part in found.groupdict().items()})
    return text


@lru_cache(maxsize=8)
def _pairs(language: str) -> list[tuple[re.Pattern[str], str]]:
    pairs = tomllib.loads((TEMPLATES / "notices.toml").read_text(encoding="utf-8"))[language]
    return [
        (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(text)), re.DOTALL), words)
        for text, words in pairs.items()
    ]
