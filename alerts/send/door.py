"""DOOR: one Message to one Channel. Apprise reads the URL; mail, Slack and plain hooks we send by our own hand.

The URL is a secret: no text that leaves here holds any part of it. A send has one deadline over the whole exchange:
libraries bound single waits, and a receiver that drips would keep a cycle for ever.
"""

import re
import threading
import time
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote_plus

from alerts.model import Message, ResultKind, SendResult
from alerts.send import apprise, console, email, slack, webhook
from alerts.send.verdict import Seen, verdict

_MEDIA: Final = {"mailto": "email", "mailtos": "email", "slack": "slack"}
_SLACK_HOOK: Final = re.compile(r"\s*https://hooks\.slack(-gov)?\.com/", re.IGNORECASE)  # as Slack shows it
_SHORTEST_SECRET: Final = 4  # characters: shorter parts of a URL are words like "to" and would garble every reason
_ONE_WAIT: Final = 0.9  # of the deadline: what a single wait may take, so that its own fault is seen before the end


def medium_of(url: str) -> str:
    """The medium that a channel's URL speaks: "email", "slack" or "text"."""
    return "slack" if _SLACK_HOOK.match(url) else _MEDIA.get(apprise.scheme(url), "text")


def check(url: str) -> str | None:
    """Say what is wrong with a channel's URL, without the URL; None when it names exactly one target."""
    plugin = None if apprise.scheme(url) == console.SCHEME else apprise.read(url)
    return plugin if isinstance(plugin, str) else None


def send(message: Message, url: str, *, timeout: float, now: datetime | None = None) -> SendResult:
    """Send one message, rendered for `medium_of(url)`, once; never raises.

    `timeout` is in seconds for the whole exchange, from the name's look-up to the end of the reply; `now` is the
    cycle's clock, for a Retry-After that is a date (None: the real one).
    """
    started = time.monotonic()
    if apprise.scheme(url) == console.SCHEME:
        result = console.show(message)
    elif isinstance(plugin := apprise.read(url), str):
        result = SendResult(kind=ResultKind.BROKEN, reason=f"the channel's URL cannot be used: {plugin}")
    else:
        result = verdict(_within(timeout, plugin, message), now)
    spent = round((time.monotonic() - started) * 1000)
    return replace(result, reason=_scrub(result.reason, url), milliseconds=spent)


def _within(seconds: float, plugin: Any, message: Message) -> Seen:
    """What was seen of a send when it ended, or when its time was up: then it is left alone, and hands nothing over."""
    ours = {"NotifyEmail": email, "NotifySlack": slack, "NotifyJSON": webhook}.get(type(plugin).__name__)
    # Our own hand where it knows all that the URL asks for, else Apprise's.
    speak, seen = ours.send if ours and ours.can(plugin) else apprise.send, Seen()

    def run() -> None:
        try:
            speak(plugin, message, seen, seconds * _ONE_WAIT)
        except Exception as error:  # noqa: BLE001  whatever a library raises is for the verdict to judge
            seen.error = error

    thread = threading.Thread(target=run, name="konato-send", daemon=True)
    thread.start()
    thread.join(seconds)
    if not thread.is_alive():
        return seen
    seen.over = True
    written = seen.written or speak is apprise.send  # which tells nothing of what it has handed over by then
    return replace(seen, written=written, error=None if seen.sent else TimeoutError("the exchange had no end in time"))


def _scrub(reason: str, url: str) -> str:
    """Take every part of the URL out of a reason, as written and decoded."""
    parts = re.split(r"[/@:?#&=,\s]+", url)[1:]
    for secret in sorted({*parts, *map(unquote_plus, parts)}, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            reason = reason.replace(secret, "•••")
    return reason
