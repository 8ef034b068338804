"""A cycle that somebody watches: its slot, the heartbeat around it, the self-test, the operators' messages.

What `konato run`, the service and the Prefect flow have in common; `flows.cycle.cycle` knows nothing of it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from extractors.model import OutcomeKind
from flows.configure.settings import Settings
from flows.cycle.context import Tell, quiet
from flows.cycle.cycle import Step, Summary, at_once, run_cycle
from flows.cycle.slots import SlotCovered, last
from flows.service.heartbeat import Heartbeat
from flows.service.operators import tell as tell_operators
from flows.service.troubles import FILE, judge, load, save
from warehouse.published.pulse import pulse

LOG: Final = logging.getLogger("konato.cycle")
FAILURES: Final = tuple(kind.value for kind in OutcomeKind if kind.failed)
SELF_TEST: Final = "self-test"
T = TypeVar("T")


class _Watched:
    """Runs a stage as `step` has it; an error carries the stage's name."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def __call__(self, name: str, work: Callable[[], T], /) -> T:
        try:
            return self.step(name, work)
        except Exception as error:
            error.add_note(f"stage {name}")
            raise


def attend(
    settings: Settings,
    *,
    home: Path,
    now: datetime,
    everything: bool = False,
    who: str = "konato run",
    tell: Tell = quiet,
    step: Step = at_once,
    slot: datetime | None = None,
) -> Summary:
    """Run one cycle as `run_cycle` does, with all that makes its failure heard.

    Raises what `run_cycle` raises, SlotCovered too; the heartbeat has said so by then.
    """
    beat = Heartbeat()
    beat.start()
    good = False
    try:
        done = run_cycle(
            settings, home=home, now=now, everything=everything, who=who, tell=tell, slot=slot, step=_Watched(step)
        )
        good = _all_well(settings, home=home, now=now, who=who, test=slot is not None or bool(beat.url))
    except SlotCovered:
        beat.url = ""  # the other cycle speaks
        raise
    finally:
        beat.end(good=good)
    LOG.info("%s", done, extra={"cycle": f"{now:%FT%TZ}"})
    return done


def _all_well(settings: Settings, *, home: Path, now: datetime, who: str, test: bool) -> bool:
    """Look whether every stage did its job, tell the operators what changed, and return whether all is well."""
    found = ailing(home)
    mark, every = last(home), int(os.environ.get("KONATO_SELF_TEST_EVERY", "1"))
    unchecked: tuple[str, ...] = ()
    if test and mark and mark.number % every == 0:
        from flows.service.selftest import self_test

        if broken := self_test(settings):
            found[SELF_TEST] = broken
    else:
        unchecked = (SELF_TEST,)
    still, notices = judge(load(home / FILE), found, now=now, unchecked=unchecked)
    if notices:
        tell_operators(settings, notices, home=home, now=now, who=who)
    save(home / FILE, still)
    for trouble in still:
        LOG.warning("%s: %s", trouble.name, trouble.detail)
    return not still


def ailing(home: Path) -> dict[str, str]:
    """Name the stages that do not do their job though the cycle came to its end, each with the reason in words."""
    seen = pulse(home, failures=FAILURES)
    found = {
        f"deliver: channel {channel}": f"The stage deliver fails: {count} messages wait for channel {channel}: {reason}"
        for channel, (count, reason) in seen.waiting.items()
    }
    if seen.feeds and seen.failing == seen.feeds:
        found["poll"] = (
            f"The stage poll fails: the last poll of every feed failed ({seen.feeds} of {seen.feeds})."
            " Is the network up? `konato status` shows each feed's reason."
        )
    return found
