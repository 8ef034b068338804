"""Files that are whole or not there, and nobody else's to read: a home is private, but for what its owner publishes."""

import glob
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Final

OURS: Final = ("konato.", "state.json", "lexicon.checked", "feedback.jsonl", "serve.", "prefect", "published", "raw",
               "aside", "backup", "config", "last_cycle.json")  # fmt: skip
"""How the names of what stands in a home begin: in a folder that somebody uses for more, the rest is not touched."""
HOUR: Final = 3_600.0  # real seconds
READERS: Final = {"owner": 0, "group": 0o040, "all": 0o044}  # who may read what is published: bits of a file's mode


def private(home: Path) -> None:
    """Make a home, or one of an older version, its owner's alone; what this process makes from now on is so too.

    A folder that readers of `published` may pass (not list) stays passable. Raises PermissionError for a folder that
    users share, such as /tmp, and where a symbolic link or a pipe stands in the place of a file of ours;
    OSError as mkdir does.
    """
    os.umask(0o077)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if home.stat().st_mode & stat.S_ISVTX:
        raise PermissionError(f"{home} is a folder that all users share. Name one of its own as the home.")
    ours = [entry for entry in home.iterdir() if entry.name.startswith(OURS)]
    for entry in (*ours, *chain.from_iterable(map(home.glob, ("published/*", "published/archive/*", "raw/*")))):
        link = entry.is_symlink()
        if link or not (entry.is_file() or entry.is_dir() or not entry.exists()):  # what has just gone is no harm
            kind = "a symbolic link" if link else "neither file nor folder"
            raise PermissionError(f"{entry} is {kind}. Konato writes through none: put the file itself there.")
    for entry in (home, *ours):
        if entry.name != "published":
            _set(entry, entry.stat().st_mode & (0o711 if entry is home else 0o700))


def share(home: Path, readers: str) -> None:
    """Let those read what is published whom "owner", "group" or "all" names. Raises OSError."""
    bits = READERS[readers]
    passing = bits >> 2  # a folder is passed by who may read what stands in it
    for path in ((folder := home / "published"), *folder.rglob("*")):
        _set(path, 0o700 | bits | passing if path.is_dir() else 0o600 | bits)
    _set(home, 0o700 | passing)


@contextmanager
def replacing(place: Path) -> Iterator[Path]:
    """Yield where to write a file that then takes its place; after an error or a power cut the old one stands.

    The engine's log goes with the folder that it is written in, readers keep an old file. Raises OSError.
    """
    with beside(place) as folder:
        yield (written := folder / "file")
        sync(written)
        written.replace(place)
        sync(place.parent)


@contextmanager
def beside(place: Path) -> Iterator[Path]:
    """Yield a folder of its own beside a file's place, whose name nobody can have foreseen and planted a link at.

    It goes at the end, and what a kill left of one an hour later. Raises OSError.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{place.name}."
    for left in place.parent.glob(f"{glob.escape(prefix)}*"):
        with suppress(FileNotFoundError):  # somebody writes the same file, and is done
            if left.stat().st_mtime < time.time() - HOUR:
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place.parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def write(place: Path, content: bytes) -> None:
    """Put a small file in place, whole or not at all."""
    with replacing(place) as written:
        written.write_bytes(content)


def sync(path: Path) -> None:
    """Flush a file or folder, never the live database (closing drops its lock); raises OSError that names it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        os.close(handle)


def _set(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o777 != mode:
        path.chmod(mode)
