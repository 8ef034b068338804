"""What commands share: the options that all of them take, the clock, and how one refuses."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import wraps
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

Config = Annotated[Path, typer.Option("--config", envvar="KONATO_CONFIG", help="The configuration directory.")]
Home = Annotated[Path, typer.Option("--home", envvar="KONATO_HOME", help="Where Konato keeps its data.")]
Since = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="First day, UTC.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

EVERYWHERE: Final = {"config": (Config, Path("config")), "home": (Home, Path("var"))}
"""The options that every command takes, by the parameter that asks for them, with their defaults."""


def command(work: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that all commands take; it is handed those that it has a parameter for."""
    own = inspect.signature(work, eval_str=True)
    common = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=option, default=default)
        for name, (option, default) in EVERYWHERE.items()
    ]

    @wraps(work)
    def run(**given: object) -> None:
        work(**{name: value for name, value in given.items() if name in own.parameters})

    others = [parameter for name, parameter in own.parameters.items() if name not in EVERYWHERE]
    run.__dict__["__signature__"] = own.replace(parameters=[*others, *common])
    return run


def instant(value: str) -> datetime:
    """Read a cycle's clock: ISO 8601 with an offset.

    Raises:
        typer.BadParameter: it is not, or has no offset.
    """
    wrong = "has no offset"
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo:
            return moment.astimezone(UTC)
    except ValueError:
        wrong = "is not ISO 8601"
    except OverflowError:
        wrong = "is out of range"
    raise typer.BadParameter(f"{value!r} {wrong}; write 2025-06-26T09:00:00+09:00.")


Now = Annotated[
    datetime | None,
    typer.Option("--now", parser=instant, metavar="ISO8601", help="The cycle's clock (default: the real one)."),
]


def midnight(day: datetime | None, *, after: bool = False) -> datetime | None:
    """Return the instant at which a day in UTC begins, or the one `after` which it is over."""
    return datetime.combine(day.date() + timedelta(days=after), time(), UTC) if day else None


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one without a zone, or at the ends of the calendar, as it is."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment
    except (OverflowError, ValueError):
        return moment


def used(home: Path) -> Path:
    """Return a home that somebody watched in; a mistyped one is refused, and not made."""
    from warehouse.connection import LIVE, PUBLISHED

    if not (home / LIVE).exists() and not (home / PUBLISHED).exists():
        refuse(f"{home} is no home of a watch: the first `konato run` makes one. Is --home right?")
    return home


def refuse(why: str) -> NoReturn:
    """End a command that cannot do what it was asked for: the reason on standard error, exit code 1."""
    sys.stderr.write(f"konato: {why}\n")
    raise typer.Exit(1)
