"""Telling the operators of troubles of our own: through the outbox or, where the home is broken, straight away.

What is untold stands in the home's state until it is told: a telling that fails, or dies, is tried again.

And the heartbeat, by which an outside monitor hears of each complete cycle, and of silence by itself (healthchecks.io's
way): `KONATO_HEARTBEAT_URL` is asked after a complete cycle, with `/start` before it and `/fail` after one that was
not. A monitor that is down harms nothing: every request has a few seconds, the first one a thread of its own.
"""

import http.client
import logging
import os
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from alerts.model import Channel, Outgoing, ResultKind
from extractors.model import FeedNotice
from flows.configure.settings import read_settings
from flows.cycle import state
from flows.cycle.home import Cycle, placed, working
from flows.cycle.state import State, Trouble
from flows.service.health import Verdict, judge, look

LOG: Final = logging.getLogger("konato.telling")
REMIND: Final = timedelta(days=1)
VARIABLE: Final = "KONATO_HEARTBEAT_URL"
SECONDS: Final = 5.0  # for one request: a monitor answers in a fraction of one


def note(home: Path, verdict: Verdict, *, now: datetime) -> tuple[FeedNotice, ...]:
    """Compare a verdict with the troubles that are open; returns what is untold now. Raises OSError."""
    found = {one.name: one.detail for one in verdict.found}

    def change(before: State) -> State:
        still, notices = changes(before.troubles, found, now=now)
        return replace(before, troubles=still, untold=(*before.untold, *(placed(one, home) for one in notices)))

    return state.update(home, change).untold


def changes(
    known: Sequence[Trouble], found: Mapping[str, str], *, now: datetime
) -> tuple[tuple[Trouble, ...], tuple[FeedNotice, ...]]:
    """Compare what is wrong with what was: each trouble told once, reminded daily, and told when it is over.

    `known` is as the last call returned it; `found` is what is wrong now, by name, in words. A telling in the future
    was before the clock went back, and counts as now. Returns what is open now, and what a human should hear.
    """
    before, still, notices = {trouble.name: trouble for trouble in known}, list[Trouble](), list[FeedNotice]()
    for name, detail in found.items():
        trouble = replace(before.get(name) or Trouble(name=name, detail="", since=now, told_at=now), detail=detail)
        told_at, since = min(trouble.told_at, now), f"{trouble.since:%F %H:%M} UTC"
        if name not in before:
            notices.append(_notice(trouble, "failing", detail))
        elif now - told_at >= REMIND:
            notices.append(_notice(trouble, "reminder", f"Still, since {since}: {detail}", now.isoformat()))
            told_at = now
        still.append(replace(trouble, told_at=told_at))
    for was in known:
        if was.name not in found:
            detail = f"Over; it had lasted since {was.since:%F %H:%M} UTC. It was: {was.detail}"
            notices.append(_notice(was, "recovered", detail))
    return tuple(still), tuple(notices)


def _notice(trouble: Trouble, kind: str, detail: str, day: str = "") -> FeedNotice:
    since, key = trouble.since, f"{trouble.since.isoformat()} {day}"
    return FeedNotice(feed=trouble.name, outlet="", kind=kind, since=since, detail=detail, key=key)


def tell(cycle: Cycle) -> None:
    """Queue what is untold for the operators' channels and send it at once, and nothing else.

    Raises what opening the home raises: LockHeldError, WarehouseBusy, WarehouseUnwritable, OSError, …
    """
    from alerts.decide import rules
    from flows.cycle.deliver import deliver
    from warehouse.connection import writing
    from warehouse.live import outbox

    home, channels = cycle.home, cycle.settings.channels
    with working(home, who=cycle.who):
        known = state.read(home)
        deaf = {name for name, _ in known.ailing}
        heard = [one for one in channels if f"deliver: channel {one.name}" not in deaf] or channels
        alerts, deliveries = rules.for_notices(known.untold, heard, now=cycle.now)
        with writing(home, now=cycle.now) as con:
            outbox.queue(con, alerts, deliveries)
        _told(home, known.untold)
        deliver(replace(cycle, begun=time.monotonic()), only={alert.alert_id for alert in alerts})


def tell_anyhow(config: Path, home: Path, *, who: str, also: str = "") -> bool:
    """Tell by the outbox or, where configuration or home are broken, straight away; whether somebody heard.

    A broken configuration is no reason for silence: the channels are those last read. `also` is a trouble of the home
    that could not be stored there.
    """
    now, known = datetime.now(UTC), state.read(home)
    channels, untold = known.channels, known.untold
    try:
        settings = read_settings(config)
        channels = settings.channels
        if not also:
            tell(Cycle(settings=settings, home=home, now=now, who=who))
            return True
        notice = FeedNotice(feed="home", outlet="", kind="failing", since=now, detail=also, key=now.isoformat())
        untold = (*untold, placed(notice, home))
    except Exception as error:  # noqa: BLE001  whatever is wrong, the operators must hear
        LOG.warning("told directly, not by the home: %s", error)
    heard = not untold or any([*_directly(channels, untold, now=now)])
    if heard:
        with suppress(OSError):
            _told(home, untold)
    return heard


def say_so(config: Path, home: Path, *, who: str) -> None:
    """Tell the operators of a cycle that failed, where no service does; the error that matters is on its way.

    On a full or read-only disk it cannot even be noted that it was told: then the time since the last good cycle says
    whether it is due, in the first slot or two and again each day.
    """
    now, known, verdict, also = datetime.now(UTC), state.read(home), judge(look(home)), ""
    if known.serving:
        return
    try:
        note(home, verdict, now=now)
    except OSError:
        also = " ".join(verdict.problems)
        good = known.cycle and known.cycle.good_at
        if known.cycle and good and (now - good) % REMIND > 2 * timedelta(seconds=max(known.cycle.steps, default=600)):
            return
    tell_anyhow(config, home, who=who, also=also)


def _directly(channels: Sequence[Channel], notices: Sequence[FeedNotice], *, now: datetime) -> Iterator[bool]:
    """Send notices without the home, each to every operators' channel; yields whether it was taken."""
    from alerts.decide import rules
    from flows.cycle.deliver import SEND_SECONDS, send_one

    alerts, deliveries = rules.for_notices(notices, channels, now=now)
    by_name, by_id = {channel.name: channel for channel in channels}, {alert.alert_id: alert for alert in alerts}
    for row in deliveries:
        parts = ((by_id[row.alert_id], row),)
        outgoing = Outgoing(channel=row.channel, kind=None, message_id=row.alert_id, parts=parts)
        _, result = send_one(outgoing, by_name[row.channel], now=now, timeout=SEND_SECONDS)
        LOG.warning("told %s on %s: %s %s", row.alert_id, row.channel, result.kind.value, result.reason)
        yield result.kind is ResultKind.SENT


def _told(home: Path, notices: Sequence[FeedNotice]) -> None:
    state.update(home, lambda now: replace(now, untold=tuple(one for one in now.untold if one not in notices)))


def beat(step: str) -> None:
    """Say "/start", "/fail" or "" for a complete cycle; nothing where no monitor is named."""
    if not (url := os.environ.get(VARIABLE, "")):
        return
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"}:
            raise ValueError("neither http nor https")  # noqa: TRY301  urllib would open a file: or ftp: URL
        whole = urlunsplit(parts._replace(path=parts.path.rstrip("/") + step)) if step else url
        with urllib.request.urlopen(whole, timeout=SECONDS) as answer:  # noqa: S310  the scheme is checked
            answer.read(1)
    except (OSError, ValueError, http.client.HTTPException) as error:  # its URL is a secret: only the kind is told
        LOG.warning("the heartbeat's monitor did not answer: %s", type(error).__name__)


def started() -> threading.Thread:
    """Say that a cycle begins, without waiting; whoever says its end joins first: the order matters to the monitor."""
    thread = threading.Thread(target=beat, args=("/start",), daemon=True)
    thread.start()
    return thread
