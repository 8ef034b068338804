"""`konato feedback`: what was wrong becomes a labelled case, which `konato evaluate` reads."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from flows.cli.options import Home, refuse
from warehouse import files

FEEDBACK: Final = "feedback.jsonl"  # in the home


def wrong(
    *,
    alert: Annotated[str, typer.Argument(metavar="ALERT", help="The id of an alert that should not have been.")],
    home: Home,
) -> None:
    """Say that an alert was wrong: of the report that brought it, the event's others may be right."""
    from warehouse.published.tell import explain, last_alert

    told = last_alert(home, alert)
    if told is None or told.alert_id != alert or not told.facts.sources:
        refuse(f"{alert} is no alert of a report here; `konato alerts list` shows them.")
    found = explain(home, told.facts.sources[0].url)
    for item in found.items[:1] if found else ():
        _append(home, _case(item, relevant=None, alert=False, note=f"feedback: {alert} was wrong"))


def missed(
    *, url: Annotated[str, typer.Argument(metavar="URL", help="A report that should have alerted.")], home: Home
) -> None:
    """Say that a report should have alerted."""
    if not url.startswith(("http://", "https://")):
        refuse(f"{url!r} is no http or https URL: give the address of the report.")
    from warehouse.published.tell import explain

    try:
        found = explain(home, url)
    except FileNotFoundError:
        found = None
    item = found.items[0] if found and found.items else {"item_id": url, "url": url}
    _append(home, _case(item, relevant=True, alert=True, note="feedback: missed"))


def _case(item: Mapping[str, object], *, relevant: bool | None, alert: bool, note: str) -> dict[str, object]:
    """Return a labelled case as `konato evaluate` reads it; None is a label that nobody gave."""
    texts = {key: item.get(key) or "" for key in ("url", "outlet", "title", "summary")}
    published = str(item.get("published_at") or "")[:10] or None
    language = item.get("language") or "en"
    return {"id": item["item_id"], **texts, "language": language, "published": published, "relevant": relevant,
            "alert": alert, "note": note}  # fmt: skip


def _append(home: Path, case: dict[str, object]) -> None:
    files.private(home)
    place = home / FEEDBACK
    with place.open("a", encoding="utf-8") as file:
        file.write(json.dumps(case, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    print(f"noted in {place}; `konato evaluate {place}` reads it")
