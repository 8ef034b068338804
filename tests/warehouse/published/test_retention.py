from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from extractors.model import FeedState
from extractors.story import Rejection
from tests import builders as b
from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import LIVE, reading, rows, writing
from warehouse.live import feeds, items
from warehouse.live.migrate import migrate
from warehouse.published.publish import publish
from warehouse.published.retention import FRESH, Upkeep, compact, upkeep
from warehouse.safety import recover

DAY = timedelta(days=1)


def test_old_polls_move_to_parquet_once_a_day(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    (tmp_path / FRESH).write_text("1000000000")
    times = [datetime(2025, 5, 30, tzinfo=UTC), datetime(2025, 6, 2, tzinfo=UTC), datetime(2025, 6, 20, tzinfo=UTC)]
    with writing(tmp_path, now=NOW) as con:
        feeds.record_outcomes(con, [homes.outcome(when) for when in times])
    assert upkeep(tmp_path, now=times[0] + 15 * DAY) == Upkeep()
    assert upkeep(tmp_path, now=times[0] + 15.5 * DAY).polls == 1
    with writing(tmp_path, now=NOW) as con:  # a crash between file and delete: the move is done again
        feeds.record_outcomes(con, [homes.outcome(times[0]), homes.outcome(times[0] + DAY)])
        con.execute("UPDATE polls SET seq = 1 WHERE polled_at = $1", [times[0]])
    assert upkeep(tmp_path, now=NOW).polls == 3
    with duckdb.connect() as con:
        found = con.execute(
            f"SELECT count(*), count(DISTINCT polled_at) FROM '{tmp_path}/published/polls/*.parquet'"
        ).fetchall()
    assert found == [(3, 3)]
    assert sorted(file.name for file in (tmp_path / "published" / "polls").iterdir()) == [
        "2025-05.parquet",
        "2025-06.parquet",
    ]
    with reading(tmp_path) as con:
        assert [row["polled_at"] for row in rows(con, "FROM polls")] == times[2:]


def test_irrelevant_items_leave_once_archived_and_stay_known(tmp_path: Path) -> None:
    homes.made(tmp_path, 1, published=False)
    later = NOW + 500 * DAY
    assert upkeep(tmp_path, now=later).items == 0
    publish(tmp_path, now=NOW, lexicon_version="t")
    assert upkeep(tmp_path, now=later, retention=600 * DAY).items == 0
    assert upkeep(tmp_path, now=later).items == 1
    with reading(tmp_path) as con:
        assert rows(con, "SELECT relevant FROM items") == [{"relevant": True}]
        assert set(items.known(con, [1, -1])) == {1, -1}
    (tmp_path / "published" / "konato.duckdb").unlink()
    publish(tmp_path, now=later, lexicon_version="t")
    assert len(homes.archived(tmp_path)) == 2


@pytest.mark.parametrize("cycles", [100, pytest.param(2000, marks=pytest.mark.long)])
def test_the_file_stays_within_twice_its_fresh_copy(tmp_path: Path, cycles: int) -> None:
    migrate(tmp_path, now=NOW)
    sizes = []
    for n in range(cycles):
        when = NOW + timedelta(minutes=10 * n)
        with writing(tmp_path, now=when) as con:
            states = [
                FeedState(feed=f"f{i}", last_polled_at=when, last_keys=tuple(range(n, n + 40))) for i in range(30)
            ]
            feeds.save_states(con, states)
            feeds.record_outcomes(con, [homes.outcome(when, state.feed) for state in states])
            new = [b.item(key=n * 5 + i, content=n * 5 + i, first_seen_at=when, summary=str(n) * 40) for i in range(5)]
            items.insert(con, [(item, Rejection(item_id=item.item_id, reason="no_korea")) for item in new], now=when)
        upkeep(tmp_path, now=when)
        sizes.append((tmp_path / LIVE).stat().st_size)
    compact(tmp_path)
    assert max(sizes[-20:]) <= 2 * (tmp_path / LIVE).stat().st_size
    assert recover.ensure(tmp_path, now=NOW) is None
    with writing(tmp_path) as con:
        homes.cycle(con, 10**6)
        assert rows(con, "SELECT count(*) AS n FROM items") == [{"n": 5 * cycles + 2}]


def test_a_file_half_empty_is_copied_smaller(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    with writing(tmp_path) as con:
        con.execute("CREATE TABLE filler AS SELECT hash(x) AS x FROM range(2000000) AS t(x)")
    for n in range(2):
        with writing(tmp_path) as con:
            homes.cycle(con, n)
    with writing(tmp_path) as con:
        con.execute("DROP TABLE filler")
    large = (tmp_path / LIVE).stat().st_size
    assert upkeep(tmp_path, now=NOW).compacted
    assert (tmp_path / LIVE).stat().st_size < large / 2
    assert not upkeep(tmp_path, now=NOW).compacted
    assert recover.ensure(tmp_path, now=NOW) is None
