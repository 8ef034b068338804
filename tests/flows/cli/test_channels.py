from pathlib import Path

import pytest

from tests.konato import Konato
from tests.receivers import HttpReceiver


def test_a_channel_is_tested_a_message_seen(konato: Konato, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    event_id = konato.one("SELECT event_id FROM alerts")
    with HttpReceiver(["ok", "500"]) as hook:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{hook.port}/")
        monkeypatch.setenv("MAIL", "mailto://user:pass@127.0.0.1:9?from=a@a.example&to=b@b.example")
        konato.stage.channels({"name": "hook", "url_env": "HOOK"}, {"name": "mail", "url_env": "MAIL"})
        assert "hook: sent" in konato("channels", "test", "hook")[0]
        assert ["SAMPLE" in hook.received[0].text, "Stage: held" in hook.received[0].text] == [True, True]  # FAULTS T13
        konato("channels", "test", "hook", code=1)
    assert "There are: hook, mail" in konato("channels", "test", "nosuch", code=2)[1]
    assert event_id in konato("preview", event_id, "--channel", "hook")[0]
    konato("preview", "nosuch", "--channel", "hook", code=1)
    konato("preview", event_id, "--channel", "mail", "--html", str(tmp_path / "mail.html"))
    assert event_id in (tmp_path / "mail.html").read_text(encoding="utf-8")
    konato.stage.channels()
