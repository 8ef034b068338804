"""The high-water mark: a small file beside the live one that says which commit was the last.

DuckDB opens a truncated write-ahead log without a word, commits missing; the mark notices.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from warehouse import files
from warehouse.codec import decode, encode

NAME: Final = "konato.mark"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mark:
    """The number of a commit and its time, by the cycle's clock."""

    seq: int
    committed_at: datetime


def write(home: Path, mark: Mark) -> None:
    """Raise the mark, flushed to the disk before this returns."""
    files.write(home / NAME, encode(mark).encode())


def read(home: Path) -> Mark | None:
    """Return the mark; None where there is none, or none that can be read."""
    try:
        return decode(Mark, (home / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
