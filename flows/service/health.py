"""How the watch stands, judged from the published copy alone."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from flows.cycle.home import holder
from flows.service import troubles
from warehouse.connection import PUBLISHED
from warehouse.published.tell import Health, health

HEALTHY, DEGRADED, BROKEN = 0, 1, 3
LATE: Final = 3_600.0  # real seconds since the last publishing: several slots of any sensible schedule
DEAD: Final = 86_400.0
RECENT: Final = 86_400.0  # a recovery that lost something is shown for a day
POOR: Final = ("unhealthy", "silent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The verdict with its reasons, and all facts for a machine."""

    code: int
    problems: tuple[str, ...]
    facts: dict[str, object]
    health: Health | None


def standing(home: Path) -> Standing:
    """Judge a home; lateness is real time, whatever clock the cycles were given."""
    file = home / PUBLISHED
    try:
        found = health(home)
        age = max(0.0, time.time() - file.stat().st_mtime)
    except FileNotFoundError:
        return _broken(f"nothing was published in {home} yet: run `konato run`, or name another home with --home")
    except Exception as error:  # noqa: BLE001  whatever is wrong with the copy, the answer is: broken, and why
        return _broken(f"{file} cannot be read: {error}. The next cycle writes it anew.")
    grave = [f"the last cycle is {age / 3600:.0f} hours old"] if age > DEAD else []
    lesser = [f"the last cycle is {age / 60:.0f} minutes old"] if LATE < age <= DEAD else []
    lesser += [
        f"feed {feed['feed']} is {feed['health']} since {feed['since']}"
        for feed in found.feeds
        if feed["health"] in POOR
    ]
    lesser += [
        f"{found.deliveries[state]} deliveries {state}"
        for state in ("unknown", "abandoned")
        if found.deliveries.get(state)
    ]
    lesser += [trouble.detail for trouble in troubles.load(home / troubles.FILE)]
    code = BROKEN if grave else DEGRADED if lesser else HEALTHY
    problems = (*grave, *lesser)
    return Standing(code=code, problems=problems, facts=_facts(home, found, code, problems, age), health=found)


def _broken(problem: str) -> Standing:
    facts: dict[str, object] = {"status": "broken", "problems": [problem]}
    return Standing(code=BROKEN, problems=(problem,), facts=facts, health=None)


def _facts(home: Path, found: Health, code: int, problems: tuple[str, ...], age: float) -> dict[str, object]:
    running = holder(home)
    return {
        "status": {HEALTHY: "healthy", DEGRADED: "degraded", BROKEN: "broken"}[code],
        "problems": list(problems),
        "published_at": found.published_at,
        "age_seconds": round(age),
        "archive_bytes": found.bytes,
        "schema_version": found.schema_version,
        "lexicon_version": found.lexicon_version,
        "last_cycle": asdict(found.last_cycle) if found.last_cycle else None,
        "running": asdict(running) if running else None,
        "service": _service(home),
        "next_due_at": found.next_due_at,
        "feeds": list(found.feeds),
        "deliveries": found.deliveries,
        "recoveries": list(found.recoveries),
    }


def _service(home: Path) -> object:
    """Return what `konato serve` wrote of itself (pid, next slot, Prefect's state, troubles); None where none runs."""
    try:
        found = json.loads((home / "service.json").read_text(encoding="utf-8"))
        os.kill(found["pid"], 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found
