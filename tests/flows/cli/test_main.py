"""The command line as a whole: CONTRACT.md's and README's commands, errors and codes, streams."""

import inspect
import io
import re
import shlex
import subprocess
import sys
from argparse import ArgumentParser, _SubParsersAction
from pathlib import Path

import pytest

from flows.cli.main import command_line, work_of
from tests.konato import Konato
from tests.stage import FOUNDING_KO
from tests.table import table

ROOT = Path(__file__).parents[3]
TEXTS = [path.read_text("utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "deploy").iterdir()))]
QUOTED = sorted({found[1] for text in TEXTS for found in re.finditer(r"(?:^|[\s/`$])konato ([a-z][^`\n#]*)", text)})
CONTRACT = """run, serve, demo, check, status, query, explain, evaluate, init, feeds test, replay, mute, unmute, alerts list,
    alerts resend, channels test, preview, feedback wrong, feedback missed, backup, restore, migrate"""
KONATO = (sys.executable, "-m", "flows.cli.main")


def parsers(parser: ArgumentParser, words: str = "") -> dict[str, ArgumentParser]:
    """All commands and groups below a parser, by their words."""
    found = {words: parser}
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for name, below in action.choices.items():
                found |= parsers(below, f"{words} {name}".strip())
    return found


COMMANDS = parsers(command_line())
WORKING = {words: parser._defaults["work"] for words, parser in COMMANDS.items() if "work" in parser._defaults}


def test_each_command_takes_what_its_function_asks_for_and_the_common_options() -> None:
    assert {" ".join(words.split()) for words in CONTRACT.split(",")} <= WORKING.keys()
    for words, work in WORKING.items():
        given = {action.dest for action in COMMANDS[words]._actions} - {"help"}
        asked = set(inspect.signature(work_of(work)).parameters)
        assert {"config", "home"} <= given, words
        assert given - {"config", "home"} <= asked <= given, words


@pytest.mark.parametrize("quoted", QUOTED)
def test_o8_each_command_that_readme_and_units_quote_exists(quoted: str) -> None:
    words = shlex.split(quoted)
    (command, *_) = [name for count in (2, 1) if (name := " ".join(words[:count])) in COMMANDS]
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert given <= COMMANDS[command]._option_string_actions.keys()


@table("words, code, said")
def test_what_cannot_be_is_said_with_its_code(konato: Konato, tmp_path: Path, words: str, code: int, said: str) -> None:
    konato.config = konato.home = tmp_path
    _, err = konato(*words.split(), code=code)
    assert said in err
    assert all(line.startswith("konato: ") for line in err.splitlines())


def test_a_reader_that_has_seen_enough_ends_a_command_quietly() -> None:
    command = f"{shlex.join(KONATO)} query --list | true"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert found.stderr == ""


@pytest.mark.parametrize(("encoding", "title"), [("ascii", "BangSan"), ("euc-kr", "한-나토 국장급 방산협의체")])
def test_r17_what_a_terminal_cannot_show_is_spelt_in_letters_it_has(
    konato: Konato, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, title: str
) -> None:
    konato.home, terminal = tmp_path, io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(terminal, encoding))
    konato("run", "--now", "2025-06-26T12:00:00+09:00")
    out = terminal.getvalue().decode(encoding)
    assert (title in out, "??" in out, FOUNDING_KO[0] in out) == (True, False, True)
