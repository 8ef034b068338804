"""`konato`: finds the command, imports its module alone, and gives each error its words and exit code."""

import gc
import inspect
import io
import os
import sys
import tomllib
from argparse import Action, ArgumentParser
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

from alerts.send.console import LEGIBLE
from extractors.model import ConfigError
from flows.cli.options import READERS, Refused

Tables = dict[str, dict[str, Any]]  # as TOML has them: argparse knows what may stand in them
ABOUT: Final = "Watch the news for South Korea–NATO defence-industry cooperation and tell people, once and in time."


class _Version(Action):
    def __call__(self, *_: object, **__: object) -> NoReturn:
        work_of("setup.version")()
        sys.exit(0)


class Parser(ArgumentParser):
    """A parser that takes commands.toml's tables, and refuses in one line, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """End a command line that is none."""
        self.exit(2, f"konato: {message}. `{self.prog} --help` says what there is.\n")

    def offer(self, tables: Tables, everywhere: Tables) -> None:
        """Add commands, and groups of them."""
        commands = self.add_subparsers(metavar="COMMAND", required=True, prog=self.prog)  # else a usage is laid out
        for word, told in tables.items():
            text, work = told.pop("help"), told.pop("work", None)
            command = commands.add_parser(word, description=text, help=text, allow_abbrev=False)
            if work is None:
                command.offer(told, everywhere)
                continue
            command.set_defaults(work=work)
            for name, reader in READERS.items():
                command.register("type", name, reader)
            for argument, how in {**told, **everywhere}.items():
                command.add_argument(argument, **how)


def command_line() -> Parser:
    """Return the whole command line; an environment variable may hold the default of what every command takes."""
    top = Parser(prog="konato", description=ABOUT, allow_abbrev=False)
    top.add_argument("--version", nargs=0, action=_Version, help="Show version, schema and lexicon.")
    table = tomllib.loads((Path(__file__).parent / "commands.toml").read_text("utf-8"))
    everywhere = table.pop("everywhere")
    for name, how in everywhere.items():
        how["default"] = os.environ.get(f"KONATO_{name[2:].upper()}") or how["default"]
    top.offer(table, everywhere)
    return top


def work_of(name: str) -> Callable[..., int | None]:
    """Import a command's function, `module.function` of this room."""
    module, _, function = name.partition(".")
    work: Callable[..., int | None] = getattr(import_module(f"flows.cli.{module}"), function)
    return work


def main() -> None:
    """Run a command; what a user can cause ends in lines on standard error and a code, never in a trace."""
    gc.set_threshold(50_000, 10, 1_000)  # a cycle makes next to no rings: looking for them took a twentieth of it
    for stream in (sys.stdout, sys.stderr):  # a log under LC_ALL=C, a terminal that speaks EUC-KR
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=LEGIBLE)
    try:
        given = vars(command_line().parse_args())
        work = work_of(given["work"])  # which is handed what it has a parameter for
        code = work(**{name: given[name] for name in inspect.signature(work).parameters}) or 0
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except KeyboardInterrupt:
        code = 130  # as shells have it
    except expected() as error:
        said = str(error)
        if isinstance(error, OSError) and error.filename and error.strerror:
            said = f"{error.filename}: {error.strerror}"
        sys.stderr.writelines(f"konato: {line}\n" for line in said.splitlines())
        sys.stderr.flush()
        from flows.service.logs import end_quietly  # as `expected`: nobody else waits for it

        end_quietly()
        code = 2 if isinstance(error, ConfigError) else 1
    sys.exit(code)


def expected() -> tuple[type[Exception], ...]:
    """Return the errors that a person can cause; imported where something was raised."""
    from flows.cycle.home import LockHeldError
    from warehouse.connection import WarehouseError

    return (ConfigError, Refused, OSError, LockHeldError, WarehouseError)  # OSError: a full disk, a read-only home, …


if __name__ == "__main__":
    main()
