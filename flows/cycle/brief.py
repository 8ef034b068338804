"""The briefing beside the published copy: only what changed is written, each file whole or not at all."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from flows.cycle import state
from flows.cycle.budget import Fault, budget
from warehouse import files

FOLDER: Final = "published/briefing"  # in the home
LISTING: Final = "events.json"


def refresh(home: Path, address: str, *, within: float) -> None:
    """Write what changed; a fault, or more than so many seconds, harms no cycle: the home's state says it meanwhile."""
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
    known = {} if whole else _known(folder, look())
    cluster = state.read(home).cluster
    shards = [asdict(one) | {"well": not one.unpolled(cluster.patience)} for one in cluster.shards] if cluster else []
    site = replace(briefing.read(home, known), shards=shards)
    with files.beside(folder / LISTING) as fresh:
        written = sum(_put(folder / name, text.encode(), fresh / "file") for name, text in pages(site, address))
    told = {f"{event['event_id']}.html" for event in site.events}
    for pages_of in (folder / "events", folder / "ko" / "events"):
        for gone in _names(pages_of) - told:
            (pages_of / gone).unlink()
    return written


def _known(folder: Path, look: str) -> dict[str, str]:
    try:
        listed = json.loads((folder / LISTING).read_bytes())
        events, there = listed["events"] if listed["look"] == look else (), _names(folder / "events")
        return {one["event_id"]: one["version"] for one in events if f"{one['event_id']}.html" in there}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _names(folder: Path) -> set[str]:
    return {page.name for page in folder.iterdir()} if folder.is_dir() else set()


def _put(place: Path, content: bytes, fresh: Path) -> bool:
    """Swap a file in where it differs; no page is worth a flush to the disk: the next build makes it again."""
    if place.exists() and place.read_bytes() == content:
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh.write_bytes(content)
    fresh.replace(place)
    return True
