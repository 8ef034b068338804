"""The published copy: the contract's columns, whole at every moment, and no Parquet without news."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from extractors.learned import Resolution
from extractors.story import Report
from tests import builders as b
from tests.builders import NOW
from tests.warehouse import homes, readers
from warehouse.connection import PUBLISHED, published, rows, writing
from warehouse.live import events, feeds, items
from warehouse.live.bulk import id_of
from warehouse.live.migrate import migrate
from warehouse.published.publish import publish

# CONTRACT.md, "Published files": these come first and in this order; more may follow.
CONTRACT = {
    "items": "item_id, url, outlet, feed, language, title, summary, published_at, first_seen_at, relevant, origin",
    "mentions": "item_id, n, event_id, track, tracks, stage, alertable, score, reason, lexicon_version",
    "evidence": "item_id, field, start_offset, end_offset, term, concept, language",
    "events": "event_id, track, tracks, stage, title, event_date, date_precision, alertable, predecessor, merged_into, "
    "first_reported_at, last_reported_at, reports, origins, outlets, languages, domains, actors, title_en, title_ko, url, "
    "sentence",
    "event_sources": "event_id, item_id, url, outlet, language, published_at, origin",
    "alerts": "alert_id, event_id, change, created_at, reason",
    "deliveries": "alert_id, channel, state, attempts, release_at, sent_at, message_id, reason",
    "feeds": "feed, outlet, url, kind, enabled, health, since, last_polled_at, next_due_at",
    "polls": "feed, polled_at, outcome, status, bytes, items, new_items, reason",
    "concepts": "concept, kind, label_en, label_ko",
    "latency": "alert_id, channel, published_at, first_seen_at, queued_at, sent_at, seconds",
    "about": "published_at, schema_version, lexicon_version",
}


def test_columns_are_the_contracts_and_each_is_documented(tmp_path: Path) -> None:
    homes.made(tmp_path)
    with published(tmp_path) as con:
        for table, columns in CONTRACT.items():
            names = columns.split(", ")
            assert [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()][: len(names)] == names
        assert (
            con.execute("SELECT column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL").fetchall()
            == []
        )
        assert con.execute("SELECT table_name FROM duckdb_tables() WHERE comment IS NULL").fetchall() == []
        types = dict(
            con.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'events'").fetchall()
        )
    assert types["origins"] == "BIGINT"
    assert {types[name] for name in ("tracks", "outlets", "languages", "domains", "actors")} == {"VARCHAR[]"}
    names = [*CONTRACT["items"].split(", "), "reason"]
    assert set(names) <= set(homes.archived(tmp_path)[0])


def test_the_copy_holds_relevant_items_and_the_archive_every_one(tmp_path: Path) -> None:
    homes.made(tmp_path, 2)
    with published(tmp_path) as con:
        assert {row["item_id"] for row in rows(con, "FROM items")} == {id_of(1), id_of(2)}
        source = rows(con, "FROM event_sources ORDER BY event_id")[0]
        assert (source["event_id"], source["item_id"], source["origin"]) == ("e0", id_of(1), id_of(1))
        evidence = rows(con, "FROM evidence JOIN items USING (item_id)")
        assert len(evidence) == 2
        for title, start, end, term in con.execute(
            "SELECT title, start_offset, end_offset, term FROM evidence JOIN items USING (item_id)"
        ).fetchall():
            assert title[start:end] == term
    assert [(row["relevant"], row["reason"]) for row in homes.archived(tmp_path)] == [
        (True, "a dated act"), (True, "a dated act"), (False, "no_korea"), (False, "no_korea"),
    ]  # fmt: skip


def test_no_parquet_is_written_without_news(tmp_path: Path) -> None:
    homes.made(tmp_path)
    files = {file: file.stat().st_mtime_ns for file in (tmp_path / "published").rglob("*.parquet")}
    with writing(tmp_path, now=NOW) as con:
        feeds.record_outcomes(con, [homes.outcome(NOW + timedelta(hours=1), new=0)])
    assert publish(tmp_path, now=NOW + timedelta(hours=1), lexicon_version="t") == ()
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "published").rglob("*.parquet")} == files
    with published(tmp_path) as con:
        assert len(rows(con, "FROM polls")) == 2


def test_polls_are_those_of_fourteen_days(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    with writing(tmp_path, now=NOW) as con:
        feeds.record_outcomes(con, [homes.outcome(NOW - timedelta(days=days)) for days in (-1, 13, 15)])
    publish(tmp_path, now=NOW, lexicon_version="t")
    with published(tmp_path) as con:
        assert len(rows(con, "FROM polls")) == 2


def test_a_home_without_a_copy_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="konato run"), published(tmp_path):
        pass


@pytest.mark.parametrize("cycles", [15, pytest.param(500, marks=pytest.mark.long)])
def test_readers_are_never_locked_and_never_lock(tmp_path: Path, cycles: int) -> None:
    homes.made(tmp_path)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([readers.__name__])
    ready, stop, out = context.Semaphore(0), context.Event(), context.Queue()
    targets = [readers.hold, *[readers.follow] * 3]
    workers = [context.Process(target=target, args=(str(tmp_path), ready, stop, out)) for target in targets]
    for worker in workers:
        worker.start()
    for _ in workers:
        assert ready.acquire(timeout=60)
    for n in range(1, cycles):
        with writing(tmp_path, now=NOW, wait=0) as con:
            homes.cycle(con, n)
        publish(tmp_path, now=NOW, lexicon_version="t")
        with published(tmp_path) as con:
            assert rows(con, "SELECT seq FROM about") == [{"seq": n + 1}]
    stop.set()
    found = [out.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(60)
    assert [problem for _, problem in found if problem] == []
    assert all(opens for opens, _ in found)


@pytest.mark.long
@pytest.mark.parametrize("version", ["1.2", "1.4"])
def test_duckdb_1_reads_the_copy(tmp_path: Path, version: str) -> None:
    homes.made(tmp_path / "home")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "old")], check=True)
    python = tmp_path / "old" / "bin" / "python"
    if subprocess.run(
        [python, "-m", "pip", "install", "-q", f"duckdb=={version}.*"], check=False, capture_output=True
    ).returncode:
        pytest.skip(f"DuckDB {version} is not to be had from the package index here")
    code = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
print([con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in ("events", "items", "deliveries", "about")])
print(con.execute("SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL").fetchall())
"""
    done = subprocess.run(
        [python, "-c", code, str(tmp_path / "home" / PUBLISHED)], check=True, capture_output=True, text=True
    )
    assert done.stdout == "[1, 1, 1, 1]\n[(0,)]\n"


def test_m0_an_item_has_as_many_mentions_as_it_tells_acts(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    item = b.item()
    first, second = (b.mention(item_id=item.item_id, n=n) for n in range(2))
    told = [Report.of(item, one) for one in (first, second)]
    joins = tuple((report.item_id, f"event {report.mention.n}", "alone") for report in told)
    with writing(tmp_path, now=NOW) as con:
        items.insert(con, [(item, first)], now=NOW)
        events.save(con, Resolution(joins=joins), told, now=NOW)
        found = events.all_reports(con, ["event 0", "event 1"])
        assert [[report.item_id for report in of] for of in found.values()] == [[item.item_id], [f"{item.item_id}.1"]]
    publish(tmp_path, now=NOW, lexicon_version="t")
    with published(tmp_path) as con:
        assert [(row["n"], row["event_id"]) for row in rows(con, "FROM mentions ORDER BY n")] == [
            (0, "event 0"),
            (1, "event 1"),
        ]
        assert len(rows(con, "FROM items")) == 1
        assert [row["item_id"] for row in rows(con, "FROM event_sources")] == [item.item_id] * 2
