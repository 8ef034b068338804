"""Commands that look: status, query, explain. None of them opens the live file."""

import csv
import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from extractors.model import ConfigError
from flows.cli.draw import draw_standing, draw_table, explained, in_utc, metrics
from flows.cli.options import Refused
from flows.configure.tables import read_history
from flows.service.health import standing
from warehouse.published import query as asking
from warehouse.published import tell

FILES: Final = ("parquet", "xlsx")  # forms of an answer that are files, to be sent into one
TABLE: Final = asking.Limits(rows=5_000)  # a table is for eyes; laying it out takes some 0.1 ms a cell


def status(*, home: Path, as_json: bool, form: str) -> int:
    """Print how the watch stands; its code is the exit code."""
    found = standing(home)
    if form == "prometheus":
        print(metrics(found), end="")
    elif as_json or form == "json":
        print_json(found.facts)
    else:
        draw_standing(found)
    return found.code


def query(
    *, question: str | None, home: Path, pairs: Sequence[tuple[str, str]], form: str, bom: bool, listing: bool
) -> None:
    """Print an answer, its age on standard error; without a question, the ready ones."""
    if listing or question is None:
        for ready in asking.questions():
            takes = "".join(f" --param {name}=…" for name, *_ in ready.parameters)
            print(f"{ready.name:<12} {ready.title}{takes}")
        return
    try:
        answer = asking.run(
            home, question, dict(pairs), TABLE if form == "table" else asking.USUAL, form if form in FILES else ""
        )
    except asking.QueryError as error:
        raise Refused(f"{error}. `konato query --list` shows the ready questions.") from None
    if bom and form == "csv":
        sys.stdout.write("\ufeff")
    _print(form, answer)
    age = max(0, time.time() - (home / "published" / "konato.duckdb").stat().st_mtime)
    cut = "; cut at the limit of rows" if answer.cut else ""
    size = f"{len(answer.file):,} bytes" if answer.file else f"{len(answer.rows)} rows"
    sys.stderr.write(f"{size}, from the copy of {answer.published_at:%F %T%z}, {age:.0f} s old{cut}\n")


def explain(*, x: str, config: Path, home: Path) -> None:
    """Print what became of one thing; an act that only history.toml knows in a line."""
    if found := tell.explain(home, x):
        print(*explained(found), sep="\n")
        return
    with suppress(ConfigError):  # without a configuration nothing more is known
        for event in read_history(config):
            if event.event_id == x:
                print(f"{x}: {event.title} ({event.stage}, {event.event_date}), known from history.toml, never told")
                return
    raise Refused(f"{x} is unknown here: no item, event, alert or message has it.")


def brief(*, home: Path, out: Path | None, config: Path) -> None:
    """Write the whole site and say where."""
    from flows.configure.settings import read_settings
    from flows.cycle.brief import FOLDER, build

    folder, address = out or home / FOLDER, ""
    with suppress(ConfigError):  # without a configuration it has no public address
        address = read_settings(config).briefing
    written = build(home, folder, address=address, whole=True)
    print(f"{folder / 'index.html'}: {written} files written")


def print_json(value: object) -> None:
    """Print a value as JSON; moments in UTC."""
    print(json.dumps(value, ensure_ascii=False, default=plain, indent=2))


def plain(value: object) -> str:
    """Return a value as JSON can hold it; moments in UTC."""
    return in_utc(value).isoformat() if isinstance(value, datetime) else str(value)


def _print(form: str, answer: asking.Answer) -> None:
    if form == "json":
        print_json([dict(zip(answer.columns, row, strict=True)) for row in answer.rows])
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows([asking.csv_safe(value) for value in row] for row in answer.rows)
    elif form in FILES:
        sys.stdout.buffer.write(answer.file)
    else:
        draw_table(answer.columns, answer.rows)
