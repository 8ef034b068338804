"""A cycle that is watched: its slot, the heartbeat around it, the self-test, the operators' messages.

What `konato run`, the service and the Prefect flow have in common; `flows.cycle.cycle` knows nothing of it.
"""

import logging
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from flows.configure.settings import read_settings
from flows.cycle import state
from flows.cycle.cycle import run_cycle
from flows.cycle.deliver import GONE
from flows.cycle.home import Cycle, LockHeldError, Step, Tell, at_once, quiet
from flows.cycle.learn import Summary
from flows.cycle.state import SlotCovered, State, failed
from flows.service import operators
from flows.service.health import BROKEN, judge, look, stages
from flows.service.operators import SECONDS, VARIABLE, beat, started
from flows.service.selftest import self_test_apart
from warehouse.published.tell import health

LOG: Final = logging.getLogger("konato.cycle")
SELF_TEST: Final = "self-test"
DAY: Final = timedelta(days=1)
OTHERS: Final = "others"  # the heartbeat is another cycle's to end


def watch(
    config: Path, *, home: Path, now: datetime, who: str = "konato run", everything: bool = False,
    slot: datetime | None = None, tell: Tell = quiet, step: Step = at_once,
) -> Summary:  # fmt: skip
    """Run one cycle as `run_cycle` does, with all that makes its failure heard.

    Raises what `run_cycle` raises, SlotCovered too, and ConfigError; the heartbeat has said so by then.
    """
    unattended = slot is not None or bool(os.environ.get(VARIABLE))
    usual = state.read(home).config
    if usual and Path(usual) != config.resolve() and not slot:
        read_settings(config)  # a slip of the hand is refused, and no failure of the watch
    begun, ending = started(), "/fail"

    def told(point: str, done: int, total: int) -> None:
        if point == "deadline":  # the process ends now
            beat(ending)
        tell(point, done, total)

    try:
        settings = read_settings(config, home=home)
        asked = Cycle(
            settings=settings, home=home, now=now, who=who, everything=everything, slot=slot, tell=told, step=step
        )
        done = run_cycle(asked)
        ending = "" if _conclude(asked, test=unattended) else "/fail"
    except SlotCovered:
        ending = OTHERS
        raise
    except LockHeldError:
        late = judge(look(home)).code == BROKEN  # in time its holder beats itself, past its deadline we do
        ending = "/fail" if late else OTHERS
        if late and unattended:
            operators.say_so(config, home, who=who)
        raise
    except Exception as error:
        failed(home, who=who, error=error)
        if unattended:
            operators.say_so(config, home, who=who)
        raise
    finally:
        begun.join(SECONDS)
        if ending != OTHERS:
            beat(ending)
    LOG.info("%s", done, extra={"cycle": f"{now:%FT%TZ}"})
    return done


def _conclude(cycle: Cycle, *, test: bool) -> bool:
    """Look whether every stage did its job, tell the operators what changed; returns whether nothing is broken."""
    settings, home = cycle.settings, cycle.home
    known, channels = state.read(home), settings.channels
    seen = ailing(home, [one.name for one in channels])
    test = test and _test_due(known)
    broken = self_test_apart(settings.config) if test else dict(known.ailing).get(SELF_TEST, "")
    # Once may be a hiccup, but for an act that was not told.
    found = {name: detail for name, detail in seen.items() if name in {*known.suspected, "learn"}}
    for one in channels:
        if one.problem:
            why = f"Channel {one.name} stands still, and what is due to it waits: {one.problem}."
            found[f"deliver: channel {one.name}"] = why
    for name, since in known.missed:
        if name not in {channel.name for channel in channels}:
            found[f"channel {name}"] = (
                f"Channel {name} is not configured any more. What is due to it waits until"
                f" {since + GONE:%F %H:%M} UTC and is then suppressed: put it back, or let it be."
            )
    found |= {SELF_TEST: broken} if broken else {}
    noted = {"ailing": tuple(found.items()), "suspected": tuple(seen), "config": str(settings.config.resolve())}
    state.put(home, channels=channels, tested_at=datetime.now(UTC) if test else known.tested_at, **noted)
    if known.cluster and not settings.database_env:  # it polls by itself again
        state.put(home, cluster=None)
    verdict = judge(look(home))
    if operators.note(home, verdict, now=cycle.now):
        try:
            operators.tell(cycle)
        except Exception:  # it stays untold, and the next cycle or the service tells it
            LOG.exception("the operators could not be told")
    for trouble in verdict.found:
        LOG.warning("%s: %s", trouble.name, trouble.detail)
    return verdict.code != BROKEN


def _test_due(known: State) -> bool:
    """Whether it is time for the self-test: once a day, never where the environment says 0."""
    if os.environ.get("KONATO_SELF_TEST_EVERY") == "0":
        return False
    return known.tested_at is None or not timedelta(0) <= datetime.now(UTC) - known.tested_at < DAY


def ailing(home: Path, channels: Sequence[str] = ()) -> dict[str, str]:
    """Name the stages that do not do their job though the cycle came to its end, each with the reason in words."""
    seen = health(home, channels, down=True)
    found = {
        f"deliver: channel {row['channel']}": f"The stage deliver fails: {row['deliveries']} messages wait for channel"
        f" {row['channel']}: {row['reason']}"
        for row in seen.waiting
    }
    if why := state.read(home).briefing:
        found["publish: briefing"] = f"The briefing could not be written: {why}"
    return found | dict(stages(seen))
