"""A room's longer questions: they stand in its questions.toml, a table a module or purpose, each under its name."""

import tomllib
from functools import cache
from importlib import resources


@cache
def tables(room: str, name: str = "questions") -> dict[str, dict[str, str]]:
    """Return the tables of a TOML file of ours that stands beside a room's modules."""
    return tomllib.loads((resources.files(f"warehouse.{room}") / f"{name}.toml").read_text(encoding="utf-8"))
