from __future__ import annotations

from tests.konato import Konato


def test_mute_and_unmute(konato: Konato) -> None:
    event_id = konato.one("SELECT event_id FROM alerts")
    assert "muted until 2031-01-01" in konato("mute", event_id, "--until", "2031-01-01")[0]
    assert "muted" in konato("mute", event_id)[0]
    assert "told again" in konato("unmute", event_id)[0]
    assert "no event" in konato("mute", "nosuch", code=1)[1]


def test_alerts_are_listed_and_sent_again(konato: Konato) -> None:
    alert_id = konato.one("SELECT alert_id FROM alerts")
    assert alert_id in konato("alerts", "list")[0]
    assert alert_id not in konato("alerts", "list", "--failed", "--since", "2025-01-01")[0]
    assert "0 deliveries" in konato("alerts", "resend", "--failed")[0]
    assert "1 deliveries" in konato("alerts", "resend", alert_id)[0]
    out, _ = konato("run", "--now", "2025-06-26T12:02:00+09:00")
    assert "1 sent" in out
    konato("alerts", "resend", code=1)
    konato("alerts", "resend", "nosuch", code=1)
