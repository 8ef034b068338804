"""The `console://` channel: alerts on standard output, for who has configured no channel yet."""

import codecs
import sys
from typing import Final

from alerts.model import Message, ResultKind, SendResult

SCHEME: Final = "console"
LEGIBLE: Final = "konato-legible"
"""The name of what encoders do with letters that an encoding lacks: they are spelt in those that all encodings have."""


def _spelt(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from anyascii import anyascii  # hardly ever needed

    return anyascii(error.object[error.start : error.end]) or "?", error.end


codecs.register_error(LEGIBLE, _spelt)


def show(message: Message) -> SendResult:
    """Print one message, framed so that it stands out among other lines; the words are clean already."""
    rule = "─" * 72
    text = f"{rule}\n{message.title}\n\n{message.text.rstrip()}\n{rule}\n"
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, errors=LEGIBLE).decode(encoding))
        sys.stdout.flush()
    except (OSError, AttributeError) as error:  # Python has none where it was started with a closed one
        why = getattr(error, "strerror", None) or "it is closed"
        return SendResult(kind=ResultKind.TRANSIENT, reason=f"standard output cannot be written: {why}")
    return SendResult(kind=ResultKind.SENT, reason="")
