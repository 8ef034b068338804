"""Bodies as they came, kept a few days outside the database, so that a person can look at what a feed sent."""

import gzip
import json
import logging
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote

FOLDER: Final = "raw"
LARGE: Final = 300_000  # bytes of a body: of smaller ones no feed brings more than …
MOST: Final = 50_000_000  # … bytes that are kept of a feed and day
NAME: Final = 120  # characters of a feed's name in a file's
LOG: Final = logging.getLogger("konato.raw")


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
            name = quote(feed, safe="")[:NAME]
            if len(body) > LARGE and sum(one.stat().st_size for one in folder.glob(f"{name}-*.gz")) > MOST:
                continue
            packed = gzip.compress(head + b"\n" + body, compresslevel=1, mtime=0)
            (folder / f"{name}-{now.astimezone(UTC):%H%M%S}.gz").write_bytes(packed)
            kept += 1
    except OSError as error:
        LOG.warning("%d of %d raw bodies were not kept: %s", len(rows) - kept, len(rows), error)
    return kept


def prune(home: Path, now: datetime, days: int) -> int:
    """Remove the days older than that; returns how many. Names are compared as they stand: not each is a date."""
    oldest = f"{now.astimezone(UTC) - timedelta(days=days):%Y-%m-%d}"
    old = [folder for folder in (home / FOLDER).glob("[0-9]*-[0-9]*-[0-9]*") if folder.name < oldest]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)
