"""The briefing beside the published copy: only what changed is written, each file whole or not at all."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import Final

from warehouse import files

LOG: Final = logging.getLogger("konato.brief")
FOLDER: Final = "published/briefing"  # in the home
FAULT: Final = "konato.briefing"  # beside it, in words, as long as the last try failed


def refresh(home: Path) -> None:
    """Write what changed, after a cycle; a fault harms no cycle and is kept for whoever judges how the watch stands."""
    try:
        build(home)
        (home / FAULT).unlink(missing_ok=True)
    except Exception as error:
        LOG.exception("the briefing could not be written")
        files.write(home / FAULT, f"{type(error).__name__}: {error}".encode())


def fault(home: Path) -> str:
    """Return why the last try failed, "" where it did not."""
    with suppress(FileNotFoundError):
        return (home / FAULT).read_text("utf-8")
    return ""


def build(home: Path, out: Path | None = None, *, whole: bool = False) -> int:
    """Write the pages that changed since `events.json` was written, or the whole site; returns how many files.

    Raises FileNotFoundError where nothing was published yet; OSError.
    """
    from alerts.brief.pages import pages  # with the templates' engine: most cycles have no news
    from warehouse.published import briefing

    folder = out or home / FOLDER
    known = {} if whole else _known(folder / "events.json")
    site = briefing.read(home, known)
    written = 0
    for name, text in pages(site):
        written += _put(folder / name, text.encode())
    for gone in known.keys() - {str(event["event_id"]) for event in site.events}:
        for page in folder.glob(f"**/events/{gone}.html"):
            page.unlink()
    return written


def _known(listing: Path) -> dict[str, str]:
    try:
        listed = json.loads(listing.read_bytes())["events"]
        return {one["event_id"]: one["version"] for one in listed if (listing.parent / one["page"]).exists()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _put(place: Path, content: bytes) -> bool:
    """Swap a file in where it differs; no page is worth a flush to the disk: the next build makes it again."""
    if place.exists() and place.read_bytes() == content:
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.new")
    beside.write_bytes(content)
    beside.replace(place)
    return True
