"""`konato serve`."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Annotated

import typer

from flows.cli.options import CONFIG, HOME, Config, Home


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(serve)


def _duration(value: str) -> timedelta:
    from extractors.tables import FaultError
    from flows.configure.values import duration

    try:
        return duration(value)
    except FaultError as fault:
        raise typer.BadParameter(f"{fault.reason}. {fault.mend}") from None


def serve(
    *,
    config: Config = CONFIG,
    home: Home = HOME,
    every: Annotated[
        timedelta | None,
        typer.Option("--every", parser=_duration, metavar="DURATION", help="Overrides prefect.yaml's interval."),
    ] = None,
) -> None:
    """Watch unattended: a Prefect server, a worker, a cycle for every slot whatever becomes of them."""
    from flows.configure.settings import read_settings
    from flows.service.logs import configure
    from flows.service.serve import run_service

    configure(logging.INFO)
    run_service(read_settings(config), home=home.resolve(), every=every)
