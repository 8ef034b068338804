import json
from pathlib import Path

import pytest

from tests.konato import Konato
from tests.stage import FOUNDING_EN, noise


def test_mute_and_unmute(konato: Konato) -> None:
    event_id = konato.one("SELECT event_id FROM alerts")
    assert "muted until 2031-01-01" in konato("mute", event_id, "--until", "2031-01-01")[0]
    assert "told again" in konato("unmute", event_id)[0]
    assert "no event" in konato("mute", "nosuch", code=1)[1]


def test_alerts_are_listed_and_sent_again(konato: Konato) -> None:
    alert_id = konato.one("SELECT alert_id FROM alerts")
    assert alert_id in konato("alerts", "list")[0]
    assert alert_id not in konato("alerts", "list", "--failed", "--since", "2025-01-01")[0]
    assert "0 deliveries" in konato("alerts", "resend", "--failed")[0]
    assert "1 deliveries" in konato("alerts", "resend", alert_id)[0]
    assert "1 sent" in konato("run", "--now", "2025-06-26T12:02:00+09:00")[0]
    konato("alerts", "resend", code=1)
    konato("alerts", "resend", "nosuch", code=1)


def test_feedback_is_read_by_evaluate(konato: Konato) -> None:
    noted = konato.home / "feedback.jsonl"
    konato("feedback", "wrong", konato.one("SELECT alert_id FROM alerts"))
    konato("feedback", "missed", noise(1)[0][0])
    wrong, missed = map(json.loads, noted.read_text(encoding="utf-8").splitlines())
    assert len(konato.stage.ask("FROM event_sources JOIN alerts USING (event_id)")) > 1
    assert (wrong["url"], wrong["alert"]) == (FOUNDING_EN[0], False)  # FAULTS T12: the report that brought it alone
    assert (missed["url"], missed["alert"]) == (noise(1)[0][0], True)
    for nothing in ("nosuch", konato.one("SELECT event_id FROM alerts")):
        konato("feedback", "wrong", nothing, code=1)
    assert "URL" in konato("feedback", "missed", "not a url", code=1)[1]
    figures = json.loads(konato("evaluate", str(noted), "--json")[0])
    assert {"relevant", "alert", "events", "by_language"} <= figures.keys()
    assert "missed alert" in konato("evaluate", str(noted), "--errors")[0]
    (konato.home / "published/konato.duckdb").unlink()
    konato("feedback", "missed", "https://nowhere.example/")
    assert "nowhere" in noted.read_text(encoding="utf-8")


def test_backup_restore_and_migrate(konato: Konato, tmp_path: Path) -> None:
    konato("backup", str(tmp_path / "copy.duckdb"))
    assert (tmp_path / "copy.duckdb").stat().st_size > 0
    konato("restore", str(tmp_path / "copy.duckdb"))
    konato("migrate", "--check")
    konato("migrate")
    out, _ = konato("run", "--all", "--now", "2025-06-26T12:03:00+09:00")
    assert "alerts: 0" in out


MISTYPED = """backup {tmp}/copy; restore {tmp}/nothing; migrate; migrate --check; replay --diff; mute e1; unmute e1;
    alerts list; alerts resend a1; alerts resend --failed; query chain; explain e1; preview e1 --channel console;
    feedback wrong a1; feedback missed https://a.example/1; evaluate {tmp}/nothing"""


@pytest.mark.parametrize("words", MISTYPED.split(";"))
def test_o7_a_mistyped_home_or_file_is_told_in_a_line_and_not_made(konato: Konato, tmp_path: Path, words: str) -> None:
    konato.home = tmp_path / "typo"
    _, err = konato(*words.format(tmp=tmp_path).split(), code=1)
    assert len(err.splitlines()) == 1
    assert str(tmp_path) in err
    assert list(tmp_path.iterdir()) == []


def test_o7_a_backup_overwrites_nothing(konato: Konato, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("mine", "link"):
        assert "is there already" in konato("backup", str(tmp_path / name), code=1)[1]
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()
