"""Commands that do the work: run, serve, demo, and how the service tells the operators."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.cycle.home import Tell, quiet
from flows.cycle.state import SlotCovered
from flows.service.logs import configure


def run(
    *, config: Path, home: Path, now: datetime | None, everything: bool, silent: bool, slot: datetime | None
) -> None:
    """Run one cycle and print its summary, a line for each feed that failed."""
    from flows.service.watched import watch

    configure(logging.INFO if slot else logging.ERROR if silent else logging.WARNING)
    who, clock = "konato serve" if slot else "konato run", now or datetime.now(UTC)
    try:
        with progress() as tell:
            summary = watch(config, home=home, now=clock, everything=everything, who=who, tell=tell, slot=slot)
    except SlotCovered as covered:
        print(covered)
        return
    if not silent:
        print(summary, *(f"  {one.feed.name}: {one.kind.value}: {one.reason}" for one in summary.failed), sep="\n")


def poll(*, config: Path, shard: int | None, every: timedelta | None, now: datetime | None) -> None:
    """Poll a shard, once or as often as said; or say how the shards stand."""
    from flows.configure.settings import read_settings
    from flows.cycle import shards

    configure(logging.INFO if every else logging.WARNING)
    settings = read_settings(config)
    if shard is None:
        print(*shards.standing(settings), sep="\n")
    elif every:
        shards.go_on(settings, shard, every=every)
    else:
        print(shards.poll_shard(settings, shard, now=now or datetime.now(UTC)))


def serve(*, config: Path, home: Path, every: timedelta | None) -> None:
    """Watch until a signal comes."""
    from flows.service.serve import run_service

    configure(logging.INFO)
    run_service(config, home=home.resolve(), every=every)


def operators_tell(*, config: Path, home: Path, also: str) -> int:
    """Tell the operators what they have not heard; exit code 1 where nobody could be reached."""
    from flows.service.operators import tell_anyhow

    configure(logging.INFO)
    return 0 if tell_anyhow(config, home, who="konato serve", also=also) else 1


def demo(*, home: Path) -> None:
    """Run the demo in HOME/demo."""
    from flows.demo.demo import run_demo

    run_demo(home)


@contextmanager
def progress() -> Iterator[Tell]:
    """Show a progress bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield quiet
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bar:
        rows: dict[str, TaskID] = {}

        def tell(point: str, done: int, total: int) -> None:
            if ":" in point:  # within a stage
                return
            if point not in rows:
                rows[point] = bar.add_task(point)
            bar.update(rows[point], completed=done, total=max(total, 1))

        yield tell
