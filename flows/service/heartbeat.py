"""The heartbeat: an outside monitor hears of each complete cycle, and of silence by itself (healthchecks.io's way).

`KONATO_HEARTBEAT_URL` is asked after a complete cycle, with `/start` before it and `/fail` after one that was not. A
monitor that is down harms nothing: every request has a few seconds, the first one a thread of its own.
"""

from __future__ import annotations

import http.client
import logging
import os
import threading
import urllib.request
from typing import Final
from urllib.parse import urlsplit, urlunsplit

LOG: Final = logging.getLogger("konato.heartbeat")
VARIABLE: Final = "KONATO_HEARTBEAT_URL"
SECONDS: Final = 5.0  # for one request: a monitor answers in a fraction of one


def beat(step: str) -> None:
    """Say "/start", "/fail" or "" for a complete cycle; nothing where no monitor is named."""
    if not (url := os.environ.get(VARIABLE, "")):
        return
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"}:
            raise ValueError("neither http nor https")  # noqa: TRY301  urllib would open a file: or ftp: URL
        whole = urlunsplit(parts._replace(path=parts.path.rstrip("/") + step)) if step else url
        with urllib.request.urlopen(whole, timeout=SECONDS) as answer:  # noqa: S310  the scheme is checked
            answer.read(1)
    except (OSError, ValueError, http.client.HTTPException) as error:  # its URL is a secret: only the kind is told
        LOG.warning("the heartbeat's monitor did not answer: %s", type(error).__name__)


def started() -> threading.Thread:
    """Say that a cycle begins, without waiting; whoever says its end joins first: the order matters to the monitor."""
    thread = threading.Thread(target=beat, args=("/start",), daemon=True)
    thread.start()
    return thread
