"""DOOR: one Message to one Channel through Apprise; one Apprise object a delivery, the transport watched beneath it.

The URL is a secret: no text that leaves here holds any part of it, and the loggers of Apprise and urllib3, whose
lines hold tokens, stay silent.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from email.header import Header
from importlib import import_module
from typing import Any, Final
from urllib.parse import unquote_plus

from alerts.model import Message, ResultKind, SendResult
from alerts.send import console, slack
from alerts.send.verdict import verdict
from alerts.send.wire import watching

_MEDIA: Final = {"mailto": "email", "mailtos": "email", "slack": "slack"}
_DIRECT: Final = {  # start-up time: 0.05 s for one plug-in instead of 0.5 s for all; anything else goes the long way
    "mailto": ("email", "NotifyEmail"),
    "mailtos": ("email", "NotifyEmail"),
    "slack": ("slack", "NotifySlack"),
    "json": ("custom_json", "NotifyJSON"),
    "jsons": ("custom_json", "NotifyJSON"),
}
_SLACK_HOOK: Final = re.compile(
    r"https://hooks\.slack(-gov)?\.com/", re.IGNORECASE
)  # as Slack shows it; Apprise takes it
_SHORTEST_SECRET: Final = 4  # characters: shorter parts of a URL are words like "to" and would garble every reason


def medium_of(url: str) -> str:
    """The medium that a channel's URL speaks: "email", "slack" or "text"."""
    if _SLACK_HOOK.match(url.strip()):
        return "slack"
    return _MEDIA.get(_scheme(url), "text")


def check(url: str) -> str | None:
    """Say what is wrong with a channel's URL, without the URL; None when it names exactly one target."""
    if _scheme(url) == console.SCHEME:
        return None
    plugin = _plugin(url)
    return plugin if isinstance(plugin, str) else None


def send(message: Message, url: str, *, timeout: float, now: datetime | None = None) -> SendResult:
    """Send one message, once; never raises.

    Args:
        message: rendered for `medium_of(url)`.
        url: the channel's Apprise URL.
        timeout: seconds to connect, and again for each wait for the receiver.
        now: the cycle's clock, for a Retry-After that is a date; None: the real one.
    """
    started = time.monotonic()
    if _scheme(url) == console.SCHEME:
        result = console.show(message)
    else:
        plugin = _plugin(url)
        if isinstance(plugin, str):
            result = SendResult(kind=ResultKind.BROKEN, reason=f"the channel's URL cannot be used: {plugin}")
        else:
            result = _through(plugin, message, medium_of(url), timeout, now)
    spent = round((time.monotonic() - started) * 1000)
    return replace(result, reason=_scrub(result.reason, url), milliseconds=spent)


def _scheme(url: str) -> str:
    return url.partition("://")[0].strip().lower()


def _plugin(url: str) -> Any | str:
    """Apprise's plug-in for a URL, or what is wrong with the URL."""
    _hush()
    from apprise import AppriseAsset
    from apprise.utils.parse import parse_urls

    if len(urls := parse_urls(url)) > 1:
        return _too_many(len(urls))
    asset = AppriseAsset(async_mode=False, app_id="Konato", app_desc="Konato", app_url="")
    try:
        plugin = _made(url.strip(), asset)
    except Exception:  # noqa: BLE001  a plug-in may raise anything, and its words hold the URL
        return "Apprise does not accept it: a part of the address is missing or malformed"
    if plugin is None:
        return "Apprise knows no such service, or misses a part of the address"
    targets = len(plugin) // (plugin.retry + 1) + len(getattr(plugin, "cc", ())) + len(getattr(plugin, "bcc", ()))
    return plugin if targets == 1 else _too_many(targets)


def _made(url: str, asset: Any) -> Any:
    from apprise import Apprise

    if _scheme(url) not in _DIRECT:
        return Apprise.instantiate(url, asset=asset, suppress_exceptions=False)
    module, name = _DIRECT[_scheme(url)]
    plugin = getattr(import_module(f"apprise.plugins.{module}"), name)
    return plugin(**plugin.parse_url(re.sub("(?<=[/,])#", "%23", url)), asset=asset)  # "#" as Apprise itself reads it


def _too_many(targets: int) -> str:
    """Of several targets Apprise tells no failure from the others' success, so one is the limit."""
    return f"it names {targets} targets, not exactly one: make each a channel of its own"


def _hush() -> None:
    """Silence loggers whose lines hold the URL's tokens, at whatever level an operator logs."""
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _through(
    plugin: Any,
    message: Message,
    medium: str,
    timeout: float,
    now: datetime | None,
) -> SendResult:
    from apprise import Apprise, NotifyFormat

    plugin.retry, plugin.wait, plugin.optional = 0, 0.0, False  # the outbox retries, and "optional" hides failures
    plugin.redirects = False  # a redirected POST becomes a GET: answered 200, and nothing delivered
    plugin.socket_connect_timeout = plugin.socket_read_timeout = timeout
    title, body, body_format = message.title, message.text, NotifyFormat.TEXT
    if medium == "email":
        # Apprise folds no header: a long Korean subject would be one line, over the 998 characters of RFC 5322.
        title = title if title.isascii() else Header(title, "utf-8", header_name="Subject").encode()
        ids = ", ".join(message.alert_ids)
        plugin.headers.update({"X-Konato-Alert-Id": ids, "Auto-Submitted": "auto-generated"})
        if message.html and plugin.notify_format == NotifyFormat.HTML:
            body, body_format = message.html, NotifyFormat.HTML
    elif medium == "slack":
        body_format = NotifyFormat.MARKDOWN
        _as_blocks(plugin, message)
    service = Apprise()
    service.add(plugin)
    with watching(timeout) as seen, _plain_part(message):
        sent = service.notify(body=body, title=title, body_format=body_format)
    return verdict(seen, sent=bool(sent), now=now)


def _as_blocks(plugin: Any, message: Message) -> None:
    """Have Slack's plug-in post our blocks: its own put a whole text into one, over the limit."""
    content = slack.attachment(message)
    plugin.use_blocks, plugin.template = True, (True,)
    plugin.gen_payload = lambda *_args, **_kwargs: content


@contextmanager
def _plain_part(message: Message) -> Iterator[None]:
    """Give mails our own plain part: Apprise makes one of the HTML, and drops every link's target."""
    from apprise.plugins.email import base

    original = base.convert_between
    base.convert_between = lambda _from, _to, _content: message.text
    try:
        yield
    finally:
        base.convert_between = original


def _scrub(reason: str, url: str) -> str:
    """Take every part of the URL out of a reason, as written and decoded."""
    parts = re.split(r"[/@:?#&=,\s]+", url)[1:]
    for secret in sorted({*parts, *map(unquote_plus, parts)}, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            reason = reason.replace(secret, "•••")
    return reason
