"""A person at the command line: commands run in this process, as `konato` runs them."""

import sys

import pytest

from flows.cli.main import main
from tests.stage import Stage


class Konato:
    """Calls `konato` on a stage's home and configuration, and checks the exit code."""

    def __init__(self, stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage, self.capsys, self.monkeypatch = stage, capsys, monkeypatch
        self.home, self.config = stage.home, stage.config

    def __call__(self, *words: str, code: int = 0) -> tuple[str, str]:
        """Return what the command wrote to standard output and to standard error."""
        where = ["--home", str(self.home), "--config", str(self.config)]
        self.monkeypatch.setattr(sys, "argv", ["konato", *words, *where])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self.capsys.readouterr()
        assert (ended.value.code or 0) == code, err
        return out, err

    def one(self, question: str) -> str:
        """Return the first value that the published copy answers."""
        return str(self.stage.ask(question)[0][0])
