from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.konato import Konato
from tests.stage import FOUNDING_KO


def test_bad_configuration_ends_with_2_in_one_line(konato: Konato, tmp_path: Path) -> None:
    konato.config = konato.home = tmp_path
    _, err = konato("run", code=2)
    assert "feeds.toml" in err
    assert "Traceback" not in err


CONTRACT = [
    "run",
    "serve",
    "demo",
    "check",
    "status",
    "query",
    "explain",
    "evaluate",
    "replay",
    "mute",
    "unmute",
    "preview",
    "backup",
    "restore",
    "migrate",
    "alerts.list",
    "alerts.resend",
    "channels.test",
    "feedback.wrong",
    "feedback.missed",
]


@pytest.mark.parametrize("words", [words.replace(".", " ") for words in CONTRACT])
def test_every_command_of_the_contract_takes_the_common_options(konato: Konato, words: str) -> None:
    out, _ = konato(*words.split(), "--help")
    assert "--config" in out
    assert "--home" in out


def test_a_reader_that_has_seen_enough_ends_a_command_quietly() -> None:
    command = f"{sys.executable} -m flows.cli.main query --list | true"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(("encoding", "title"), [("ascii", "BangSan"), ("euc-kr", "한-나토 국장급 방산협의체")])
def test_r17_what_a_terminal_cannot_show_is_spelt_in_letters_it_has(
    konato: Konato, tmp_path: Path, encoding: str, title: str
) -> None:
    where = ["--home", str(tmp_path), "--config", str(konato.config)]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "flows.cli.main", "run", "--now", "2025-06-26T12:00:00+09:00", *where]
    found = subprocess.run(command, capture_output=True, check=False, env=environment)
    out = found.stdout.decode(encoding)
    assert (found.returncode, "Traceback" in found.stderr.decode(encoding)) == (0, False)
    assert title in out
    assert "??" not in out
    assert FOUNDING_KO[0] in out
