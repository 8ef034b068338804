"""Bodies as they came, kept a few days outside the database, so that a cycle can be replayed from bytes."""

from __future__ import annotations

import gzip
import json
import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote

FOLDER: Final = "raw"
NAME: Final = 120  # characters of a feed's name in a file's
LOG: Final = logging.getLogger("konato.raw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One changed body, decompressed, as the feed sent it."""

    feed: str
    fetched_at: datetime
    content_type: str
    body: bytes


def keep(home: Path, now: datetime, rows: Sequence[tuple[str, str, bytes]]) -> int:
    """Keep bodies as (feed, content type, bytes) under the day (UTC), compressed; returns how many.

    They are a convenience: where the disk refuses them that is logged, and the cycle goes on.
    """
    folder = home / FOLDER / f"{now.astimezone(UTC):%Y-%m-%d}"
    kept = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for feed, content_type, body in rows:
            head = json.dumps({"feed": feed, "fetched_at": now.isoformat(), "content_type": content_type}).encode()
            name = f"{quote(feed, safe='')[:NAME]}-{now.astimezone(UTC):%H%M%S}.gz"
            (folder / name).write_bytes(gzip.compress(head + b"\n" + body, compresslevel=1, mtime=0))
            kept += 1
    except OSError as error:
        LOG.warning("%d of %d raw bodies were not kept: %s", len(rows) - kept, len(rows), error)
    return kept


def load(home: Path) -> Iterator[Raw]:
    """Yield what is kept, day by day and oldest first; a file cut short by a crash is passed over."""
    for folder in sorted((home / FOLDER).glob("????-??-??")):
        found = []
        for file in folder.glob("*.gz"):
            try:
                head, _, body = gzip.decompress(file.read_bytes()).partition(b"\n")
            except (EOFError, OSError):
                LOG.warning("%s cannot be read", file)
                continue
            said = json.loads(head)
            when = datetime.fromisoformat(said["fetched_at"])
            found.append(Raw(feed=said["feed"], fetched_at=when, content_type=said["content_type"], body=body))
        yield from sorted(found, key=lambda raw: (raw.fetched_at, raw.feed))


def prune(home: Path, now: datetime, days: int) -> int:
    """Remove the days older than that; returns how many."""
    oldest = (now.astimezone(UTC) - timedelta(days=days)).date()
    old = [folder for folder in (home / FOLDER).glob("????-??-??") if date.fromisoformat(folder.name) < oldest]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)
