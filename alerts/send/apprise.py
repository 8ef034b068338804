"""Apprise: reads every channel's URL, and sends to the services that we do not speak ourselves.

Apprise answers True or False; whether a failure is final or a lost reply stands in its log lines alone. They hold the
URL's tokens: its loggers speak to us and to nobody else.
"""

import logging
import re
from contextvars import ContextVar
from importlib import import_module
from typing import Any, Final

from alerts.model import Message
from alerts.send.verdict import Seen

_MAIL, _HOOK = ("email", "NotifyEmail"), ("custom_json", "NotifyJSON")
_DIRECT: Final = {  # start-up time: 0.05 s for one plug-in instead of 0.5 s for all; anything else goes the long way
    "mailto": _MAIL, "mailtos": _MAIL, "slack": ("slack", "NotifySlack"), "json": _HOOK, "jsons": _HOOK,
}  # fmt: skip
_STATUS: Final = re.compile(r"\berror=(\d{3})\b")
_LOST: Final = re.compile(r"Socket Exception: .*(?:Read timed out|Connection aborted|Connection broken)", re.DOTALL)
_SOONER: Final = 0.999  # of the wait for a reply is the wait for connection and TLS, and so stands in what timed out
_LISTENING: Final[ContextVar[Seen | None]] = ContextVar("the send that Apprise is about", default=None)


class _Ear(logging.Handler):
    """Hears what Apprise logs of the send at hand, in whichever thread: a status, or that the reply was lost."""

    def emit(self, record: logging.LogRecord) -> None:
        if seen := _LISTENING.get():
            said = record.getMessage()
            seen.written |= bool(_LOST.search(said)) and f"(read timeout={seen.connecting})" not in said
            seen.status = int(found[1]) if (found := _STATUS.search(said)) else seen.status


_EAR: Final = _Ear()


def scheme(url: str) -> str:
    """The scheme of a channel's URL, in small letters."""
    return url.partition("://")[0].strip().lower()


def read(url: str) -> Any | str:
    """Apprise's plug-in for a URL, or what is wrong with the URL, in words without it."""
    # Lines that hold the URL's tokens stay with us, at whatever level an operator logs.
    for name, level in (("urllib3", logging.CRITICAL), ("requests", logging.CRITICAL), ("apprise", logging.DEBUG)):
        logging.getLogger(name).setLevel(level)
    logger = logging.getLogger("apprise")
    logger.propagate, logger.handlers = False, [_EAR]
    from apprise.utils.parse import parse_urls

    targets = len(parse_urls(url))
    if targets <= 1:
        try:
            plugin = _made(url.strip())
        except Exception:  # noqa: BLE001  a plug-in may raise anything, and its words hold the URL
            return "Apprise does not accept it: a part of the address is missing or malformed"
        if plugin is None or not getattr(plugin, "targets", True):
            return "Apprise knows no such service, or misses a part of the address"
        targets = len(plugin) // (plugin.retry + 1) + len(getattr(plugin, "cc", ())) + len(getattr(plugin, "bcc", ()))
        if targets == 1:  # of several, Apprise tells no failure from the others' success
            return plugin
    return f"it names {targets} targets, not exactly one: make each a channel of its own"


def send(plugin: Any, message: Message, seen: Seen, timeout: float) -> None:
    """Send through Apprise, once; `timeout` in seconds is what it may wait for the receiver each time."""
    from apprise import Apprise

    plugin.retry, plugin.wait, plugin.optional = 0, 0.0, False  # the outbox retries, and "optional" hides failures
    plugin.redirects = False  # a redirected POST becomes a GET: answered 200, and nothing delivered
    plugin.socket_read_timeout, plugin.socket_connect_timeout = timeout, timeout * _SOONER
    seen.connecting = plugin.socket_connect_timeout
    service = Apprise()
    service.add(plugin)
    _LISTENING.set(seen)  # each send has a thread of its own
    seen.sent = bool(service.notify(body=message.text, title=message.title, body_format="text"))


def _made(url: str) -> Any:
    from apprise import Apprise, AppriseAsset

    asset = AppriseAsset(async_mode=False, app_id="Konato", app_desc="Konato", app_url="")
    if scheme(url) not in _DIRECT:
        return Apprise.instantiate(url, asset=asset, suppress_exceptions=False)
    module, name = _DIRECT[scheme(url)]
    plugin = getattr(import_module(f"apprise.plugins.{module}"), name)
    return plugin(**plugin.parse_url(re.sub("(?<=[/,])#", "%23", url)), asset=asset)  # "#" as Apprise itself reads it
