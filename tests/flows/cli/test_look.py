from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.cycle import state
from tests.konato import Konato
from tests.stage import FOUNDING_EN, noise


def test_status_in_words_and_json(konato: Konato) -> None:
    out, _ = konato("status")
    assert "konato is healthy" in out
    facts = json.loads(konato("status", "--json")[0])
    assert facts["status"] == "healthy"
    assert facts["service"] is None
    now = datetime.now(UTC)
    service = state.Service(pid=os.getpid(), since=now, every=600.0, next_slot=now, prefect="", up=True, worker=True)
    state.put(konato.home, service=service)
    assert json.loads(konato("status", "--json")[0])["service"]["up"] is True
    (konato.home / "prefect").mkdir()
    (konato.home / "prefect" / "key").write_text("k", encoding="utf-8")
    assert "prefect/key" in konato("status")[0]
    state.put(konato.home, service=None)
    assert {feed["feed"] for feed in facts["feeds"]} == {"en", "ko", "down"}


def test_status_of_a_late_and_of_an_empty_home(konato: Konato, tmp_path: Path) -> None:
    mark = state.read(konato.home).cycle
    assert mark
    for age, code, word in ((7_200, 1, "degraded"), (200_000, 3, "broken")):
        state.put(konato.home, cycle=replace(mark, good_at=datetime.now(UTC) - timedelta(seconds=age)))
        assert word in konato("status", code=code)[0]
    state.put(konato.home, cycle=mark)
    konato.home = tmp_path
    assert "nothing was published" in konato("status", code=3)[0]


def test_status_of_an_unreadable_copy_is_broken(konato: Konato, tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "konato.duckdb").write_bytes(b"no database" * 2000)
    konato.home = tmp_path
    assert "cannot be read" in konato("status", code=3)[0]


def test_query_in_every_format_with_the_copys_age(konato: Konato) -> None:
    sql = "SELECT '=cmd' AS a, DATE '2025-06-25' AS b, TIMESTAMPTZ '2025-06-25 00:00:00+00' AS c, ['x', 'y'] AS d, NULL AS e"
    out, err = konato("query", sql)
    assert "=cmd" in out
    assert "s old" in err
    assert json.loads(konato("query", sql, "--format", "json")[0])[0]["b"] == "2025-06-25"
    assert "'=cmd,2025-06-25" in konato("query", sql, "--format", "csv")[0]
    assert konato("query", sql, "--format", "csv", "--bom")[0].startswith("\ufeffa,b")  # FAULTS O10


def test_ready_questions_are_listed_and_run(konato: Konato) -> None:
    listed, _ = konato("query", "--list")
    names = [line.split()[0] for line in listed.splitlines()]
    assert "chain" in names
    for name in names:
        konato("query", name)


def test_a_wrong_question_ends_with_1(konato: Konato) -> None:
    assert "konato" in konato("query", "SELECT * FROM nowhere", code=1)[1]
    assert "'nosuch' is neither a ready question nor SQL" in konato("query", "nosuch", code=1)[1]
    assert "parameter" in konato("query", "chain", "--param", "nosuch=1", code=1)[1]
    konato("query", "chain", "--param", "nosuch", code=2)


def test_explain_knows_urls_items_events_and_alerts(konato: Konato) -> None:
    alert_id, event_id = konato.one("SELECT alert_id FROM alerts"), konato.one("SELECT event_id FROM alerts")
    item_id = konato.one("SELECT item_id FROM items")
    for x in (FOUNDING_EN[0], item_id, event_id, alert_id):
        out, _ = konato("explain", x)
        assert "delivery: " in out
        assert "«" in out
    assert "not relevant" in konato("explain", noise(1)[0][0])[0]
    assert "known from history.toml" in konato("explain", konato.stage.settings().history[0].event_id)[0]
    assert "unknown" in konato("explain", "h0", code=1)[1]
    assert "unknown" in konato("explain", "https://nowhere.example/", code=1)[1]
