"""What a reader of one kind of source makes of a text, and what it says when the text is of no such kind."""

from __future__ import annotations

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
