"""What a reader of one kind of source makes of a text, and what it says when the text is of no such kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from extractors.model import Entry


class NotThisKindError(ValueError):
    """The text is of another kind; `str()` says what was looked for."""


class TooMuchError(ValueError):
    """The text holds more than is read; `str()` says more of what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source's entries and what it says of all of them."""

    entries: tuple[Entry, ...]
    link: str = ""  # of the site
    ttl: str = ""  # as written
    warning: str = ""


Reader = Callable[[str, int], Document | None]
"""Reads a text of at most so many entries at once, or raises an error above; None: `rss.tolerate` has to read it."""


def json_of(text: str) -> dict[str, object]:
    """Return the JSON object that a text is."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise NotThisKindError("no JSON") from None
    return found if isinstance(found, dict) else {}


def objects(value: object) -> list[dict[str, object]]:
    """Return the objects of a JSON list; nothing where it is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def string(holder: dict[str, object], *names: str) -> str:
    """Return the first of these that is a string with something in it, "" where none is."""
    return next((value for name in names if isinstance(value := holder.get(name), str) and value.strip()), "")
