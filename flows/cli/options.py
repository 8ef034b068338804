"""What every command shares: options, the clock, and how errors end a process."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

CONFIG: Final = Path("config")
HOME: Final = Path("var")

Config = Annotated[
    Path, typer.Option("--config", envvar="KONATO_CONFIG", help="The configuration directory.", show_default=True)
]
Home = Annotated[
    Path, typer.Option("--home", envvar="KONATO_HOME", help="Where Konato keeps its data.", show_default=True)
]


def instant(value: str) -> datetime:
    """Read a cycle's clock: ISO 8601 with an offset.

    Raises:
        typer.BadParameter: it is not, or has no offset.
    """
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"{value!r} is not ISO 8601; write 2025-06-26T09:00:00+09:00.") from None
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{value!r} has no offset; write 2025-06-26T09:00:00+09:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise typer.BadParameter(f"{value!r} is out of range.") from None


Now = Annotated[
    datetime | None,
    typer.Option("--now", parser=instant, metavar="ISO8601", help="The cycle's clock (default: the real one)."),
]


def clock(now: datetime | None) -> datetime:
    """Return the clock that was given, or the real one."""
    return now or datetime.now(UTC)
