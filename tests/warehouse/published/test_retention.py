import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from extractors.model import FeedState
from extractors.story import Rejection
from tests import builders as b
from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import LIVE, PUBLISHED, SPILL, backup, reading, session, writing
from warehouse.live import feeds, items
from warehouse.published.publish import publish
from warehouse.published.retention import FRESH, upkeep
from warehouse.safety import recover
from warehouse.sql import rows

DAY = timedelta(days=1)


def times(home: Path) -> list[object]:
    with reading(home) as con:
        return [row["polled_at"] for row in rows(con, "FROM polls ORDER BY 1")]


def test_old_polls_move_to_parquet_once_a_day(tmp_path: Path) -> None:
    homes.made(tmp_path, 0)
    (tmp_path / FRESH).write_text("1000000000")
    polled = [datetime(2025, 5, 30, tzinfo=UTC), datetime(2025, 6, 2, tzinfo=UTC), datetime(2025, 6, 20, tzinfo=UTC)]
    with writing(tmp_path, now=NOW) as con:
        feeds.record_polls(con, [homes.poll(when) for when in polled])
    for age, left in ((15, polled), (15.5, polled[1:])):
        upkeep(tmp_path, now=polled[0] + age * DAY)
        assert times(tmp_path) == left
    with writing(tmp_path, now=NOW) as con:  # a crash between file and delete: the move is done again
        feeds.record_polls(con, [homes.poll(polled[0]), homes.poll(polled[0] + DAY)])
        con.execute("UPDATE polls SET seq = 1 WHERE polled_at = $1", [polled[0]])
    upkeep(tmp_path, now=NOW)
    assert times(tmp_path) == polled[2:]
    files = sorted((tmp_path / "published" / "polls").iterdir())
    assert [file.name for file in files] == ["2025-05.parquet", "2025-06.parquet"]
    with duckdb.connect() as con:
        found = con.execute("SELECT count(*), count(DISTINCT polled_at) FROM read_parquet($1)", [[*map(str, files)]])
        assert found.fetchall() == [(3, 3)]


def test_x13_damaged_polls_are_set_aside_and_no_damage_of_the_live_file(tmp_path: Path) -> None:
    homes.made(tmp_path, 1)
    file = tmp_path / "published" / "polls" / f"{NOW:%Y-%m}.parquet"
    file.parent.mkdir()
    file.write_bytes(b"PAR1" + bytes(200) + b"PAR1")
    upkeep(tmp_path, now=NOW + 20 * DAY)
    assert recover.ensure(tmp_path, now=NOW) is None
    assert file.with_suffix(".damaged").exists()
    assert times(tmp_path) == []


def test_irrelevant_items_leave_once_archived_and_stay_known(tmp_path: Path) -> None:
    homes.made(tmp_path, 1, published=False)
    later = NOW + 500 * DAY
    for retention, publishes, left in ((400, False, 2), (600, True, 2), (400, False, 1)):
        if publishes:
            publish(tmp_path, now=NOW, lexicon_version="t")
        upkeep(tmp_path, now=later, retention=retention * DAY)
        with reading(tmp_path) as con:
            assert len(rows(con, "FROM items")) == left
    with reading(tmp_path) as con:
        assert rows(con, "SELECT relevant FROM items") == [{"relevant": True}]
        assert set(items.known(con, [1, -1])) == {1, -1}
    (tmp_path / PUBLISHED).unlink()
    publish(tmp_path, now=later, lexicon_version="t")
    assert len(homes.archived(tmp_path)) == 2


def test_x14_what_a_killed_process_spilled_into_the_home_goes_after_a_day(tmp_path: Path) -> None:
    homes.made(tmp_path, 0)
    with reading(tmp_path) as con:
        assert con.execute("SELECT current_setting('temp_directory')").fetchall() == [(str(tmp_path / SPILL),)]
    (tmp_path / SPILL).mkdir()
    for name, age in (("old", 2), ("new", 0)):
        (tmp_path / SPILL / name).touch()
        os.utime(tmp_path / SPILL / name, (time.time() - age * 86_400,) * 2)
    upkeep(tmp_path, now=NOW)
    assert [left.name for left in (tmp_path / SPILL).iterdir()] == ["new"]


@pytest.mark.long
def test_the_file_stays_within_twice_its_fresh_copy(tmp_path: Path) -> None:
    homes.made(tmp_path, 0)
    sizes = []
    for n in range(2000):
        when = NOW + timedelta(minutes=10 * n)
        states = [FeedState(feed=f"f{i}", last_polled_at=when, last_keys=tuple(range(n, n + 40))) for i in range(30)]
        new = [b.item(key=n * 5 + i, content=n * 5 + i, first_seen_at=when, summary=str(n) * 40) for i in range(5)]
        with session(tmp_path):
            with writing(tmp_path, now=when) as con:
                feeds.save_states(con, states)
                feeds.record_polls(con, [homes.poll(when, state.feed) for state in states])
                items.insert(con, [(item, Rejection(item_id=item.item_id, reason="no")) for item in new], now=when)
            upkeep(tmp_path, now=when)
        sizes.append((tmp_path / LIVE).stat().st_size)
    backup(tmp_path, tmp_path / LIVE)
    assert max(sizes[-20:]) <= 2 * (tmp_path / LIVE).stat().st_size


def test_a_file_half_empty_is_copied_smaller_and_holds_the_same(tmp_path: Path) -> None:
    homes.made(tmp_path, 0)
    for filler in ("CREATE TABLE filler AS SELECT hash(x) AS x FROM range(2000000) AS t(x)", "", "DROP TABLE filler"):
        with writing(tmp_path) as con:
            if filler:
                con.execute(filler)
            else:
                homes.cycle(con, 0)
    before, large = homes.tables(tmp_path), (tmp_path / LIVE).stat().st_size
    upkeep(tmp_path, now=NOW)
    assert (tmp_path / LIVE).stat().st_size < large / 2
    assert recover.ensure(tmp_path, now=NOW) is None
    assert homes.tables(tmp_path) == before
    fresh = (tmp_path / LIVE).stat().st_ino
    upkeep(tmp_path, now=NOW)
    assert (tmp_path / LIVE).stat().st_ino == fresh
