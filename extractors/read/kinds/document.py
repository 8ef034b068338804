"""What a reader of one kind of source makes of a text, and what it says when the text is of no such kind."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from extractors.model import Entry, OutcomeKind, PollError


class NotThisKindError(ValueError):
    """The text is of another kind; `str()` says what was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source's entries and what it says of all of them."""

    entries: tuple[Entry, ...]
    base: str = ""  # that links are relative to, where it is not the feed's own address (RFC 3986 §5.1)
    ttl: str = ""  # as written
    unclosed: int = 0  # elements without an end


Reader = Callable[[str, int], Document]
"""Reads a text of at most so many entries. Raises NotThisKindError, PollError."""


def within(count: int, most: int) -> None:
    """Refuse more entries than are read."""
    if count > most:
        raise PollError(OutcomeKind.TOO_LARGE, f"{count:,} entries, more than {most:,}")


def json_of(text: str) -> dict[str, object]:
    """Return the JSON object that a text is."""
    try:
        found = json.loads(text, strict=False)  # line breaks within strings, too
    except (ValueError, RecursionError):
        raise NotThisKindError("no JSON") from None
    return found if isinstance(found, dict) else {}


def objects(value: object, most: int) -> list[dict[str, object]]:
    """Return the objects of a JSON list, of so many at most; nothing where it is none."""
    found = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    within(len(found), most)
    return found


def string(holder: dict[str, object], *names: str) -> str:
    """Return the first of these that is a string with something in it, or a number as it is written; "" for none."""
    values = (holder.get(name) for name in names)
    written = (str(one) for one in values if isinstance(one, str | int | float) and not isinstance(one, bool))
    return next((one for one in written if one.strip()), "")
