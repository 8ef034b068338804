from pathlib import Path

import pytest

from flows.cycle.home import hold
from tests.konato import Konato
from tests.receivers import HttpReceiver


def test_run_prints_a_summary_and_what_failed_or_o8_nothing(konato: Konato) -> None:
    out, _ = konato("run", "--all", "--now", "2025-06-26T12:01:00+09:00")
    assert ("1 server_error" in out, "down: server_error" in out) == (True, True)
    assert konato("run", "--all", "--quiet", "--now", "2025-06-26T12:02:00+09:00")[0] == ""


def test_a_held_lock_ends_with_1_and_names_the_holder(konato: Konato, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cycle.home.WAIT", 0.0)
    with hold(konato.home, who="a neighbour"):
        _, err = konato("run", code=1)
    assert "a neighbour" in err


def test_o8_a_channel_without_a_url_waits(konato: Konato, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    konato.home = tmp_path / "home"
    monkeypatch.delenv("TWO", raising=False)
    with HttpReceiver(["ok"]) as good, HttpReceiver(["ok"]) as late:
        monkeypatch.setenv("ONE", f"json://127.0.0.1:{good.port}/")
        konato.stage.channels({"name": "one", "url_env": "ONE"}, {"name": "two", "url_env": "TWO", "operators": True})
        assert "TWO is not set" in konato("check", code=2)[1]
        assert "1 sent" in konato("run", "--now", "2025-06-26T12:00:00+09:00")[0]
        waiting = "SELECT state, attempts FROM deliveries WHERE channel = 'two'"
        assert konato("query", waiting, "--format", "csv")[0].splitlines()[1:] == ["pending,0"]
        assert "Channel two stands still" in konato("status", code=1)[0]
        assert any("stands still" in post.text for post in good.received)
        konato("channels", "test", "two", code=1)
        monkeypatch.setenv("TWO", f"json://127.0.0.1:{late.port}/")
        assert "1 sent" in konato("run", "--now", "2025-06-26T12:10:00+09:00")[0]
        assert "healthy" in konato("status")[0]
    konato.stage.channels()
