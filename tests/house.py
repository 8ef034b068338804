"""The import contract of rooms: another room enters by a door alone, and a room's `__init__.py` names its doors.

Used by import-linter (pyproject.toml), so that the docstring a stranger reads is the rule that `make lint` holds.
"""

import ast
import re
from pathlib import Path
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

ROOT = Path(__file__).parents[1]
_NAMED = re.compile(r"`([a-z_.]+)`")


def doors(room: str) -> frozenset[str]:
    """Return the modules that a room's docstring names in backticks after "Door" or "Doors"."""
    docstring = ast.get_docstring(ast.parse((ROOT / room.replace(".", "/") / "__init__.py").read_text("utf-8"))) or ""
    _, _, named = docstring.partition("Door")
    return frozenset(f"{room}.{name}" for name in _NAMED.findall(named))


class Doors(Contract):
    """Modules of a room are imported from outside it only where its docstring names them as a door."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Hold every import between rooms against the doors of the room that is entered."""
        found: list[str] = []
        top = {module for module in graph.modules if module.count(".") == 1}
        folders = {module for module in top if not graph.is_module_squashed(module)}
        for room in sorted(folder for folder in folders if graph.find_children(folder)):
            hidden = graph.find_descendants(room) - doors(room)
            found += [
                f"{importer} imports {module}, which is no door of {room}"
                for module in sorted(hidden)
                for importer in sorted(graph.find_modules_that_directly_import(module))
                if not importer.startswith(f"{room}.")
            ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which import enters which room through a wall."""
        metadata: dict[str, Any] = check.metadata
        for line in metadata["found"]:
            output.print_error(line)
