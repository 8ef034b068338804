"""`konato feedback`: what was wrong becomes a labelled case, which `konato evaluate` reads."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from flows.cli.options import Refused
from warehouse import files
from warehouse.published.tell import explain, last_alert

FEEDBACK: Final = "feedback.jsonl"  # in the home


def wrong(*, alert: str, home: Path) -> None:
    """Note that an alert was wrong, against the report that brought it alone."""
    told = last_alert(home, alert)
    if told is None or told.alert_id != alert or not told.facts.sources:
        raise Refused(f"{alert} is no alert of a report here; `konato alerts list` shows them.")
    found = explain(home, told.facts.sources[0].url)
    for item in found.items[:1] if found else ():
        _append(home, item, relevant=None, alert=False, note=f"feedback: {alert} was wrong")


def missed(*, url: str, home: Path) -> None:
    """Note that a report should have alerted, with its text where it was stored."""
    if not url.startswith(("http://", "https://")):
        raise Refused(f"{url!r} is no http or https URL: give the address of the report.")
    items: tuple[Mapping[str, object], ...] = ()
    with suppress(FileNotFoundError):
        items = found.items if (found := explain(home, url)) else ()
    item = (*items, {"item_id": url, "url": url})[0]
    _append(home, item, relevant=True, alert=True, note="feedback: missed")


def _append(home: Path, item: Mapping[str, object], **labels: object) -> None:
    """Add a labelled case as `konato evaluate` reads it; None is a label that nobody gave."""
    case = {
        "id": item["item_id"],
        **{key: item.get(key) or "" for key in ("url", "outlet", "title", "summary")},
        "language": item.get("language") or "en",
        "published": str(item.get("published_at") or "")[:10] or None,
        **labels,
    }
    files.private(home)
    place = home / FEEDBACK
    with place.open("a", encoding="utf-8") as file:
        file.write(json.dumps(case, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    print(f"noted in {place}; `konato evaluate {place}` reads it")
