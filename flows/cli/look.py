"""Commands that look: status, query, explain. None of them opens the live file."""

from __future__ import annotations

import csv
import json
import re
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Literal

import typer

from extractors.model import ConfigError
from flows.cli.options import AsJson, Config, Home, in_utc, refuse

Format = Literal["table", "json", "csv"]
Report = Literal["text", "json", "prometheus"]


def status(
    *,
    home: Home,
    as_json: AsJson = False,
    form: Annotated[Report, typer.Option("--format", help="How to answer.")] = "text",
) -> None:
    """Say how the watch stands. Exit code: 0 healthy, 1 degraded, 3 broken."""
    from flows.service.health import standing

    found = standing(home)
    if form == "prometheus":
        from flows.cli.prometheus import metrics

        print(metrics(found), end="")
    elif as_json or form == "json":
        print(json.dumps(found.facts, ensure_ascii=False, default=plain, indent=2))
    else:
        from flows.cli.draw import draw_standing

        draw_standing(found)
    raise typer.Exit(found.code)


def query(
    *,
    question: Annotated[str | None, typer.Argument(metavar="SQL-or-NAME", help="SQL, or a ready question.")] = None,
    home: Home,
    param: Annotated[list[str] | None, typer.Option("--param", metavar="K=V", help="Of a ready question.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print the answer.")] = "table",
    bom: Annotated[bool, typer.Option("--bom", help="Begin CSV with a byte order mark, as Excel wants it.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="List the ready questions.")] = False,
) -> None:
    """Ask the published copy: SQL, or a ready question by its name."""
    from warehouse.published import query as asking

    if listing or question is None:
        for ready in asking.questions():
            takes = "".join(f" --param {name}=…" for name, _, _ in ready.parameters)
            print(f"{ready.name:<12} {ready.title}{takes}")
        return
    pairs = [pair.partition("=") for pair in param or ()]
    if wrong := [pair for pair in pairs if not pair[1]]:
        raise typer.BadParameter(f"{wrong[0][0]!r} is not k=v")
    try:
        answer = asking.run(home, question, {key: value for key, _, value in pairs})
    except asking.QueryError as error:
        refuse(f"{error}. `konato query --list` shows the ready questions.")
    if bom and form == "csv":
        sys.stdout.write("\ufeff")
    _print(form, answer.columns, answer.rows)
    age = max(0, time.time() - (home / "published" / "konato.duckdb").stat().st_mtime)
    cut = "; cut at the limit of rows" if answer.cut else ""
    sys.stderr.write(f"{len(answer.rows)} rows, from the copy of {answer.published_at:%F %T%z}, {age:.0f} s old{cut}\n")


def explain(
    *,
    x: Annotated[str, typer.Argument(metavar="X", help="A URL, or the id of an item, event, alert or message.")],
    config: Config,
    home: Home,
) -> None:
    """Tell what became of a URL, item, event or alert: poll, text with evidence, decision, event, deliveries."""
    from warehouse.published.tell import explain as look_up

    found = look_up(home, x)
    if found is None:
        from flows.configure.history import read_history

        with suppress(ConfigError):  # without a configuration nothing more is known
            for event in read_history(config) if re.fullmatch(r"h[0-9a-f]{15}", x) else ():
                if event.event_id == x:
                    told = f"{event.title} ({event.stage}, {event.event_date})"
                    print(f"{x}: {told}, known from history.toml, never told")
                    return
        refuse(f"{x} is unknown here: no item, event, alert or message has it.")
    from flows.cli.draw import draw_explained

    draw_explained(found)


def plain(value: object) -> object:
    """Return a value as JSON can hold it."""
    if isinstance(value, datetime):
        return in_utc(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _print(form: Format, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    if form == "json":
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        print(json.dumps(records, ensure_ascii=False, default=plain, indent=2))
    elif form == "csv":
        from warehouse.published.query import csv_safe

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([csv_safe(value) for value in row] for row in rows)
    else:
        from flows.cli.draw import draw_table

        draw_table(columns, rows)
