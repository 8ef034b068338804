import io
import sys
from dataclasses import replace

import pytest

from alerts.model import ResultKind
from alerts.send import console
from alerts.send.door import send
from tests.alerts.making import MESSAGE

SENT, TRANSIENT = ResultKind.SENT, ResultKind.TRANSIENT


class _Terminal(io.StringIO):
    """A terminal that knows ASCII alone, and closes at the word "stop"."""

    encoding = "ascii"

    def write(self, text: str) -> int:
        if "stop" in text:
            raise BrokenPipeError(32, "Broken pipe")
        return super().write(text.encode("ascii").decode())


def test_r17_a_console_shows_the_message_as_far_as_it_has_letters_and_a_closed_one_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(MESSAGE, "console://", timeout=1).kind is SENT
    assert "\nA title\n\nSome text, id m1\n" in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdout", terminal := _Terminal())
    assert console.show(replace(MESSAGE, text="방산협의체 body")).kind is SENT
    assert "BangSanHyeobUiChe body" in terminal.getvalue()
    result = console.show(replace(MESSAGE, text="stop"))
    assert (result.kind, result.reason) == (TRANSIENT, "standard output cannot be written: Broken pipe")
    monkeypatch.setattr(sys, "stdout", None)
    result = console.show(MESSAGE)
    assert (result.kind, result.reason) == (TRANSIENT, "standard output cannot be written: it is closed")
