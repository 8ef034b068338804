"""README's commands exist as written: their names and options are those of the command line."""

from __future__ import annotations

import inspect
import re
import shlex
from argparse import ArgumentParser, _SubParsersAction
from pathlib import Path

import pytest

from flows.cli.main import command_line, work_of

ROOT = Path(__file__).parents[3]
TEXTS = [path.read_text("utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "deploy").iterdir()))]
QUOTED = sorted({found[1] for text in TEXTS for found in re.finditer(r"(?:^|[\s/`$])konato ([a-z][^`\n#]*)", text)})


def parsers(parser: ArgumentParser, words: str = "") -> dict[str, ArgumentParser]:
    """All commands and groups below a parser, by their words."""
    found = {words: parser}
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for name, below in action.choices.items():
                found |= parsers(below, f"{words} {name}".strip())
    return found


COMMANDS = parsers(command_line())


def options(words: list[str]) -> set[str]:
    """The options of the command that these words begin with."""
    known = [name for count in (2, 1) if (name := " ".join(words[:count])) in COMMANDS]
    assert known, f"{words[0]} is no command"
    return set(COMMANDS[known[0]]._option_string_actions)


def test_each_command_does_its_work_by_the_parameters_that_it_takes() -> None:
    for words, parser in COMMANDS.items():
        if work := parser._defaults.get("work"):
            given = {action.dest for action in parser._actions} - {"help"}
            asked = set(inspect.signature(work_of(work)).parameters)
            assert given - {"config", "home"} <= asked <= given, words


@pytest.mark.parametrize("quoted", QUOTED)
def test_o8_each_command_that_readme_and_units_quote_exists(quoted: str) -> None:
    words = shlex.split(quoted)
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert given - options(words) == set()
