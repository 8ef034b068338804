"""Somebody's question to the published copy: read-only, touching nothing else, bounded in time, memory and disk.

The bounds are the system's, not the engine's promise: a process of its own answers, with a limit on its memory, and is
killed when its time is over: what hears no interrupt, or counts no memory, is held by them too.
"""

import pickle
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Final, cast

from warehouse.connection import (
    PUBLISHED,
    Connection,
    EngineError,
    bare,
    held_by,
    meant,
    published_file,
    quoted,
    sandbox,
)
from warehouse.published import archive

FILE: Final = "answer"
_PARAM: Final = re.compile(r"^-- param: (\w+) (\w+) = (.+?)(?: of \((.+)\))?$", re.MULTILINE)
_TITLE: Final = re.compile(r"\A-- title: (.+)$", re.MULTILINE)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # OWASP's list: how a spreadsheet tells a formula


class QueryError(Exception):
    """A question that cannot be answered: what is wrong with it, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one question may cost."""

    seconds: float = 30.0
    memory: int = 600  # MB of the whole process, two fifths of it what the engine counts
    disk: int = 1000  # MB of temporary files, in a folder of the system's that goes with the question
    rows: int = 1_000_000  # more is an export: the file itself can be copied


USUAL: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A ready question; its parameters: name, SQL type, default in SQL, and the question for the values it may have."""

    name: str
    title: str
    sql: str
    parameters: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Columns and rows, with the age of what was asked."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    published_at: datetime
    cut: bool = False  # whether there were more rows than the limit
    file: bytes = b""  # all of the answer, where it was asked for in a file's form: then there are no rows here


def questions() -> tuple[Question, ...]:
    """Return the ready questions, by name."""
    folder = resources.files("warehouse.published") / "queries"
    found = {file.name.removesuffix(".sql"): file.read_text(encoding="utf-8") for file in folder.iterdir()}
    return tuple(
        Question(name=name, title=_TITLE.findall(sql)[0], sql=sql, parameters=tuple(_PARAM.findall(sql)))
        for name, sql in sorted(found.items())
    )


def run(home: Path, sql_or_name: str, params: Mapping[str, str], limits: Limits = USUAL, form: str = "") -> Answer:
    """Answer SQL, or a ready question by its name, on the published copy; `archive` there is every item.

    `form` is "parquet" or "xlsx" for a file of the answer, "" for its rows. Raises QueryError for an unknown parameter,
    a refused or wrong statement, one too slow or too large; FileNotFoundError where nothing was published yet.
    """
    published_file(home)
    with tempfile.TemporaryDirectory(prefix="konato-query-") as spill:
        asked = pickle.dumps((home.absolute(), sql_or_name, dict(params), limits, spill, form))
        command = [sys.executable, "-P", "-c", f"from {__name__} import _child; _child()"]
        try:
            done = subprocess.run(  # noqa: S603  ourselves
                command, input=asked, capture_output=True, timeout=limits.seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise QueryError(f"the question ran longer than {limits.seconds:g} s and was stopped") from None
        if done.returncode:
            raise QueryError(f"the question needs more memory than {limits.memory} MB for its work or its answer")
        found = pickle.loads(done.stdout)  # noqa: S301  our own child's
        if isinstance(found, QueryError):
            raise found
        return replace(cast("Answer", found), file=Path(spill, FILE).read_bytes() if form else b"")


def _child() -> None:
    """Answer the question on standard input, on standard output: an Answer, or a refusal."""
    asked = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  our own parent's
    limits: Limits = asked[3]
    for kind, most in ((resource.RLIMIT_DATA, limits.memory << 20), (resource.RLIMIT_FSIZE, limits.disk << 20)):
        resource.setrlimit(kind, (most, most))
    try:
        sys.stdout.buffer.write(pickle.dumps(answer(*asked)))
    except QueryError as error:
        sys.stdout.buffer.write(pickle.dumps(error))


def answer(
    home: Path, sql_or_name: str, params: Mapping[str, str], limits: Limits = USUAL, spill: str = "", form: str = ""
) -> Answer:
    """Answer as `run` does, here and now: with the engine's own bounds alone. Raises QueryError."""
    ready = {question.name: question for question in questions()}.get(sql_or_name.strip())
    if ready is None and re.fullmatch(r"\s*[\w-]*\s*", sql_or_name):
        raise QueryError(f"{sql_or_name.strip()!r} is neither a ready question nor SQL")
    sql = ready.sql if ready else sql_or_name
    shown = archive.view(home) if re.search(r"\barchive\b", sql) else ""
    settings = {
        "memory_limit": f"{limits.memory * 2 // 5}MB",
        "temp_directory": spill,
        "max_temp_directory_size": f"{limits.disk if spill else 0}MB",
    }
    folders = [str(home / archive.FOLDER)] * bool(shown) + [spill] * bool(form)
    try:
        with sandbox(home / PUBLISHED, archive=shown, folders=folders, settings=settings) as con:
            if not ready:
                _refuse_others(con, sql)
            values = _values(con, ready, params) if ready else {**params}
            return _answer(con, bare(sql), values, limits, Path(spill, FILE), form)
    except EngineError as error:
        raise QueryError(_said(error, home, limits)) from error


def csv_safe(value: object) -> str:
    """Return a value for a CSV cell; text that a spreadsheet would run as a formula is given a leading apostrophe."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else str(value)


def _said(error: EngineError, home: Path, limits: Limits) -> str:
    """Put an error of the engine's into words; a damaged part of the archive is noted for the next cycle."""
    said = str(error).partition("\n\nPossible solutions")[0]
    if holder := held_by(error):
        return f"the file is held open for writing by {holder}: end that, or ask again later"
    if "File too large" in said:
        return f"the question needs more than {limits.disk} MB of files for its work or its answer"
    if "Copy Function with name xlsx" in said:
        return "this DuckDB writes no xlsx: ask for parquet, or for csv with --bom"
    if any(str(part) in said for part in archive.parts(home)) and (found := meant(error, home, home / PUBLISHED)):
        return str(found)
    return said


def _refuse_others(con: Connection, sql: str) -> None:
    """Refuse what is no single question: COPY would write into the folder that the archive is read from."""
    try:
        kinds = [statement.type.name for statement in con.extract_statements(sql)]
    except ValueError:  # a kind that the engine knows and its Python binding does not
        kinds = ["that"]
    if kinds != ["SELECT"]:
        raise QueryError(f"one SELECT (or FROM, DESCRIBE, SUMMARIZE) is answered, not {', '.join(kinds) or 'nothing'}")


def _values(con: Connection, question: Question, given: Mapping[str, str]) -> dict[str, object]:
    names = [name for name, *_ in question.parameters]
    if unknown := sorted(given.keys() - set(names)):
        takes = ", ".join(names) or "none"
        raise QueryError(f"{question.name} has no parameter {', '.join(unknown)}; it takes: {takes}")
    values: dict[str, object] = {}
    for name, kind, default, choices in question.parameters:
        source, known = ("$1", [given[name]]) if name in given else (f"({default})", [])
        [(values[name],)] = con.execute(f"SELECT CAST({source} AS {kind})", known).fetchall()
        if choices and name in given:
            there = [value for (value,) in con.execute(f"FROM ({choices}) ORDER BY 1").fetchall()]
            if values[name] not in there:
                raise QueryError(f"{name} {given[name]!r} is unknown; there are: {', '.join(there) or 'none yet'}")
    return values


def _answer(con: Connection, sql: str, values: Mapping[str, object], limits: Limits, place: Path, form: str) -> Answer:
    """Fetch the rows or, with a form, write all of them to a file, whose size is bounded by the process's limit."""
    [(when,)] = con.execute("SELECT published_at FROM about").fetchall()
    if form:
        con.execute(f"COPY ({sql}\n) TO {quoted(place)} (FORMAT {form})", values)
        return Answer(columns=(), rows=(), published_at=when)
    cursor = con.execute(sql, values)
    try:
        rows = cursor.fetchmany(limits.rows + 1)
    except (ValueError, OverflowError):  # a value that Python has none for (a year past 9999): then all as text
        cursor = con.execute(f"SELECT COLUMNS(*)::VARCHAR FROM ({sql}\n)", values)
        rows = cursor.fetchmany(limits.rows + 1)
    return Answer(
        columns=tuple(column[0] for column in cursor.description or ()),
        rows=tuple(tuple(row) for row in rows[: limits.rows]),
        published_at=when,
        cut=len(rows) > limits.rows,
    )
