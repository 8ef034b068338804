from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from alerts.model import ResultKind
from alerts.send import console
from alerts.send.door import send
from tests.alerts.making import MESSAGE

SENT, TRANSIENT = ResultKind.SENT, ResultKind.TRANSIENT


def test_the_console_shows_arendered(capsys: pytest.CaptureFixture[str]) -> None:
    assert send(MESSAGE, "console://", timeout=1).kind is SENT
    shown = capsys.readouterr().out
    assert "A title" in shown
    assert "id m1" in shown


class _Broken:
    encoding = "ascii"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        text.encode("ascii")
        if "stop" in text:
            raise BrokenPipeError(32, "Broken pipe")
        self.text += text

    def flush(self) -> None:
        pass


def test_a_console_of_few_letters_shows_what_it_can_and_a_closed_one_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Broken()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert console.show(replace(MESSAGE, text="방산협의체 body")).kind is SENT
    assert "BangSanHyeobUiChe body" in terminal.text
    result = console.show(replace(MESSAGE, text="stop"))
    assert (result.kind, result.reason) == (TRANSIENT, "standard output cannot be written: Broken pipe")
