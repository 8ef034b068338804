"""Files that are whole or not there: written beside their place, flushed to the disk, renamed into it."""

from __future__ import annotations

import os
from pathlib import Path


def swap_in(written: Path, place: Path) -> None:
    """Rename a finished file into its place: a power cut leaves the old one or the new one, never a part.

    Readers that hold the old file open keep it. Raises OSError; the old file then still stands.
    """
    sync(written)
    written.replace(place)
    sync(place.parent)


def write(place: Path, content: bytes) -> None:
    """Put a small file in place, whole or not at all."""
    beside = place.with_name(f"{place.name}.tmp")
    beside.write_bytes(content)
    swap_in(beside, place)


def sync(path: Path) -> None:
    """Flush a file or folder to the disk; never to be used on the live database (STACK: closing drops its lock)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
