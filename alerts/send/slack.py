"""Slack's Block Kit payload of one message: a header and sections, each within Slack's limits.

Limits of Slack's "Block Kit" reference: a section's text 3,000 characters, a header's 150, 50 blocks.
"""

from __future__ import annotations

import re

from alerts.model import Message

SECTION_MAX = 3000
BLOCKS_MAX = 50
_SENTENCES = re.compile(r"\S.*?(?:[.!?。…]\s+|\n+|\Z)", re.DOTALL)
_TOKENS = re.compile(r"&\w+;|<[^<>\n]*>|.", re.DOTALL)  # an entity or a link is never cut in two


def attachment(message: Message) -> dict[str, object]:
    """The attachment that carries a message as blocks; `fallback` is what a phone's notification shows.

    `verbatim` keeps Slack from making links, channels and people out of words that look like them.
    """
    texts = sections(message.text)[: BLOCKS_MAX - 1]
    header = {"type": "header", "text": {"type": "plain_text", "text": message.title, "emoji": False}}
    body = [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}} for text in texts]
    return {"fallback": message.title, "blocks": [header, *body]}


def sections(text: str, limit: int = SECTION_MAX) -> list[str]:
    """Split mrkdwn into pieces of at most `limit` characters: between paragraphs, else sentences, else anywhere."""
    packed = [""]
    for paragraph in text.strip().split("\n\n"):
        for piece in _pieces(paragraph + "\n\n", limit):
            if len(packed[-1]) + len(piece.rstrip()) > limit:
                packed.append("")
            packed[-1] += piece
    return [section for piece in packed if (section := piece.strip())]


def _pieces(paragraph: str, limit: int) -> list[str]:
    if len(paragraph.rstrip()) <= limit:
        return [paragraph]
    pieces: list[str] = []
    for sentence in _SENTENCES.findall(paragraph):
        pieces.extend([sentence] if len(sentence.rstrip()) <= limit else _TOKENS.findall(sentence))
    return pieces
