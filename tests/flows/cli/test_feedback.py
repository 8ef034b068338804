from __future__ import annotations

import json
from pathlib import Path

from tests.konato import Konato
from tests.stage import FOUNDING_EN, noise


def test_feedback_is_read_by_evaluate(konato: Konato, tmp_path: Path) -> None:
    alert_id = konato.one("SELECT alert_id FROM alerts")
    konato("feedback", "wrong", alert_id)
    konato("feedback", "missed", noise(1)[0][0])
    konato("feedback", "wrong", "nosuch", code=1)
    assert "URL" in konato("feedback", "missed", "not a url", code=1)[1]
    figures = json.loads(konato("evaluate", str(konato.home / "feedback.jsonl"), "--json")[0])
    assert {"relevant", "alert", "events", "by_language"} <= figures.keys()
    assert "alert" in konato("evaluate", str(konato.home / "feedback.jsonl"), "--errors")[0]
    konato.home = tmp_path / "fresh"
    konato("feedback", "missed", "https://nowhere.example/")
    assert "nowhere" in (konato.home / "feedback.jsonl").read_text(encoding="utf-8")


def test_t12_one_wrong_alert_marks_the_report_that_brought_it_alone(konato: Konato) -> None:
    alert_id = konato.one("SELECT alert_id FROM alerts")
    assert len(konato.stage.ask("FROM event_sources JOIN alerts USING (event_id)")) > 1
    (konato.stage.home / "feedback.jsonl").unlink(missing_ok=True)
    konato("feedback", "wrong", alert_id)
    (line,) = (konato.home / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["url"] == FOUNDING_EN[0]
    konato("feedback", "wrong", konato.one("SELECT event_id FROM alerts"), code=1)
