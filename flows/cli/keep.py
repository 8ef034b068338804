"""Commands that keep the archive: backup, restore, migrate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Home

if TYPE_CHECKING:  # start-up time of the other commands
    from warehouse.connection import Connection


@contextmanager
def locked(home: Path, who: str) -> Iterator[datetime]:
    """Hold the home's lock for a command; yields the real time."""
    from flows.cycle.home import hold

    with hold(home, who=who):
        yield datetime.now(UTC)


@contextmanager
def changing(home: Path, who: str) -> Iterator[tuple[Connection, datetime]]:
    """Open the home for writing and hold one transaction on the live database; yields it with the real time."""
    from flows.cycle.home import working
    from warehouse.connection import writing

    with working(home, who=who) as now, writing(home) as con:
        yield con, now


def backup(
    *, file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the backup.")], home: Home
) -> None:
    """Write the whole live database to a file."""
    from warehouse.safety.backup import backup as write

    with locked(home, "konato backup"):
        write(home, file)
    print(f"{file}: {file.stat().st_size:,} bytes; the Parquet archive in {home / 'published'} is not part of it")


def restore(
    *, file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `konato backup` wrote.")], home: Home
) -> None:
    """Put a backup in the place of the live database; what stood there is set aside."""
    from warehouse.safety.backup import restore as put

    with locked(home, "konato restore") as now:
        put(home, file, now=now)
    print(f"restored {file} into {home}; the next cycle polls again and repeats no alert that the backup knows of")


def migrate(
    *,
    home: Home,
    only_check: Annotated[bool, typer.Option("--check", help="Say what would be done; change nothing.")] = False,
) -> None:
    """Bring the home's schema up to date, with a backup before; every cycle does so too."""
    from flows.cycle.home import prepare
    from warehouse.live import migrate as migrations

    with locked(home, "konato migrate") as now:
        found = migrations.check(home) if only_check else prepare(home, now=now)
    if found.applied:
        verb = "would apply" if only_check else "applied"
        print(f"schema {found.before} -> {found.after}: {verb}: {', '.join(found.applied)}")
    else:
        print(f"schema {found.after} is up to date")
    if found.backup:
        print(f"backup: {found.backup}")
