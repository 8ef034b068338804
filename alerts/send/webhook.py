"""A web hook by our own hand: one request, no redirect, its reply within bounds."""

import io
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from alerts.model import Message
from alerts.send.verdict import Seen

REPLY_MAX: Final = 1 << 20  # bytes of a reply that are read; no service answers a message with more


def can(plugin: Any) -> bool:
    """Whether the URL asks for a plain JSON POST: another method, parameters and renamed fields are Apprise's."""
    return plugin.method == "POST" and not plugin.params and not plugin.payload_extras


def send(plugin: Any, message: Message, seen: Seen, timeout: float) -> None:
    """Give a message to Apprise's "json" hook, in the words of Apprise's own payload (version 1.0)."""
    place = f"{plugin.host}:{plugin.port}" if plugin.port else plugin.host
    url = f"http{'s' if plugin.secure else ''}://{place}{plugin.fullpath}"
    text = message.text.strip()
    said = {"version": "1.0", "title": message.title, "message": text, "attachments": [], "type": "info"}
    auth = (plugin.user, plugin.password or "") if plugin.user else None
    request(plugin, url, said, seen, timeout, headers=plugin.headers, auth=auth)
    seen.sent = seen.status is not None and seen.status < HTTPStatus.MULTIPLE_CHOICES


def request(plugin: Any, url: str, payload: Mapping[str, object], seen: Seen, timeout: float, **how: Any) -> None:
    """Make one JSON request, `how` beside that as requests has it, and note its reply, the head even of a broken body.

    Raises requests.RequestException for no reply, or none that is HTTP; `seen.written` says whether it may be there.
    """
    import requests

    how["headers"] = {"User-Agent": plugin.app_id, "Content-Type": "application/json", **how["headers"]}
    how |= {"data": _Body(json.dumps(payload).encode(), seen), "verify": plugin.verify_certificate, "stream": True}
    # A redirected POST becomes a GET: answered 200, and nothing delivered.
    reply = requests.post(url, allow_redirects=False, timeout=timeout, **how)
    with reply:
        seen.status, seen.retry_after = reply.status_code, reply.headers.get("Retry-After", "")
        while len(seen.body) < REPLY_MAX and (piece := reply.raw.read1(REPLY_MAX, decode_content=True)):
            seen.body += piece


class _Body(io.BytesIO):
    """What is sent once connection, TLS and the head of the request stand: from then on it may arrive."""

    def __init__(self, said: bytes, seen: Seen) -> None:
        super().__init__(said)
        self._seen = seen

    def read(self, size: int | None = -1) -> bytes:
        self._seen.hand_over()
        return super().read(size)
