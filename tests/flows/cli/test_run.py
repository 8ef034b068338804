from __future__ import annotations

from datetime import timedelta

import pytest

from flows.cycle.home import hold
from tests.konato import Konato


def test_run_prints_a_summary_and_what_failed(konato: Konato) -> None:
    out, _ = konato("run", "--all", "--now", "2025-06-26T12:01:00+09:00")
    assert "1 server_error" in out
    assert "down: server_error" in out


def test_a_held_lock_ends_with_1_and_names_the_holder(konato: Konato, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(hold.__wrapped__.__kwdefaults__, "wait", timedelta(0))  # type: ignore[attr-defined]
    with hold(konato.home, who="a neighbour"):
        _, err = konato("run", code=1)
    assert "a neighbour" in err


def test_check_says_what_would_run(konato: Konato) -> None:
    out, _ = konato("check")
    assert "3 enabled" in out
    assert "console" in out
    assert "all five stages" in konato("check", "--self-test")[0]
