"""Slack by our own hand: a message as a header and sections, each within Slack's limits.

Limits of Slack's "Block Kit" reference: a section's text 3,000 characters, a header's 150, 50 blocks.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from alerts.model import Message
from alerts.send import webhook
from alerts.send.verdict import Seen

SECTION_MAX = 3000
BLOCKS_MAX = 50
_BASES = {"hook": "webhook_url", "gov-hook": "webhook_gov_url", "bot": "api_url"}  # by Apprise's mode
_CHANNEL = re.compile(r"[#+@]?[A-Za-z0-9_-]*(:[\d.]+)?")
_SENTENCES = re.compile(r"\S.*?(?:[.!?。…]\s+|\n+|\Z)", re.DOTALL)
_TOKENS = re.compile(r"&\w+;|<[^<>\n]*>|.", re.DOTALL)  # an entity or a link is never cut in two


def can(plugin: Any) -> bool:
    """Whether the URL names a hook or a bot's channel: workflows and people by their mail address are Apprise's."""
    return plugin.mode in _BASES and bool(_CHANNEL.fullmatch(plugin.channels[0] or "#"))


def send(plugin: Any, message: Message, seen: Seen, timeout: float) -> None:
    """Post a message to the hook or, with a bot's token, to the channel that the URL names."""
    base, bot = getattr(plugin, _BASES[plugin.mode]), plugin.mode == "bot"
    channel, _, thread = (plugin.channels[0] or "").partition(":")
    if channel[:1] not in {"", "#", "+", "@"}:
        channel = f"#{channel}"
    named = {"username": plugin.user, "channel": channel.removeprefix("+"), "thread_ts": thread}
    url = base.format("chat.postMessage") if bot else f"{base}/{plugin.token_a}/{plugin.token_b}/{plugin.token_c}"
    payload = {"attachments": [attachment(message)], **{name: value for name, value in named.items() if value}}
    headers = {"Authorization": f"Bearer {plugin.access_token}"} if bot else {}
    webhook.request(plugin, url, payload, seen, timeout, headers=headers)
    seen.sent = seen.body == b"ok" or (bot and b'"ok":true' in seen.body.replace(b" ", b""))


def attachment(message: Message) -> dict[str, object]:
    """The attachment that carries a message as blocks; `fallback` is what a phone's notification shows.

    `verbatim` keeps Slack from making links, channels and people out of words that look like them.
    """
    texts = sections(message.text)[: BLOCKS_MAX - 1]
    header = {"type": "header", "text": {"type": "plain_text", "text": message.title, "emoji": False}}
    body = [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}} for text in texts]
    return {"fallback": message.title, "blocks": [header, *body]}


def sections(text: str, limit: int = SECTION_MAX) -> list[str]:
    """A section a paragraph, for Slack folds a long one: cut at sentences, else anywhere, packed where many."""
    cut = [piece for paragraph in text.strip().split("\n\n") for piece in _packed(_atoms(paragraph, limit), "", limit)]
    return cut if len(cut) < BLOCKS_MAX else _packed(cut, "\n\n", limit)


def _packed(pieces: Iterable[str], gap: str, limit: int) -> list[str]:
    packed = [""]
    for piece in pieces:
        if packed[-1] and len(packed[-1] + gap + piece.rstrip()) > limit:
            packed.append("")
        packed[-1] += (gap if packed[-1] else "") + piece
    return [section for piece in packed if (section := piece.strip())]


def _atoms(paragraph: str, limit: int) -> Iterator[str]:
    for sentence in _SENTENCES.findall(paragraph) if len(paragraph) > limit else [paragraph]:
        yield from [sentence] if len(sentence.rstrip()) <= limit else _TOKENS.findall(sentence)
