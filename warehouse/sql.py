"""A room's longer questions: they stand in its questions.toml, a table a module or purpose, each under its name."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from warehouse.connection import Connection


@cache
def tables(room: str, name: str = "questions") -> dict[str, dict[str, str]]:
    """Return the tables of a TOML file of ours that stands beside a room's modules."""
    return tomllib.loads((resources.files(f"warehouse.{room}") / f"{name}.toml").read_text(encoding="utf-8"))


def rows(con: Connection, sql: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, object]]:
    """Return what a question answers, a dict a row."""
    cursor = con.execute(sql, parameters or {})
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
