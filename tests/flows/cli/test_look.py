import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.cycle import state
from tests.konato import Konato
from tests.stage import FOUNDING_EN, noise
from tests.table import table

SQL = (
    "SELECT '=cmd' AS a, DATE '2025-06-25' AS b, TIMESTAMPTZ '2025-06-25 00:00:00+00' AS c, ['x', 'y'] AS d, NULL AS e"
)


def test_status_in_words_and_json(konato: Konato) -> None:
    assert "konato is healthy" in konato("status")[0]
    facts = json.loads(konato("status", "--json")[0])
    assert (facts["status"], facts["service"]) == ("healthy", None)
    assert {feed["feed"] for feed in facts["feeds"]} == {"en", "ko", "down"}
    now = datetime.now(UTC)
    service = state.Service(pid=os.getpid(), since=now, every=600.0, next_slot=now, prefect="", up=True, worker=True)
    state.put(konato.home, service=service)
    (konato.home / "prefect").mkdir()
    (konato.home / "prefect" / "key").write_text("k", encoding="utf-8")
    assert json.loads(konato("status", "--json")[0])["service"]["up"] is True
    assert "prefect/key" in konato("status")[0]
    state.put(konato.home, service=None)


def test_status_of_a_late_an_empty_and_an_unreadable_home(konato: Konato, tmp_path: Path) -> None:
    mark = state.read(konato.home).cycle
    assert mark
    for age, code, word in ((7_200, 1, "degraded"), (200_000, 3, "broken")):
        state.put(konato.home, cycle=replace(mark, good_at=datetime.now(UTC) - timedelta(seconds=age)))
        assert word in konato("status", code=code)[0]
    state.put(konato.home, cycle=mark)
    konato.home = tmp_path
    assert "nothing was published" in konato("status", code=3)[0]
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "konato.duckdb").write_bytes(b"no database" * 2000)
    assert "cannot be read" in konato("status", code=3)[0]
    whole = (konato.stage.home / "published" / "konato.duckdb").read_bytes()
    (tmp_path / "published" / "konato.duckdb").write_bytes(whole[: len(whole) // 2])
    for words in ("alerts list", "explain x", "brief", "replay", "query chain"):  # FAULTS O7: words, not traces
        assert len(konato(*words.split(), code=1)[1].splitlines()) == 1


def test_query_in_every_format_with_the_copys_age(konato: Konato) -> None:
    out, err = konato("query", SQL)
    assert ("=cmd" in out, "s old" in err) == (True, True)
    assert json.loads(konato("query", SQL, "--format", "json")[0])[0]["b"] == "2025-06-25"
    csv, _ = konato("query", SQL, "--format", "csv", "--bom")
    assert (csv.startswith("\ufeffa,b"), "'=cmd,2025-06-25" in csv) == (True, True)  # FAULTS O10
    assert "5000 rows" in (many := konato("query", "FROM range(100_000_000)")[1])  # FAULTS X14
    assert "cut at the limit of rows" in many
    assert "chain " in konato("query", "--list")[0]
    assert "1 rows" in konato("query", "chain", "--param", "track=consultation_body")[1]


@table("words, said")
def test_what_nothing_answers_ends_with_1(konato: Konato, words: str, said: str) -> None:
    assert said in konato(*words.split(" "), code=1)[1]


def test_explain_knows_urls_items_events_and_alerts(konato: Konato) -> None:
    ids = konato.stage.ask("SELECT alert_id, event_id, item_id FROM alerts JOIN event_sources USING (event_id)")[0]
    for x in (FOUNDING_EN[0], *map(str, ids)):
        out, _ = konato("explain", x)
        assert ("delivery: " in out, "«" in out) == (True, True)
    assert "not relevant" in konato("explain", noise(1)[0][0])[0]
    assert "known from history.toml" in konato("explain", konato.stage.settings().history[0].event_id)[0]
