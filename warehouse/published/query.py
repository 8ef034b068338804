"""Somebody's question to the published copy: read-only, bounded in time and memory, touching nothing else."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Final

from warehouse.connection import PUBLISHED, Connection, EngineError, sandbox
from warehouse.published import archive

_PARAM: Final = re.compile(r"^-- param: (\w+) (\w+) = (.+)$", re.MULTILINE)
_TITLE: Final = re.compile(r"\A-- title: (.+)$", re.MULTILINE)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # OWASP's list: how a spreadsheet tells a formula


class QueryError(Exception):
    """A question that cannot be answered: what is wrong with it, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one question may cost."""

    seconds: float = 30.0
    memory: str = "400MB"
    rows: int = 1_000_000  # more is an export: the file itself can be copied


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A ready question; parameters are (name, SQL type, default as an SQL expression)."""

    name: str
    title: str
    sql: str
    parameters: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Columns and rows, with the age of what was asked."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    published_at: datetime
    cut: bool = False  # whether there were more rows than the limit


def questions() -> tuple[Question, ...]:
    """Return the ready questions, by name."""
    folder = resources.files("warehouse.published") / "queries"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple(_question(file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")) for file in files)


def run(home: Path, sql_or_name: str, params: Mapping[str, str], limits: Limits | None = None) -> Answer:
    """Answer SQL, or a ready question by its name, on the published copy; `archive` there is every item.

    Raises:
        QueryError: unknown parameter, refused or wrong statement, too slow or too large.
        FileNotFoundError: nothing was published yet.
    """
    limits = limits or Limits()
    file = home / PUBLISHED
    if not file.exists():
        raise FileNotFoundError(f"{file} is not there yet: the first cycle writes it. Run `konato run`.")
    ready = {question.name: question for question in questions()}.get(sql_or_name.strip())
    shown = archive.view(home) if re.search(r"\barchive\b", ready.sql if ready else sql_or_name) else ""
    if ready is None and re.fullmatch(r"\s*[\w-]*\s*", sql_or_name):
        raise QueryError(f"{sql_or_name.strip()!r} is neither a ready question nor SQL")
    con = sandbox(file, archive=shown, folder=home / archive.FOLDER, memory=limits.memory)
    timer = threading.Timer(limits.seconds, con.interrupt)
    timer.daemon = True
    timer.start()
    try:
        if ready is None:
            return _answer(con, _single(con, sql_or_name), dict(params), limits)
        return _answer(con, ready.sql, _values(con, ready, params), limits)
    except EngineError as error:
        raise QueryError(_explained(error, limits)) from error
    finally:
        timer.cancel()
        con.close()


def csv_safe(value: object) -> str:
    """Return a value for a CSV cell; text that a spreadsheet would run as a formula is given a leading apostrophe."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else str(value)


def _question(name: str, sql: str) -> Question:
    title = _TITLE.search(sql)
    parameters = tuple((found[1], found[2], found[3].strip()) for found in _PARAM.finditer(sql))
    return Question(name=name, title=title[1].strip() if title else name, sql=sql, parameters=parameters)


def _single(con: Connection, sql: str) -> str:
    """Refuse what is no single question: COPY would write into the folder that the archive is read from."""
    statements = con.extract_statements(sql)
    kinds = [statement.type.name for statement in statements]
    if kinds != ["SELECT"]:
        raise QueryError(f"one SELECT (or FROM, DESCRIBE, SUMMARIZE) is answered, not {', '.join(kinds) or 'nothing'}")
    return sql


def _values(con: Connection, question: Question, given: Mapping[str, str]) -> dict[str, object]:
    names = [name for name, _, _ in question.parameters]
    unknown = sorted(given.keys() - set(names))
    if unknown:
        raise QueryError(
            f"{question.name} has no parameter {', '.join(unknown)}; it takes: {', '.join(names) or 'none'}"
        )
    values: dict[str, object] = {}
    for name, kind, default in question.parameters:
        source = "$1" if name in given else f"({default})"
        arguments = [given[name]] if name in given else []
        row = con.execute(f"SELECT CAST({source} AS {kind})", arguments).fetchone()
        values[name] = row[0] if row else None
    return values


def _answer(con: Connection, sql: str, values: dict[str, object], limits: Limits) -> Answer:
    when: datetime = con.execute("SELECT published_at FROM about").fetchall()[0][0]
    cursor = con.execute(sql, values)
    columns = tuple(column[0] for column in cursor.description or ())
    rows = cursor.fetchmany(limits.rows + 1)
    return Answer(
        columns=columns,
        rows=tuple(tuple(row) for row in rows[: limits.rows]),
        published_at=when,
        cut=len(rows) > limits.rows,
    )


def _explained(error: EngineError, limits: Limits) -> str:
    said = str(error)
    if "interrupt" in said.lower():
        return f"the question ran longer than {limits.seconds:g} s and was stopped"
    return said
