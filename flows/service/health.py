"""The one judgement of how the watch stands: facts in, troubles and a code out.

`konato status`, the operators' notices and the heartbeat ask it and so never disagree. Facts come from the home's state
file and lock, and for `status` from the published copy too; lateness is real time, whatever the cycles' clock.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median_low
from typing import TYPE_CHECKING, Final

from extractors.model import OutcomeKind
from flows.cycle.home import Holder, held, holder
from flows.cycle.state import State, failing, read
from warehouse.cluster.standing import Standing

if TYPE_CHECKING:  # the service looks every few seconds and opens no database
    from warehouse.published.tell import Health

HEALTHY, DEGRADED, BROKEN = 0, 1, 3
WORDS: Final = {HEALTHY: "healthy", DEGRADED: "degraded", BROKEN: "broken"}
KEY: Final = "prefect/key"  # in the home: what Prefect's page asks for
PUBLISHED: Final = "published/konato.duckdb"
SLACK: Final = timedelta(seconds=10)  # past a deadline or a slot, before it is told
INTERVALS: Final = 3  # without a complete cycle (CONTRACT.md)
SHORTEST: Final = 60.0  # seconds between cycles that make a rhythm: less is a person's trying
LATE: Final = timedelta(hours=1)  # without a rhythm: several slots of any sensible schedule
DEAD: Final = timedelta(days=1)
ROOM: Final = 200_000_000  # bytes that should be free: a publishing and a backup need some
PAUSED: Final = "paused"
UNKNOWN: Final = Holder(pid=0, who="an unknown process", started="", deadline="9999-01-01T00:00:00Z")
FULL: Final = 1_000_000  # bytes: with less than this nothing can be stored
FAILURES: Final = tuple(kind.value for kind in OutcomeKind if kind.failed)
NAMED: Final = 3  # events that a trouble names
POOR: Final = ("unhealthy", "silent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a home at one moment."""

    now: datetime
    state: State
    running: Holder | None = None  # who holds the lock
    dead: Holder | None = None  # who died holding it
    disk: str = ""  # what is wrong with it
    copy: Health | None = None  # the published copy, where somebody looked at it
    copied: datetime | None = None  # when it was put in place
    unread: str = ""  # why it could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that is wrong."""

    name: str
    detail: str
    grave: bool = False  # the watch is broken, not only degraded


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judgement: grave things first; with its facts for a machine and the copy where `standing` made it."""

    found: tuple[Found, ...]
    facts: dict[str, object] = field(default_factory=dict)
    health: Health | None = None
    cluster: Standing | None = None

    @property
    def code(self) -> int:
        """Exit code of `konato status`."""
        return BROKEN if any(one.grave for one in self.found) else DEGRADED if self.found else HEALTHY

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, in words."""
        return tuple(one.detail for one in self.found)


def look(home: Path, *, now: datetime | None = None) -> Facts:
    """Gather the facts that need no database."""
    busy, words, moment = held(home), holder(home), now or datetime.now(UTC)
    running, dead = (words or UNKNOWN, None) if busy else (None, words)
    return Facts(now=moment, state=read(home), running=running, dead=dead, disk=disk(home))


def judge(facts: Facts) -> Verdict:
    """Say what is wrong."""
    shards = facts.state.cluster.troubles() if facts.state.cluster else ()
    ailing = [Found(name=name, detail=detail) for name, detail in (*facts.state.ailing, *shards)]
    found = {one.name: one for one in (*_cycles(facts), *_surroundings(facts), *_copy(facts), *ailing)}
    return Verdict(found=tuple(sorted(found.values(), key=lambda one: not one.grave)))


def disk(home: Path) -> str:
    """Say what is wrong with the home's disk; nothing where the home is yet to be made."""
    try:
        if not home.exists():
            return ""
        free, reason = shutil.disk_usage(home).free, "the disk is full"
        if not os.access(home, os.W_OK):
            reason = "no permission, or a read-only file system"
        elif free >= FULL:
            return f"Only {free // 1_000_000} MB are free in {home}." if free < ROOM else ""
    except OSError as error:
        reason = str(error)
    return f"The home cannot be written: {reason}. Nothing is stored until it can."


def _cycles(facts: Facts) -> Iterator[Found]:
    """At most one: what keeps cycles from coming to their end."""
    busy, place = facts.running, facts.dead.place if facts.dead else ""
    if busy and datetime.fromisoformat(busy.deadline) + SLACK < facts.now:
        why = f"A cycle has not ended at its deadline, and no other can run: {busy}."
        yield Found(name="cycle", grave=True, detail=why)
    elif why := failing(facts.state.cycle, running=busy is not None):
        yield Found(name="cycle", grave=True, detail=f"The last cycle failed: {why}{place and f' in {place}'}")
    elif not busy and PAUSED not in _around(facts.state) and (late := _late(facts)):
        yield late


def _around(state: State) -> dict[str, str]:
    """What a living service finds wrong around it; a person's pause, by which nothing is late by itself, too."""
    return dict(state.serving.problems) if state.serving else {}


def _late(facts: Facts) -> Found | None:
    mark, service, every = facts.state.cycle, facts.state.serving, _interval(facts.state)
    ended = (mark and mark.good_at) or facts.copied
    if service:
        ended = max(service.since, ended or service.since)
    if ended is None or (age := facts.now - ended) <= (INTERVALS * every + SLACK if every else LATE):
        return None
    detail = f"No cycle has come to its end since {ended:%F %H:%M} UTC."
    return Found(name="cycle", detail=detail, grave=bool(every) or age > DEAD)


def _interval(state: State) -> timedelta | None:
    """Return the time between cycles: the service's, else the home's own rhythm, None where it has none."""
    if state.serving:
        return timedelta(seconds=state.serving.every)
    steps = state.cycle.steps if state.cycle else ()
    regular = len(steps) > 2 and min(steps) >= SHORTEST and max(steps) < 2 * min(steps)  # noqa: PLR2004  two may be chance
    return timedelta(seconds=median_low(steps)) if regular else None


def _surroundings(facts: Facts) -> Iterator[Found]:
    if facts.disk:
        yield Found(name="disk", detail=facts.disk, grave="cannot be written" in facts.disk)
    for name, detail in _around(facts.state).items():
        late = _late(facts) if name == PAUSED else None
        yield Found(name=name, detail=detail, grave=bool(late and late.grave))


def stages(copy: Health) -> Iterator[tuple[str, str]]:
    """Name the stages that the published copy shows not to do their job though cycles come to their end, with why."""
    last = [feed["outcome"] for feed in copy.feeds if feed["outcome"]]
    if last and all(outcome in FAILURES for outcome in last):
        why = f"the last poll of every feed failed ({len(last)} of {len(last)}). Is the network up?"
        yield "poll", f"The stage poll fails: {why} `konato status` shows each feed's reason."
    if copy.untold:
        named = "; ".join(f"{row['event_id']} {row['title']} ({row['channel']})" for row in copy.untold[:NAMED])
        why = f"{len(copy.untold)} alertable events were not told on a channel: {named}."
        yield "learn", f"The stage learn fails: {why}"


def _copy(facts: Facts) -> Iterator[Found]:
    """What the published copy shows; each of these is told elsewhere."""
    if facts.unread:
        yield Found(name="published", detail=facts.unread, grave=True)
    if copy := facts.copy:
        shown = dict(stages(copy))
        for feed in (one for one in copy.feeds if one["health"] in POOR):
            name = f"feed {feed['feed']}"
            shown[name] = f"{name} is {feed['health']} since {feed['since']}"
        lost = (state for state in ("unknown", "abandoned") if copy.deliveries.get(state))
        shown |= {f"deliveries {state}": f"{copy.deliveries[state]} deliveries {state}" for state in lost}
        yield from (Found(name=name, detail=detail) for name, detail in shown.items())


def standing(home: Path) -> Verdict:
    """Judge a home with its published copy: `konato status`."""
    from warehouse.published.tell import health

    file, facts = home / PUBLISHED, look(home)
    try:
        copy = health(home, [one.name for one in facts.state.channels])
        facts = replace(facts, copy=copy, copied=datetime.fromtimestamp(file.stat().st_mtime, UTC))
    except FileNotFoundError:
        why = f"nothing was published in {home} yet: run `konato run`, or name another home with --home"
        facts = replace(facts, unread=why)
    except Exception as error:  # noqa: BLE001  whatever is wrong with the copy, the answer is: broken, and why
        facts = replace(facts, unread=f"{file} cannot be read: {error}. The next cycle writes it anew.")
    verdict = judge(facts)
    return replace(verdict, facts=_facts(facts, verdict, home / KEY), health=facts.copy, cluster=facts.state.cluster)


def _facts(facts: Facts, verdict: Verdict, key: Path) -> dict[str, object]:
    """Return all facts for a machine."""
    state, copy, service = facts.state, facts.copy, facts.state.serving
    found: dict[str, object] = {
        "status": WORDS[verdict.code],
        "problems": list(verdict.problems),
        "cycle": asdict(state.cycle) if state.cycle else None,
        "running": asdict(facts.running) if facts.running else None,
        "service": asdict(service) if service else None,
        "cluster": asdict(state.cluster) if state.cluster else None,
        "page": f"{service.prefect.removesuffix('/api')}, key in {key}" if service and key.exists() else None,
    }
    if copy and facts.copied:
        age = max(0.0, (facts.now - facts.copied).total_seconds())
        times = dict(zip(("p50", "p95"), copy.time_to_alert, strict=True))
        found |= asdict(copy) | {"age_seconds": round(age), "archive_bytes": copy.bytes, "time_to_alert": times}
    return found
