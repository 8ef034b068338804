"""Troubles of our own: each told once, reminded daily, and told when it is over.

A trouble is a name (what is wrong) and a detail in words. `judge` is pure; a small file beside the home's data keeps
what is open between two looks.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from alerts.model import Channel
from extractors.model import FeedNotice

FILE: Final = "troubles.json"  # in the home: what the last cycle left open
REMIND: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong, since when, and when it was last told."""

    name: str
    detail: str
    since: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What the service has a short-lived process tell."""

    notices: tuple[FeedNotice, ...]
    channels: tuple[Channel, ...]  # as the service knows them, should the configuration be broken by now
    directly: bool = False  # the home is not to be waited for


def judge(
    known: Sequence[Trouble], found: Mapping[str, str], *, now: datetime, unchecked: Collection[str] = ()
) -> tuple[tuple[Trouble, ...], tuple[FeedNotice, ...]]:
    """Compare what is wrong with what was; returns what is open now, and what a human should hear.

    Args:
        known: as the last call returned it.
        found: what is wrong now, by name, each in words.
        now: aware; a telling in the future was before the clock went back, and counts as now.
        unchecked: names that nobody looked at this time: they stand as they stood.
    """
    before = {trouble.name: trouble for trouble in known}
    still, notices = [], []
    for name, detail in found.items():
        trouble = before.get(name) or Trouble(name=name, detail=detail, since=now, told_at=now)
        told_at = min(trouble.told_at, now)
        kind = "failing" if name not in before else "reminder" if now - told_at >= REMIND else ""
        still.append(replace(trouble, detail=detail, told_at=now if kind else told_at))
        notices += [_notice(still[-1], kind, now)] if kind else []
    for name, trouble in before.items():
        if name in found:
            continue
        if name in unchecked:
            still.append(trouble)
        else:
            notices.append(_notice(trouble, "recovered", now))
    return tuple(still), tuple(notices)


def load(file: Path) -> tuple[Trouble, ...]:
    """Return what was open; nothing where the file is not there or cannot be read."""
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        times = [{name: datetime.fromisoformat(row[name]) for name in ("since", "told_at")} for row in rows]
        return tuple(Trouble(**{**row, **given}) for row, given in zip(rows, times, strict=True))
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def save(file: Path, troubles: Sequence[Trouble]) -> None:
    """Keep what is open, as far as the disk allows: at worst a trouble is told twice."""
    with suppress(OSError):
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps([asdict(one) for one in troubles], default=datetime.isoformat), encoding="utf-8")
        fresh.replace(file)


def _notice(trouble: Trouble, kind: str, now: datetime) -> FeedNotice:
    detail = {
        "failing": trouble.detail,
        "reminder": f"Still, since {trouble.since:%F %H:%M} UTC: {trouble.detail}",
        "recovered": f"Over; it had lasted since {trouble.since:%F %H:%M} UTC. It was: {trouble.detail}",
    }[kind]
    key = f"{trouble.since.isoformat()} {now.isoformat() if kind == 'reminder' else ''}"
    return FeedNotice(feed=trouble.name, outlet="", kind=kind, since=trouble.since, detail=detail, key=key)
