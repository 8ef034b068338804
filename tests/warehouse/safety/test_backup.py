from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from tests.builders import NOW
from tests.warehouse import homes
from warehouse import connection
from warehouse.connection import WarehouseError, writing
from warehouse.live import migrate
from warehouse.published import query
from warehouse.published.publish import publish
from warehouse.safety import backup, recover

LATER = NOW + timedelta(hours=1)


def test_backup_and_restore(tmp_path: Path) -> None:
    home = homes.made(tmp_path / "home", 2)
    kept = tmp_path / "copies" / "b.duckdb"
    connection.backup(home, kept)
    before = homes.tables(home)
    with writing(home) as con:
        homes.cycle(con, 7)
    publish(home, now=LATER, lexicon_version="test")
    backup.restore(home, kept, now=LATER)
    backup.restore(home, kept, now=LATER)
    assert homes.tables(home) == before
    assert len(list((home / "aside").iterdir())) == 2
    assert recover.ensure(home, now=LATER) is None
    with writing(home, now=LATER) as con:
        homes.cycle(con, 8)
    assert publish(home, now=LATER, lexicon_version="test")
    with writing(home, now=LATER) as con:
        homes.cycle(con, 7)  # what the restore took away comes again
    publish(home, now=LATER, lexicon_version="test")
    shown = query.answer(home, "SELECT count(*), count(DISTINCT item_id) FROM archive", {}).rows
    assert shown == ((8, 8),)
    assert len(homes.archived(home)) == 10  # those of the four cycles, the one that the restore took away among them


@cache
def copy() -> bytes:
    """A backup of a home with two cycles."""
    with TemporaryDirectory() as folder:
        connection.backup(homes.made(Path(folder, "home"), 2), Path(folder, "copy"))
        return Path(folder, "copy").read_bytes()


def changed(*acts: str) -> Callable[[Path], object]:
    """A backup of ours that somebody changed."""

    def change(file: Path) -> None:
        file.write_bytes(copy())
        with duckdb.connect(str(file)) as con:
            for act in acts:
                con.execute(act)

    return change


NO_BACKUPS: dict[str, tuple[Callable[[Path], object], str]] = {
    "junk": (lambda file: file.write_bytes(b"no database" * 1000), "wrong is no backup"),
    "empty": (lambda file: file.write_bytes(b""), "wrong is no backup"),
    "newer": (changed("INSERT INTO migrations VALUES (9999, '9999_next.sql', '', now())"), "newer version"),
    "edited": (changed("UPDATE migrations SET sha256 = 'x'"), "edited after it had been applied"),
    "foreign": (changed("DROP TABLE migrations"), "its tables are not ours"),
    "a table gone": (changed("DROP TABLE joins"), "its tables are not ours"),
    "a view for a table": (
        changed("ALTER TABLE seen RENAME TO x", "CREATE VIEW seen AS FROM x"),
        "tables are not ours",
    ),
    "a column more": (changed("ALTER TABLE polls ADD COLUMN more INTEGER"), "more"),
    "a column less": (changed("ALTER TABLE polls DROP COLUMN reason"), "reason"),
    "no mark": (changed("DELETE FROM mark"), "wrong is no backup"),
    "two marks": (changed("INSERT INTO mark FROM mark"), "wrong is no backup"),
    "no commit": (changed("UPDATE mark SET seq = 9223372036854775807"), "9223372036854775807 is no commit"),
    "states that are none": (changed("UPDATE feed_states SET facts = '{}'"), "missing required field"),
    "events that are none": (changed("UPDATE events SET facts = 'nonsense'"), "wrong is no backup"),
}


@pytest.fixture(name="kept", scope="module")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home that stays as it is, whatever is refused."""
    home = homes.made(tmp_path_factory.mktemp("kept"), 1)
    yield home
    assert recover.ensure(home, now=LATER) is None
    assert homes.commits(home) == 1


@pytest.mark.parametrize("name", NO_BACKUPS)
def test_x13_what_is_no_backup_is_refused_and_nothing_touched(kept: Path, tmp_path: Path, name: str) -> None:
    write, why = NO_BACKUPS[name]
    write(tmp_path / "wrong")
    before = {file: file.stat().st_mtime_ns for file in kept.rglob("*")}
    with pytest.raises(WarehouseError, match=why):
        backup.restore(kept, tmp_path / "wrong", now=LATER)
    assert {file: file.stat().st_mtime_ns for file in kept.rglob("*")} == before


def test_x13_only_rows_of_our_tables_are_taken_over(tmp_path: Path) -> None:
    home = homes.made(tmp_path / "home", 2)
    before = homes.tables(home)
    act = "CREATE OR REPLACE VIEW publish.items AS SELECT 1 AS item_id; CREATE TABLE more AS SELECT 1 AS x"
    changed(act)(tmp_path / "changed")
    backup.restore(home, tmp_path / "changed", now=LATER)
    assert homes.tables(home) == before
    with connection.reading(home) as con:
        assert con.execute("FROM duckdb_tables() WHERE table_name = 'more'").fetchall() == []


def test_an_older_versions_backup_is_restored_and_migrated(tmp_path: Path) -> None:
    connection.backup(homes.old(tmp_path / "old"), tmp_path / "backup")
    home = homes.made(tmp_path / "home", 1)
    backup.restore(home, tmp_path / "backup", now=LATER)
    assert migrate.migrate(home, now=LATER).before == 1
    assert homes.commits(home) == 19


def test_x15_a_backup_goes_through_no_planted_link(tmp_path: Path) -> None:
    home, victim = homes.made(tmp_path / "home", 1), tmp_path / "victim"
    victim.write_text("mine")
    for name in ("b.duckdb", "b.duckdb.tmp"):
        (tmp_path / name).symlink_to(victim)
    connection.backup(home, tmp_path / "b.duckdb")
    assert victim.read_text() == "mine"
    assert not (tmp_path / "b.duckdb").is_symlink()
