"""Whatever happens to the files, the home opens again and the loss is named."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from extractors.model import FeedState
from tests.builders import NOW
from tests.warehouse import homes
from warehouse import files, mark
from warehouse.connection import DAMAGED, LIVE, PUBLISHED, EngineError, WarehouseDamaged, opened, reading, writing
from warehouse.live import items, outbox
from warehouse.live.bulk import whole
from warehouse.live.migrate import standing, steps
from warehouse.published import archive
from warehouse.published.publish import publish
from warehouse.published.query import answer
from warehouse.safety import recover

LATER = NOW + timedelta(hours=1)
LOG = f"{LIVE}.wal"
BOTH, ALONE = "the published copy and the archive", "the archive alone"


def recovered(home: Path) -> recover.Recovery:
    """What a recovery says; afterwards the home is sound and goes on."""
    found = recover.ensure(home, now=LATER)
    assert found is not None
    assert recover.ensure(home, now=LATER) is None
    return found


def due(home: Path) -> int:
    with reading(home) as con:
        return len(outbox.due(con, now=LATER))


def test_a_sound_home_needs_nothing(tmp_path: Path) -> None:
    assert recover.ensure(tmp_path, now=NOW) is None
    with opened(tmp_path):  # a file without a schema
        pass
    assert recover.ensure(tmp_path, now=NOW) is None
    homes.made(tmp_path)
    assert homes.run(homes.dies_after_commit, tmp_path, 5) == 9
    (tmp_path / mark.NAME).write_text("nonsense")
    assert mark.read(tmp_path) is None
    assert recover.ensure(tmp_path, now=NOW) is None
    assert homes.commits(tmp_path) == 2


def all_gone(home: Path) -> None:
    for name in (LIVE, LOG, PUBLISHED):
        (home / name).unlink()


DAMAGES: dict[str, tuple[Callable[[Path], object], int]] = {
    "log cut": (lambda home: homes.cut(home / LOG), 2),
    "log gone": (lambda home: (home / LOG).unlink(), 2),
    # DuckDB refuses the log, or (about one time in 25) ends it there without a word: either way it is named.
    "log flipped": (lambda home: homes.flip(home / LOG, 0.5), 2),
    "main's head": (lambda home: homes.flip(home / LIVE, 0.0001), 2),
    "main cut": (lambda home: homes.cut(home / LIVE), 2),
    "main emptied": (lambda home: (home / LIVE).write_bytes(b""), 2),
    "all": (all_gone, 0),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_mended_and_the_loss_named(tmp_path: Path, name: str) -> None:
    """Of a home whose third cycle was not published and whose fourth stands in the log alone."""
    home, (damage, remain) = homes.died(tmp_path), DAMAGES[name]
    damage(home)
    recovery = recovered(home)
    assert recovery.commits == 4 - remain
    assert (BOTH if remain else ALONE) in recovery.source
    assert recovery.lost_from == (NOW + timedelta(minutes=10 * (remain - 1)) if remain else None)
    assert recovery.lost_to == NOW + timedelta(minutes=30)
    assert f"{'and' if remain else 'up to'} {recovery.lost_to:%F %T}" in recovery.detail
    with reading(home) as con:
        assert len(outbox.due(con, now=LATER)) == len(con.execute("FROM cycles").fetchall()) == remain
        assert recover.recoveries(con, since=NOW) == [recovery]
        assert all(state.etag is None and state.next_due_at is None for state in whole(con, FeedState, recover.STATES))
        assert standing(con) == steps()[-1].version


@pytest.mark.parametrize("where", [0.3, 0.5, 0.9])
def test_a_flipped_block_of_the_main_file_is_noticed_or_harmless(tmp_path: Path, where: float) -> None:
    home = homes.made(tmp_path, 3)
    before = homes.tables(home)
    homes.flip(home / LIVE, where)
    recovery = recover.ensure(home, now=LATER)
    if recovery is not None:
        assert (recovery.commits, "Nothing is lost" in recovery.detail) == (0, True)
        assert (home / recovery.aside / LIVE).exists()
    assert homes.tables(home) == before


def test_x9_a_rebuilt_home_knows_all_that_was_published_though_its_mark_is_gone(tmp_path: Path) -> None:
    home = homes.made(tmp_path, 3)
    before = homes.tables(home)
    with reading(home) as con:
        known, texts = items.known(con, [1, 2, -1, -2]), items.origins(con, [1, -3])
    for name in (LIVE, mark.NAME):
        (home / name).unlink()
    recovery = recovered(home)
    assert (recovery.reason, recovery.lost_to) == (
        "the live file is gone",
        LATER,
    )  # nobody knows what came after the copy
    assert homes.tables(home) == before
    with reading(home) as con:
        assert items.known(con, [1, 2, -1, -2]) == known
        assert items.origins(con, [1, -3]) == texts


@pytest.mark.parametrize("home", [lambda place: homes.made(place, 3), homes.old], ids=["this version's", "0.1.0's"])
def test_x9_where_the_archive_alone_is_left_commits_go_on_from_it(tmp_path: Path, home: Callable[[Path], Path]) -> None:
    home(tmp_path)
    every = "SELECT count(*), count(DISTINCT item_id) FROM archive"
    [(before, _)] = answer(tmp_path, every, {}).rows
    for name in (LIVE, mark.NAME, PUBLISHED):
        (tmp_path / name).unlink()
    assert recovered(tmp_path).reason == "the live file is gone"
    for n in (90, 91):
        with writing(tmp_path, now=LATER) as con:
            homes.cycle(con, n, relevant=False)
        publish(tmp_path, now=LATER, lexicon_version="t")
    assert answer(tmp_path, every, {}).rows == ((int(str(before)) + 2,) * 2,)


def test_x9_a_live_file_older_than_what_was_published_is_rebuilt(tmp_path: Path) -> None:
    home = homes.made(tmp_path / "new", 3)
    (home / mark.NAME).unlink()
    files.write(home / LIVE, (homes.made(tmp_path / "old", 1) / LIVE).read_bytes())
    assert "ends at commit 1, but commit 3" in recovered(home).reason
    assert homes.commits(home) == 3


def flipped(copy: Path) -> None:
    for where in (0.5, 0.001):
        homes.flip(copy, where)


def crafted(copy: Path) -> None:
    with duckdb.connect(str(copy)) as con:
        con.execute("UPDATE feeds SET facts = '{}'")


@pytest.mark.parametrize("harm", [flipped, crafted])
def test_x13_the_archive_alone_forgets_relevant_items_on_purpose(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    home = homes.made(tmp_path, 1)
    (home / LIVE).unlink()
    harm(home / PUBLISHED)
    assert ALONE in recovered(home).source
    with reading(home) as con:
        assert set(items.known(con, [1, -1])) == {-1}


def test_x13_damage_met_in_mid_cycle_is_mended_by_the_next_where_it_is_the_live_files(tmp_path: Path) -> None:
    home = homes.made(tmp_path, 2)
    for said, names in (
        (f'IO Error: Corrupt block in file "{home / PUBLISHED}": checksum', "published/konato.duckdb"),
        ("IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2", LIVE),
    ):
        assert not (home / DAMAGED).exists()
        assert recover.ensure(home, now=LATER) is None
        with pytest.raises(WarehouseDamaged, match=f"{names} is damaged"), opened(home):
            raise EngineError(said)
    assert "checksum" in recovered(home).reason
    assert not (home / DAMAGED).exists()
    assert homes.commits(home) == 2


@pytest.mark.parametrize("step", ["sync", "rename"])
def test_a_power_cut_leaves_the_old_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    home = homes.made(tmp_path, 1)
    before = (home / PUBLISHED).read_bytes()
    calls: list[str] = []

    def cuts(name: str, path: Path) -> Path:
        calls.append(name)
        if name == step:
            raise KeyboardInterrupt
        return path

    monkeypatch.setattr(files, "sync", lambda path: cuts("sync", path))
    monkeypatch.setattr(Path, "replace", lambda path, _: cuts("rename", path))
    with pytest.raises(KeyboardInterrupt):
        publish(home, now=LATER, lexicon_version="test")
    monkeypatch.undo()
    assert calls[0] == "sync"
    assert (home / PUBLISHED).read_bytes() == before
    publish(home, now=LATER, lexicon_version="test")
    assert recover.ensure(home, now=LATER) is None


@pytest.mark.parametrize("harm", [homes.cut, Path.unlink])
def test_a_part_damaged_or_gone_is_named_and_stops_nothing(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    home = homes.made(tmp_path, 2)
    [part] = archive.parts(home)
    harm(part)
    damaged = part.exists()
    (home / LIVE).unlink()
    recovery = recovered(home)
    assert f"2025-06/{part.name}" in recovery.source
    assert f"up to {recovery.lost_to:%F %T}" in recovery.detail
    assert due(home) == 2
    with writing(home) as con:
        homes.cycle(con, 5)
    assert publish(home, now=LATER, lexicon_version="t")
    assert part.with_suffix(".damaged").exists() == damaged
