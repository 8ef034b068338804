"""A web hook by our own hand: one request, no redirect, its reply within bounds."""

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
    said = {
        "version": "1.0",
        "title": message.title,
        "message": message.text.strip(),
        "attachments": [],
        "type": "info",
    }
    auth = (plugin.user, plugin.password or "") if plugin.user else None
    request(plugin, url, said, seen, timeout, headers=plugin.headers, auth=auth)
    seen.sent = seen.status is not None and seen.status < HTTPStatus.MULTIPLE_CHOICES


def request(plugin: Any, url: str, payload: Mapping[str, object], seen: Seen, timeout: float, **how: Any) -> None:
    """Make one JSON request, `how` beside that as requests has it, and note its reply, the head even of a broken body.

    Raises requests.RequestException for no reply, or none that is HTTP; `seen.written` says whether it may be there.
    """
    import requests

    seen.hand_over()
    how["headers"] = {"User-Agent": plugin.app_id, "Content-Type": "application/json", **how["headers"]}
    how |= {"data": json.dumps(payload), "verify": plugin.verify_certificate, "stream": True}
    try:  # a redirected POST becomes a GET: answered 200, and nothing delivered
        reply = requests.post(url, allow_redirects=False, timeout=timeout, **how)
    except requests.RequestException as error:
        seen.written = _handed_over(error)
        raise
    with reply:
        seen.status, seen.retry_after = reply.status_code, reply.headers.get("Retry-After", "")
        while len(seen.body) < REPLY_MAX and (piece := reply.raw.read1(REPLY_MAX, decode_content=True)):
            seen.body += piece


def _handed_over(error: Exception) -> bool:
    """Whether a connection stood when the request failed."""
    from requests import ConnectionError as Broken
    from requests import ConnectTimeout, ReadTimeout
    from requests.exceptions import ProxyError, SSLError
    from urllib3.exceptions import NewConnectionError

    stood = isinstance(error, Broken | ReadTimeout) and not isinstance(error, ConnectTimeout | SSLError | ProxyError)
    return stood and not isinstance(getattr(next(iter(error.args), None), "reason", None), NewConnectionError)
