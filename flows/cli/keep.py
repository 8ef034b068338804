"""Commands that keep the archive: backup, restore, migrate."""

from datetime import UTC, datetime
from pathlib import Path

from flows.cli.options import Refused, used
from flows.cycle.home import hold, prepare, working
from warehouse.connection import backup as write
from warehouse.live import migrate as migrations
from warehouse.safety.backup import restore as put


def backup(*, file: Path, home: Path) -> None:
    """Write a backup to a file that is not there yet."""
    if file.exists() or file.is_symlink():
        raise Refused(f"{file} is there already, and a backup overwrites nothing: name another file.")
    with working(used(home), who="konato backup"):
        write(home, file)
    print(f"{file}: {file.stat().st_size:,} bytes; the Parquet archive in {home / 'published'} is not part of it")


def restore(*, file: Path, home: Path) -> None:
    """Put a backup in place."""
    if not file.is_file():
        raise Refused(f"{file} is no file: name one that `konato backup` wrote.")
    with hold(home, who="konato restore"):
        put(home, file, now=datetime.now(UTC))
    print(f"restored {file} into {home}; the next cycle polls again and repeats no alert that the backup knows of")


def migrate(*, home: Path, only_check: bool) -> None:
    """Bring the schema up to date, or say what that would be."""
    with hold(used(home), who="konato migrate"):
        found = migrations.check(home) if only_check else prepare(home, now=datetime.now(UTC))
    verb = "would apply" if only_check else "applied"
    done = f"{found.before} -> {found.after}: {verb}: {', '.join(found.applied)}"
    print(f"schema {done if found.applied else f'{found.after} is up to date'}")
    if found.backup:
        print(f"backup: {found.backup}")
