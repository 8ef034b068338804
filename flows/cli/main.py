"""`konato`: the commands, and the exit codes that go with their errors."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Annotated, Final

import typer

from alerts.send.console import LEGIBLE
from extractors.model import ConfigError
from flows.cli import channels, feedback, feeds, keep, look, measure, run, setup, tell
from flows.cli.options import command

COMMANDS: Final[dict[str, Callable[..., None]]] = {
    "run": run.run,
    "serve": run.serve,
    "demo": run.demo,
    "init": setup.init,
    "check": setup.check,
    "status": look.status,
    "query": look.query,
    "explain": look.explain,
    "evaluate": measure.evaluate,
    "replay": measure.replay,
    "mute": tell.mute,
    "unmute": tell.unmute,
    "preview": channels.preview,
    "alerts list": tell.list_alerts,
    "alerts resend": tell.resend,
    "channels test": channels.channel_test,
    "feeds test": feeds.feed_test,
    "feedback wrong": feedback.wrong,
    "feedback missed": feedback.missed,
    "backup": keep.backup,
    "restore": keep.restore,
    "migrate": keep.migrate,
    "operators tell": run.operators_tell,
}
GROUPS: Final = {
    "alerts": "Look at alerts and their deliveries, and send again.",
    "channels": "Look at the channels.",
    "feeds": "Try a feed.",
    "feedback": "Say what was wrong; `konato evaluate` reads it.",
    "operators": "",  # for the service's own use
}


def command_line() -> typer.Typer:
    """Return the whole command line."""
    app = typer.Typer(
        name="konato",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(about)
    groups = {name: typer.Typer(help=text, no_args_is_help=True) for name, text in GROUPS.items()}
    for words, work in COMMANDS.items():
        group, _, name = words.rpartition(" ")
        groups.get(group, app).command(name)(command(work))
    for name, typed in groups.items():
        app.add_typer(typed, name=name, hidden=not GROUPS[name])
    return app


def _version(asked: bool) -> None:
    if asked:
        from importlib import metadata

        from flows.configure.packaged import packaged_config, read_lexicon
        from warehouse.live.migrate import steps

        lexicon = read_lexicon(packaged_config() / "lexicon").version
        print(f"konato {metadata.version('konato')}, schema {steps()[-1].version}, lexicon {lexicon}")
        raise typer.Exit


def about(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Show version, schema and lexicon.")
    ] = False,
) -> None:
    """Watch the news for South Korea–NATO defence-industry cooperation and tell people, once and in time."""


def main() -> None:
    """Run a command; what a user can cause ends in one line on standard error and a code, never in a trace."""
    from flows.cycle.home import LockHeldError
    from warehouse.connection import WarehouseBusy, WarehouseDamaged, WarehouseUnwritable
    from warehouse.live.migrate import MigrationChanged
    from warehouse.safety.backup import NoBackupError

    for stream in (sys.stdout, sys.stderr):  # a log under LC_ALL=C, a terminal that speaks EUC-KR
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=LEGIBLE)
    expected = (LockHeldError, WarehouseBusy, WarehouseDamaged, WarehouseUnwritable, MigrationChanged, NoBackupError)
    try:
        command_line()()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (ConfigError, *expected, OSError) as error:  # OSError: a full disk, a read-only home, a missing file
        sys.stderr.writelines(f"konato: {line}\n" for line in _said(error).splitlines())
        sys.exit(2 if isinstance(error, ConfigError) else 1)


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


if __name__ == "__main__":
    main()
