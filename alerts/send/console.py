"""The `console://` channel: alerts on standard output, for who has configured no channel yet."""

from __future__ import annotations

import sys

from alerts.model import Message, ResultKind, SendResult

SCHEME = "console"


def show(message: Message) -> SendResult:
    """Print one message, framed so that it stands out among other lines; the words are clean already."""
    rule = "─" * 72
    text = f"{rule}\n{message.title}\n\n{message.text.rstrip()}\n{rule}\n"
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, errors="replace").decode(encoding))
        sys.stdout.flush()
    except OSError as error:
        return SendResult(kind=ResultKind.TRANSIENT, reason=f"standard output cannot be written: {error.strerror}")
    return SendResult(kind=ResultKind.SENT, reason="")
