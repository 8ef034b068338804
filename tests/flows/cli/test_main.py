from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.konato import Konato


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
