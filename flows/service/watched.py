"""A cycle that is watched: its slot, the heartbeat around it, the self-test, the operators' messages.

What `konato run`, the service and the Prefect flow have in common; `flows.cycle.cycle` knows nothing of it.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Unpack

from flows.configure.settings import Settings, read_settings
from flows.cycle import state
from flows.cycle.cycle import run_cycle
from flows.cycle.deliver import GONE
from flows.cycle.home import Asked, LockHeldError, quiet
from flows.cycle.learn import Summary
from flows.cycle.slots import SlotCovered, failed
from flows.cycle.state import State
from flows.service import operators
from flows.service.health import BROKEN, judge, look, stages
from flows.service.heartbeat import Heartbeat
from flows.service.selftest import self_test_apart
from warehouse.published.tell import health

LOG: Final = logging.getLogger("konato.cycle")
SELF_TEST: Final = "self-test"
DAY: Final = timedelta(days=1)


def watch(config: Path, **asked: Unpack[Asked]) -> Summary:
    """Run one cycle as `run_cycle` does, with all that makes its failure heard.

    Raises what `run_cycle` raises, SlotCovered too, and ConfigError; the heartbeat has said so by then.
    """
    home, now, who = asked["home"], asked["now"], asked.get("who", "konato run")
    tell, beat = asked.get("tell", quiet), Heartbeat()
    unattended = asked.get("slot") is not None or bool(beat.url)
    usual = state.read(home).config
    if usual and Path(usual) != config.resolve() and asked.get("slot") is None:
        read_settings(config)  # a slip of the hand is refused, and no failure of the watch
    beat.start()
    good = False

    def told(point: str, done: int, total: int) -> None:
        if point == "deadline":  # the process ends now
            beat.end(good=False)
        tell(point, done, total)

    try:
        settings = read_settings(config, home=home)
        asked["tell"] = told
        done = run_cycle(settings, **asked)
        good = _conclude(settings, home=home, now=now, who=who, test=unattended)
    except SlotCovered:
        beat.url = ""  # the other cycle speaks
        raise
    except LockHeldError:
        if judge(look(home)).code != BROKEN:  # whoever holds the home is in time, and speaks
            beat.url = ""
        raise
    except Exception as error:
        failed(home, who=who, error=error)
        if unattended:
            say_so(config, home, who=who)
        raise
    finally:
        beat.end(good=good)
    LOG.info("%s", done, extra={"cycle": f"{now:%FT%TZ}"})
    return done


def _conclude(settings: Settings, *, home: Path, now: datetime, who: str, test: bool) -> bool:
    """Look whether every stage did its job, tell the operators what changed; returns whether nothing is broken."""
    known, seen, names = state.read(home), ailing(home), {channel.name for channel in settings.channels}
    test = test and _test_due(known)
    broken = self_test_apart(settings.config) if test else dict(known.ailing).get(SELF_TEST, "")
    found = {name: detail for name, detail in seen.items() if name in known.suspected}  # once may be a hiccup
    for one in settings.channels:
        if one.problem:
            why = f"Channel {one.name} stands still, and what is due to it waits: {one.problem}."
            found[f"deliver: channel {one.name}"] = why
    for name, since in known.missed:
        if name not in names:
            found[f"channel {name}"] = (
                f"Channel {name} is not configured any more. What is due to it waits until"
                f" {since + GONE:%F %H:%M} UTC and is then suppressed: put it back, or let it be."
            )
    found |= {SELF_TEST: broken} if broken else {}
    tested = datetime.now(UTC) if test else known.tested_at
    noted = {"ailing": tuple(found.items()), "suspected": tuple(seen), "tested_at": tested}
    state.put(home, channels=settings.channels, config=str(settings.config.resolve()), **noted)
    verdict = judge(look(home))
    if operators.note(home, verdict, now=now):
        try:
            operators.tell(settings, home=home, now=now, who=who)
        except Exception:  # it stays untold, and the next cycle or the service tells it
            LOG.exception("the operators could not be told")
    for trouble in verdict.found:
        LOG.warning("%s: %s", trouble.name, trouble.detail)
    return verdict.code != BROKEN


def _test_due(known: State) -> bool:
    """Whether it is time for the self-test: once a day, or every n-th cycle as the environment says; 0 is never."""
    every = os.environ.get("KONATO_SELF_TEST_EVERY", "")
    if every.isdecimal():
        return int(every) > 0 and known.cycle is not None and known.cycle.number % int(every) == 0
    return known.tested_at is None or not timedelta(0) <= datetime.now(UTC) - known.tested_at < DAY


def say_so(config: Path, home: Path, *, who: str) -> None:
    """Tell the operators of a cycle that failed, where no service does; the error that matters is on its way."""
    service = state.read(home).service
    if service and service.alive:
        return
    with suppress(OSError):
        operators.note(home, judge(look(home)), now=datetime.now(UTC))
        operators.tell_anyhow(config, home, who=who)


def ailing(home: Path) -> dict[str, str]:
    """Name the stages that do not do their job though the cycle came to its end, each with the reason in words."""
    seen = health(home)
    found = {
        f"deliver: channel {row['channel']}": f"The stage deliver fails: {row['deliveries']} messages wait for channel"
        f" {row['channel']}: {row['reason']}"
        for row in seen.waiting
    }
    if why := state.read(home).briefing:
        found["publish: briefing"] = f"The briefing could not be written: {why}"
    return found | dict(stages(seen))
