"""`konato`: the command line, and the exit codes that go with its errors."""

from __future__ import annotations

import os
import sys
from typing import Final

import typer

from extractors.model import ConfigError
from flows.cli import keep, look, measure, run, serve, tell

app: Final = typer.Typer(
    name="konato",
    help="Watches the news for South Korea–NATO defence-industry cooperation and tells people, once and in time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (run, serve, look, measure, tell, keep):
    group.register(app)


def main() -> None:
    """Run a command; what a user can cause ends in one line on standard error and a code, never in a trace."""
    from flows.cycle.home import LockHeldError
    from warehouse.connection import WarehouseBusy, WarehouseDamaged, WarehouseUnwritable
    from warehouse.live.migrate import MigrationChanged
    from warehouse.safety.backup import NoBackupError

    try:
        app()
    except ConfigError as error:
        sys.exit(_say(error, 2))
    except (
        LockHeldError,
        WarehouseBusy,
        WarehouseDamaged,
        WarehouseUnwritable,
        MigrationChanged,
        NoBackupError,
    ) as error:
        sys.exit(_say(error, 1))
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:  # a full disk, a read-only home, a missing file
        sys.exit(_say(error, 1))


def _say(error: Exception, code: int) -> int:
    sys.stderr.write(f"konato: {error}\n")
    return code


if __name__ == "__main__":
    main()
