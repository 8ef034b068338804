"""Commands that keep the archive: backup, restore, migrate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Home, refuse, used

if TYPE_CHECKING:  # start-up time of the other commands
    from warehouse.connection import Connection


@contextmanager
def changing(home: Path, who: str) -> Iterator[tuple[Connection, datetime]]:
    """Open a home for writing and hold one transaction on the live database; yields it with the real time."""
    from flows.cycle.home import working
    from warehouse.connection import writing

    with working(used(home), who=who) as now, writing(home) as con:
        yield con, now


def backup(
    *, file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the backup.")], home: Home
) -> None:
    """Write the whole live database to a file; overwrites none."""
    from flows.cycle.home import working
    from warehouse.safety.backup import backup as write

    if file.exists() or file.is_symlink():
        refuse(f"{file} is there already, and a backup overwrites nothing: name another file.")
    with working(used(home), who="konato backup"):
        write(home, file)
    print(f"{file}: {file.stat().st_size:,} bytes; the Parquet archive in {home / 'published'} is not part of it")


def restore(
    *, file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `konato backup` wrote.")], home: Home
) -> None:
    """Put a backup in the place of the live database; what stood there is set aside."""
    from flows.cycle.home import hold
    from warehouse.safety.backup import restore as put

    if not file.is_file():
        refuse(f"{file} is no file: name one that `konato backup` wrote.")
    with hold(home, who="konato restore"):
        put(home, file, now=datetime.now(UTC))
    print(f"restored {file} into {home}; the next cycle polls again and repeats no alert that the backup knows of")


def migrate(
    *,
    home: Home,
    only_check: Annotated[bool, typer.Option("--check", help="Say what would be done; change nothing.")] = False,
) -> None:
    """Bring the home's schema up to date, with a backup before; every cycle does so too."""
    from flows.cycle.home import hold, prepare
    from warehouse.live import migrate as migrations

    with hold(used(home), who="konato migrate"):
        found = migrations.check(home) if only_check else prepare(home, now=datetime.now(UTC))
    if found.applied:
        verb = "would apply" if only_check else "applied"
        print(f"schema {found.before} -> {found.after}: {verb}: {', '.join(found.applied)}")
    else:
        print(f"schema {found.after} is up to date")
    if found.backup:
        print(f"backup: {found.backup}")
