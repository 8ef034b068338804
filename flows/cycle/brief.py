"""The briefing beside the published copy: only what changed is written, each file whole or not at all."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Final

from flows.cycle import state
from warehouse import files

LOG: Final = logging.getLogger("konato.brief")
FOLDER: Final = "published/briefing"  # in the home
LISTING: Final = "events.json"


def refresh(home: Path) -> None:
    """Write what changed, after a cycle; a fault harms no cycle: the home's state says it, until a try goes well."""
    fault = ""
    try:
        build(home)
    except Exception as error:
        LOG.exception("the briefing could not be written")
        fault = f"{type(error).__name__}: {error}"
    if fault != state.read(home).briefing:
        state.put(home, briefing=fault)


def build(home: Path, out: Path | None = None, *, whole: bool = False) -> int:
    """Write the pages that changed since `events.json` was written, or the whole site; returns how many files.

    Raises FileNotFoundError where nothing was published yet; OSError.
    """
    from alerts.brief.pages import pages  # with the templates' engine: most cycles have no news
    from warehouse.published import briefing

    folder = out or home / FOLDER
    known = {} if whole else _known(folder / LISTING)
    site = briefing.read(home, known)
    with files.beside(folder / LISTING) as fresh:
        written = sum(_put(folder / name, text.encode(), fresh / "file") for name, text in pages(site))
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


def _put(place: Path, content: bytes, fresh: Path) -> bool:
    """Swap a file in where it differs; no page is worth a flush to the disk: the next build makes it again."""
    if place.exists() and place.read_bytes() == content:
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh.write_bytes(content)
    fresh.replace(place)
    return True
