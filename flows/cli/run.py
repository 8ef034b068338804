"""Commands that do the work: run, serve, demo."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Config, Home, Now, instant

if TYPE_CHECKING:  # start-up time of the other commands
    from rich.progress import TaskID

    from flows.cycle.home import Tell


def run(
    *,
    config: Config,
    home: Home,
    now: Now = None,
    everything: Annotated[bool, typer.Option("--all", help="Poll every enabled feed, due or not.")] = False,
    silent: Annotated[bool, typer.Option("--quiet", help="Say nothing of a cycle that completed, for cron.")] = False,
    slot: Annotated[datetime | None, typer.Option("--slot", parser=instant, hidden=True)] = None,
) -> None:
    """Run one cycle: poll what is due, detect, store, alert, publish."""
    from flows.cycle.slots import SlotCovered
    from flows.service.logs import configure
    from flows.service.watched import watch

    configure(logging.INFO if slot else logging.ERROR if silent else logging.WARNING)
    who, clock = "konato serve" if slot else "konato run", now or datetime.now(UTC)
    try:
        with progress() as tell:
            summary = watch(config, home=home, now=clock, everything=everything, who=who, tell=tell, slot=slot)
    except SlotCovered as covered:
        print(covered)
        return
    if silent:
        return
    print(summary)
    for outcome in summary.failed:
        print(f"  {outcome.feed}: {outcome.kind.value}: {outcome.reason}")


def _duration(value: str) -> timedelta:
    from extractors.tables import FaultError
    from flows.configure.values import duration

    try:
        return duration(value)
    except FaultError as fault:
        raise typer.BadParameter(f"{fault.reason}. {fault.mend}") from None


def serve(
    *,
    config: Config,
    home: Home,
    every: Annotated[
        timedelta | None,
        typer.Option("--every", parser=_duration, metavar="DURATION", help="Overrides prefect.yaml's interval."),
    ] = None,
) -> None:
    """Watch unattended: a Prefect server, a worker, a cycle for every slot whatever becomes of them."""
    from flows.service.logs import configure
    from flows.service.serve import run_service

    configure(logging.INFO)
    run_service(config, home=home.resolve(), every=every)


def operators_tell(
    *, config: Config, home: Home, also: Annotated[str, typer.Option("--also", hidden=True)] = ""
) -> None:
    """Tell the operators what they have not heard; exit code 1 where nobody could be reached."""
    from flows.service.logs import configure
    from flows.service.operators import tell_anyhow

    configure(logging.INFO)
    raise typer.Exit(0 if tell_anyhow(config, home, who="konato serve", also=also) else 1)


def demo(*, home: Home) -> None:
    """Run the whole job on bundled feeds, offline, in a fresh home that stays for queries."""
    from flows.demo.demo import run_demo

    run_demo(home)


@contextmanager
def progress() -> Iterator[Tell]:
    """Show a progress bar on a terminal; nothing elsewhere."""
    from flows.cycle.home import quiet

    if not sys.stderr.isatty():
        yield quiet
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        rows: dict[str, TaskID] = {}

        def tell(point: str, done: int, total: int) -> None:
            stage = point.partition(":")[0]
            if stage not in rows:
                rows[stage] = bar.add_task(stage, total=None)
            if point == stage:
                bar.update(rows[stage], completed=done, total=max(total, 1))

        yield tell
