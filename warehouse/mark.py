"""The high-water mark: a small file beside the live one that says which commit was the last.

DuckDB opens a truncated write-ahead log without a word, commits missing; the mark notices.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from warehouse import files

NAME: Final = "konato.mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The number of a commit and its time, by the cycle's clock."""

    seq: int
    committed_at: datetime


def write(home: Path, mark: Mark) -> None:
    """Raise the mark, flushed to the disk before this returns."""
    line = json.dumps({"seq": mark.seq, "committed_at": mark.committed_at.isoformat()})
    files.write(home / NAME, line.encode())


def read(home: Path) -> Mark | None:
    """Return the mark; None where there is none, or none that can be read."""
    try:
        found = json.loads((home / NAME).read_bytes())
        return Mark(seq=int(found["seq"]), committed_at=datetime.fromisoformat(found["committed_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
