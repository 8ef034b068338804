"""The briefing beside the published copy: only what changed is written, each file whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from flows.cycle import state
from flows.cycle.budget import Fault, budget
from warehouse import files

FOLDER: Final = "published/briefing"  # in the home
LISTING: Final = "events.json"


def refresh(home: Path, address: str, *, within: float) -> None:
    """Write what changed, after a cycle; a fault, or more than so many seconds of work, harms no cycle.

    The home's state says it, until a try goes well.
    """
    fault = ""
    try:
        with budget(within, "the briefing"):
            build(home, address=address)
    except Fault as failed:
        fault = f"{failed}: {failed.__cause__}" if failed.__cause__ else str(failed)
    if fault != state.read(home).briefing:
        state.put(home, briefing=fault)


def build(home: Path, out: Path | None = None, *, address: str = "", whole: bool = False) -> int:
    """Write the pages that changed since `events.json` was written, or the whole site; returns how many files.

    `address` is where the site is public, if anywhere. Raises OSError; FileNotFoundError where nothing was published
    yet.
    """
    from alerts.brief.pages import look, pages  # with the templates' engine: most cycles have no news
    from warehouse.published import briefing

    folder = out or home / FOLDER
    known = {} if whole else _known(folder / LISTING, look())
    site = briefing.read(home, known)
    with files.beside(folder / LISTING) as fresh:
        written = sum(_put(folder / name, text.encode(), fresh / "file") for name, text in pages(site, address))
    there = {str(event["event_id"]) for event in site.events}
    for page in folder.glob("**/events/*.html"):
        if page.stem not in there:
            page.unlink()
    return written


def _known(listing: Path, look: str) -> dict[str, str]:
    try:
        listed = json.loads(listing.read_bytes())
        events = listed["events"] if listed["look"] == look else ()
        return {one["event_id"]: one["version"] for one in events if (listing.parent / one["page"]).exists()}
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
