"""The published copy: the contract's columns, whole at every moment, and no Parquet without news."""

import shutil
import subprocess
import sys
import time
from datetime import timedelta
from multiprocessing.connection import Connection as Line
from pathlib import Path

import duckdb
import pytest

from extractors.learned import Resolution
from extractors.model import FeedState
from extractors.story import Report
from tests import builders as b
from tests.builders import NOW
from tests.table import tables
from tests.warehouse import homes
from warehouse.connection import PUBLISHED, published, writing
from warehouse.live import events, feeds, items
from warehouse.live.bulk import id_of
from warehouse.published.publish import publish
from warehouse.sql import rows

DAY = timedelta(days=1)
CONTRACT: dict[str, str] = tables(__file__)["CONTRACT"]


def test_columns_are_the_contracts_with_docs(tmp_path: Path, meaning: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.published.publish._comments", meaning)
    (homes.made(tmp_path) / PUBLISHED).unlink()
    for _ in range(2):  # the second copy takes its shape from the first
        publish(tmp_path, now=NOW, lexicon_version="t")
        monkeypatch.setattr("warehouse.published.publish._comments", lambda _: 1 / 0)
    with published(tmp_path) as con:
        columns = rows(con, "FROM duckdb_columns() WHERE NOT internal ORDER BY column_index")
        assert [one["column_name"] for one in columns if one["comment"] is None] == []
        assert rows(con, "FROM duckdb_tables() WHERE comment IS NULL") == []
    of = {table: [one["column_name"] for one in columns if one["table_name"] == table] for table in CONTRACT}
    for table, wanted in CONTRACT.items():
        assert of[table][: wanted.count(",") + 1] == wanted.split(", ")
    types = {one["column_name"]: one["data_type"] for one in columns if one["table_name"] == "events"}
    assert types["origins"] == "BIGINT"
    assert {types[name] for name in ("tracks", "outlets", "languages", "domains", "actors")} == {"VARCHAR[]"}
    assert {*CONTRACT["items"].split(", "), "reason"} <= set(homes.archived(tmp_path)[0])


def test_a_copy_of_another_shape_is_not_taken_for_a_pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    homes.made(tmp_path)
    for name, answer in (("_shape", "another"), ("_comments", ["COMMENT ON TABLE fresh.main.about IS 'anew'"])):
        monkeypatch.setattr(f"warehouse.published.publish.{name}", lambda *_, answer=answer: answer)
    publish(tmp_path, now=NOW, lexicon_version="t")
    with published(tmp_path) as con:
        assert rows(con, "SELECT comment FROM duckdb_tables() WHERE table_name = 'about'") == [{"comment": "anew"}]


def test_the_copy_holds_relevant_items_and_the_archive_every_one(tmp_path: Path) -> None:
    homes.made(tmp_path, 2)
    with published(tmp_path) as con:
        assert {row["item_id"] for row in rows(con, "FROM items")} == {id_of(1), id_of(2)}
        source = rows(con, "SELECT event_id, item_id, origin FROM event_sources ORDER BY event_id")[0]
        assert tuple(source.values()) == ("e0", id_of(1), id_of(1))
        cut = "SELECT term = title[start_offset + 1:end_offset] AS fits FROM evidence JOIN items USING (item_id)"
        assert rows(con, cut) == [{"fits": True}] * 2
    assert [(row["relevant"], row["reason"]) for row in homes.archived(tmp_path)] == [
        (True, "a dated act"), (True, "a dated act"), (False, "no_korea"), (False, "no_korea"),
    ]  # fmt: skip


def test_no_parquet_is_written_without_news_and_polls_are_those_of_fourteen_days(tmp_path: Path) -> None:
    homes.made(tmp_path)
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "published").rglob("*.parquet")}
    with writing(tmp_path, now=NOW) as con:
        feeds.record_polls(con, [homes.poll(NOW - timedelta(days=days), new=0) for days in (-1, 13, 15)])
    assert publish(tmp_path, now=NOW, lexicon_version="t") == ()
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "published").rglob("*.parquet")} == before
    with published(tmp_path) as con:
        assert len(rows(con, "FROM polls")) == 3


def contents(home: Path) -> dict[str, list[tuple[object, ...]]]:
    with published(home) as con:
        names = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: con.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in names}


def test_a_large_copy_is_added_to_and_is_as_a_new_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def both(feed: str) -> str:
        """Publish with more in the home, added to the copy and then anew; returns how the first was made."""
        with writing(tmp_path, now=NOW) as con:
            feeds.record_polls(con, [homes.poll(NOW - 13 * DAY, feed=feed), homes.poll(NOW - 15 * DAY)])
            feeds.save_states(con, [FeedState(feed=feed, etag=f"{time.time_ns()}", next_due_at=NOW)])
        made, found = list[str](), list[dict[str, list[tuple[object, ...]]]]()

        def copy(source: Path, target: Path) -> None:
            made.append("added")
            target.write_bytes(source.read_bytes())

        for many in (1, 10**9):
            with monkeypatch.context() as patched:
                patched.setattr("warehouse.published.publish.MANY", many)
                patched.setattr(shutil, "copyfile", copy)
                publish(tmp_path, now=NOW + timedelta(minutes=1), lexicon_version="t")
            found.append(contents(tmp_path))
        assert found[0] == found[1]
        return "".join(made)

    homes.made(tmp_path, 2)
    publish(tmp_path, now=NOW, lexicon_version="t")
    assert [both("a"), both("a")] == ["added"] * 2
    with writing(tmp_path, now=NOW) as con:
        feeds.record_feeds(con, [b.feed(), b.feed(name="b")], "more")
    assert both("b") == "added"
    with writing(tmp_path, now=NOW) as con:
        feeds.record_feeds(con, [b.feed(name="b")], "less")
    assert both("b") == "added"
    with writing(tmp_path, now=NOW) as con:  # as if put back from a backup: the copy's last cycle is not there
        con.execute("DELETE FROM cycles WHERE started_at = (SELECT max(started_at) FROM cycles)")
    assert both("b") == ""


def follow(home: Path, line: Line) -> None:
    """Read every copy as soon as it is there; say how often one was opened, and what was torn."""
    opens, last, seen, torn = 0, 0, 0, []
    question = """
        SELECT seq, (SELECT count(*) FROM alerts), (SELECT count(*) FROM deliveries), (SELECT count(*) FROM cycles)
        FROM about
    """
    line.send("ready")
    while not line.poll(0.02):
        if (now := (home / PUBLISHED).stat().st_mtime_ns) == seen:
            continue
        seen = now
        with published(home) as con:
            [(seq, *counts)] = con.execute(question).fetchall()
        torn += [] if len(set(counts)) == 1 and seq >= last else [(seq, *counts)]
        opens, last = opens + 1, seq
    line.send((opens, torn))


def hold(home: Path, line: Line) -> None:
    """Keep the first copy open to the end."""
    with duckdb.connect(str(home / PUBLISHED), read_only=True) as con:
        line.send("ready")
        line.recv()
        found = con.execute("SELECT seq, (SELECT count(*) FROM cycles) FROM about").fetchall()
    line.send((1, [] if found == [(1, 1)] else found))


@pytest.mark.parametrize("cycles", [4, pytest.param(500, marks=pytest.mark.long)])
def test_readers_are_never_locked_and_never_lock(tmp_path: Path, cycles: int) -> None:
    homes.made(tmp_path)
    readers = [homes.started(target, tmp_path) for target in (hold, follow, follow)]
    for n in range(1, cycles):
        with writing(tmp_path, now=NOW, wait=0) as con:
            homes.cycle(con, n)
        publish(tmp_path, now=NOW, lexicon_version="t")
    for process, line in readers:
        line.send("end")
        opens, torn = line.recv()
        process.join()
        assert opens
        assert torn == []


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
"""
    command = [str(python), "-c", code, str(tmp_path / "home" / PUBLISHED)]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "[1, 1, 1, 1]\n"


def test_m0_an_item_has_as_many_mentions_as_it_tells_acts(tmp_path: Path) -> None:
    homes.made(tmp_path, 0)
    item = b.item()
    told = [Report.of(item, b.mention(item_id=item.item_id, n=n, sentence="They agreed.")) for n in range(2)]
    acts = tuple(b.event(event_id=f"event {n}") for n in range(2))
    joins = tuple((report.item_id, f"event {report.mention.n}", "alone") for report in told)
    with writing(tmp_path, now=NOW) as con:
        items.insert(con, [(item, told[0].mention)], now=NOW)
        events.save(con, Resolution(events=acts, joins=joins), told, now=NOW)
        found = events.all_reports(con, ["event 0", "event 1"])
        assert [[report.item_id for report in of] for of in found.values()] == [[item.item_id], [f"{item.item_id}.1"]]
    publish(tmp_path, now=NOW, lexicon_version="t")
    with published(tmp_path) as con:
        numbered = rows(con, "SELECT n, event_id FROM mentions ORDER BY n")
        assert [tuple(row.values()) for row in numbered] == [(0, "event 0"), (1, "event 1")]
        titles = rows(con, "SELECT title_en FROM events WHERE event_id LIKE 'event %' ORDER BY event_id")
        assert [row["title_en"] for row in titles] == [item.title, "They agreed."]  # the title is of the first act
        assert len(rows(con, "FROM items")) == 1
        assert [row["item_id"] for row in rows(con, "FROM event_sources")] == [item.item_id] * 2
