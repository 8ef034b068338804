"""README's commands exist as written: their names and options are those of the command line."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from flows.cli.main import command_line

ROOT = Path(__file__).parents[3]
TEXTS = [path.read_text("utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "deploy").iterdir()))]
QUOTED = sorted({found[1] for text in TEXTS for found in re.finditer(r"(?:^|[\s/`$])konato ([a-z][^`\n#]*)", text)})


def options(words: list[str]) -> set[str]:
    """The options of the command that these words begin with."""
    command = top = typer.main.get_command(command_line())
    for word in words:
        command = getattr(command, "commands", {}).get(word, command)
    assert command is not top, f"{words[0]} is no command"
    return {name for parameter in command.params for name in parameter.opts}


@pytest.mark.parametrize("quoted", QUOTED)
def test_o8_each_command_that_readme_and_units_quote_exists(quoted: str) -> None:
    words = shlex.split(quoted)
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert given - options(words) == set()
