"""Watching the wire beneath one send: what requests and smtplib saw, which Apprise does not tell.

Apprise answers True or False. Whether a failure is final, passing or a lost reply is known only below it, so
for the length of one send a few methods of requests and smtplib note what passes, and are put back.
"""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final

REPLY_MAX: Final = 1 << 20  # bytes of a reply that are read; no service answers a message with more
_LEAST_WAIT: Final = 0.01  # seconds; none at all would make the socket non-blocking
_ONE_AT_A_TIME: Final = threading.Lock()
_SMTP_STEPS: Final = ("__init__", "starttls", "login", "sendmail")


@dataclass(slots=True)
class Seen:
    """What passed during one send: the last HTTP reply, the last fault, whether a mail's content was written."""

    patience: float = 0.0  # seconds for a step as a whole
    until: float = 0.0  # when the patience with an SMTP conversation ends, by the monotonic clock
    status: int | None = None
    retry_after: str = ""
    date: str = ""
    body: bytes = b""
    error: BaseException | None = None
    written: bool = False  # SMTP: the server had said "go ahead" and content began to flow


@contextmanager
def watching(timeout: float) -> Iterator[Seen]:
    """Note what this thread's HTTP and SMTP exchanges meet; other threads pass unseen, and nothing stays patched.

    `timeout`, in seconds, is how long a reply's body, an SMTP conversation and the answer to a mail's content may take,
    each as a whole: the libraries bound single waits, and a receiver that drips would keep a cycle for ever.
    """
    import requests

    seen, us = Seen(patience=timeout), threading.get_ident()

    def ours(watched: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() != us:
                return original(*args, **kwargs)
            return watched(seen, original, *args, **kwargs)

        return step

    with _ONE_AT_A_TIME, ExitStack() as stack:
        for owner, name, watched in (
            (requests.Session, "send", _session_send),
            (requests.adapters.HTTPAdapter, "send", _adapter_send),
            (smtplib.SMTP, "send", _smtp_send),
            *((smtplib.SMTP, step, _smtp_step) for step in _SMTP_STEPS),
        ):
            original = vars(owner)[name]
            stack.callback(setattr, owner, name, original)
            setattr(owner, name, ours(watched, original))
        seen.until = time.monotonic() + timeout
        yield seen


def _session_send(seen: Seen, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    seen.status, seen.retry_after, seen.date, seen.body, seen.error = None, "", "", b"", None
    try:
        response = original(*args, **kwargs)
        seen.body = response.content
    except Exception as error:
        seen.error = error
        raise
    return response


def _adapter_send(seen: Seen, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A reply's head, known even when its body breaks off, and its body within bounds."""
    response = original(*args, **kwargs)
    seen.status = response.status_code
    seen.retry_after = response.headers.get("Retry-After", "")
    seen.date = response.headers.get("Date", "")
    body, until = bytearray(), time.monotonic() + seen.patience
    while len(body) < REPLY_MAX and (piece := response.raw.read1(REPLY_MAX, decode_content=True)):
        body += piece
        if time.monotonic() > until:
            raise TimeoutError("the reply drips")
    response._content, response._content_consumed = bytes(body), True  # noqa: SLF001  requests offers no other bound
    return response


def _smtp_step(seen: Seen, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return original(*args, **kwargs)
    except Exception as error:
        seen.error = error
        raise


def _smtp_send(seen: Seen, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Commands are sent as text, a mail's content as bytes (smtplib, `SMTP.data`): its answer may take its own time."""
    server, said = args
    if isinstance(said, bytes):
        seen.written, seen.until = True, time.monotonic() + seen.patience
    if server.sock:
        server.sock.settimeout(max(seen.until - time.monotonic(), _LEAST_WAIT))
    return original(*args, **kwargs)
