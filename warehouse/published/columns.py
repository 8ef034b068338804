"""What each published table and column means (columns.toml), kept beside the data by COMMENT ON."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources


def on_table(table: str) -> str:
    """Return the statement that documents a table of the fresh copy. Raises KeyError as `on_column` does."""
    return f"COMMENT ON TABLE fresh.main.{table} IS {_quoted(_meanings()['tables'][table])}"


def on_column(table: str, column: str) -> str:
    """Return the statement that documents one of its columns.

    Raises KeyError for a column without a meaning: nothing is published undocumented.
    """
    meanings = _meanings()["columns"]
    meaning = meanings.get(f"{table}.{column}") or meanings[column]
    return f"COMMENT ON COLUMN fresh.main.{table}.{column} IS {_quoted(meaning)}"


@functools.cache
def _meanings() -> dict[str, dict[str, str]]:
    return tomllib.loads((resources.files("warehouse.published") / "columns.toml").read_text(encoding="utf-8"))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
