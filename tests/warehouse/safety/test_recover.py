"""Whatever happens to the files, the home opens again and the loss is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.warehouse import homes
from warehouse import files, mark
from warehouse.connection import (
    DAMAGED,
    LIVE,
    PUBLISHED,
    EngineError,
    WarehouseDamaged,
    opened,
    reading,
    writing,
)
from warehouse.live import feeds, items, outbox
from warehouse.live.migrate import migrate
from warehouse.published import archive
from warehouse.published.publish import publish
from warehouse.safety import recover

LATER = NOW + timedelta(hours=1)
LOG = f"{LIVE}.wal"


def all_gone(home: Path) -> None:
    for name in (LIVE, LOG, PUBLISHED):
        (home / name).unlink()


def test_a_sound_home_needs_nothing(tmp_path: Path) -> None:
    assert recover.ensure(tmp_path, now=NOW) is None
    homes.made(tmp_path)
    assert recover.ensure(tmp_path, now=NOW) is None
    assert homes.run(homes.dies_after_commit, tmp_path, 5) == 9
    assert recover.ensure(tmp_path, now=NOW) is None
    assert homes.commits(tmp_path) == 2


BOTH, ALONE = "the published copy and the archive", "the archive alone"
# What is done to `homes.died`, whose third cycle was not published and whose fourth stands in the log alone.
DAMAGE: dict[str, tuple[Callable[[Path], object], int, str]] = {
    # name: what happens, cycles that remain, source
    "log truncated": (lambda home: homes.cut(home / LOG), 2, BOTH),
    "log emptied": (lambda home: (home / LOG).write_bytes(b""), 2, BOTH),
    "log deleted": (lambda home: (home / LOG).unlink(), 2, BOTH),
    # A flipped bit makes DuckDB refuse the log, or (about one time in 25) end it there without a word: either way it is named.
    "log flipped": (lambda home: homes.flip(home / LOG, 0.5), 2, BOTH),
    "main header flipped": (lambda home: homes.flip(home / LIVE, 0.0001), 2, BOTH),
    "main cut": (lambda home: homes.cut(home / LIVE), 2, BOTH),
    "main emptied": (lambda home: (home / LIVE).write_bytes(b""), 2, BOTH),
    "main deleted": (lambda home: (home / LIVE).unlink(), 2, BOTH),
    "all deleted": (all_gone, 0, ALONE),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_mended_and_the_loss_named(tmp_path: Path, name: str) -> None:
    damage, remain, source = DAMAGE[name]
    home = homes.died(tmp_path)
    damage(home)
    recovery = recover.ensure(home, now=LATER)
    assert recovery is not None
    assert recovery.commits == 4 - remain
    assert source in recovery.source
    assert recovery.lost_to == NOW + timedelta(minutes=30)
    if remain:
        assert recovery.lost_from == NOW + timedelta(minutes=10 * (remain - 1))
    assert f"up to {recovery.lost_to:%F %T}" in recovery.detail or f"and {recovery.lost_to:%F %T}" in recovery.detail
    assert homes.commits(home) == remain
    with reading(home) as con:
        assert recover.recoveries(con, since=NOW) == [recovery]
        assert all(state.etag is None and state.next_due_at is None for state in feeds.load_states(con).values())
        assert len(outbox.due(con, now=LATER)) == remain
    assert recover.ensure(home, now=LATER) is None
    assert migrate(home, now=LATER).applied == ()
    with writing(home) as con:
        homes.cycle(con, 9)
    assert publish(home, now=LATER, lexicon_version="test")


@pytest.mark.parametrize("where", [0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_flipped_block_of_the_main_file_is_noticed_or_harmless(tmp_path: Path, where: float) -> None:
    home = homes.made(tmp_path, 3)
    before = homes.tables(home)
    homes.flip(home / LIVE, where)
    recovery = recover.ensure(home, now=LATER)
    if recovery is not None:
        assert recovery.commits == 0
        assert "Nothing is lost" in recovery.detail
        assert (home / recovery.aside / LIVE).exists()
    assert homes.tables(home) == before


def test_a_rebuilt_home_knows_all_that_was_published(tmp_path: Path) -> None:
    home = homes.made(tmp_path, 3)
    before = homes.tables(home)
    with reading(home) as con:
        known, texts = items.known(con, [1, 2, -1, -2]), items.origins(con, [1, -3])
    (home / LIVE).unlink()
    assert recover.ensure(home, now=LATER)
    assert homes.tables(home) == before
    with reading(home) as con:
        assert items.known(con, [1, 2, -1, -2]) == known
        assert items.origins(con, [1, -3]) == texts


def test_the_archive_alone_forgets_relevant_items_on_purpose(tmp_path: Path) -> None:
    home = homes.made(tmp_path, 1)
    (home / LIVE).unlink()
    homes.flip(home / PUBLISHED, 0.5)
    homes.flip(home / PUBLISHED, 0.001)
    recovery = recover.ensure(home, now=LATER)
    assert recovery
    assert "the archive alone" in recovery.source
    with reading(home) as con:
        assert set(items.known(con, [1, -1])) == {-1}


def test_a_file_without_a_schema_is_fresh_until_something_was_committed(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    assert recover.ensure(tmp_path, now=LATER) is None
    homes.made(tmp_path / "other", 1)
    (tmp_path / "other" / mark.NAME).rename(tmp_path / mark.NAME)
    recovery = recover.ensure(tmp_path, now=LATER)
    assert recovery
    assert recovery.reason == "the live file holds nothing"


def test_damage_met_in_mid_cycle_is_mended_by_the_next(tmp_path: Path) -> None:
    home = homes.made(tmp_path, 2)
    with pytest.raises(WarehouseDamaged, match="is damaged"), opened(home):
        raise EngineError("IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2")
    assert (home / DAMAGED).exists()
    recovery = recover.ensure(home, now=LATER)
    assert recovery
    assert "checksum" in recovery.reason
    assert not (home / DAMAGED).exists()
    assert homes.commits(home) == 2


def test_x13_damage_of_another_file_is_not_the_live_files(tmp_path: Path) -> None:
    home = homes.made(tmp_path, 1)
    with pytest.raises(WarehouseDamaged, match=r"published/konato\.duckdb is damaged"), opened(home):
        raise EngineError(f'IO Error: Corrupt block in file "{home / PUBLISHED}": checksum')
    assert recover.ensure(home, now=LATER) is None


def test_x9_what_was_published_is_asked_where_live_file_and_mark_are_gone(tmp_path: Path) -> None:
    home = homes.made(tmp_path, 2)
    before = homes.tables(home)
    (home / LIVE).unlink()
    (home / mark.NAME).unlink()
    recovery = recover.ensure(home, now=LATER)
    assert recovery
    assert recovery.reason == "the live file is gone"
    assert recovery.lost_to == LATER  # nobody knows what was confirmed after the copy
    assert homes.tables(home) == before
    with reading(home) as con:
        assert len(outbox.due(con, now=LATER)) == 2


def test_x9_a_live_file_older_than_what_was_published_is_rebuilt(tmp_path: Path) -> None:
    home = homes.made(tmp_path / "new", 3)
    (home / mark.NAME).unlink()
    files.write(home / LIVE, (homes.made(tmp_path / "old", 1) / LIVE).read_bytes())
    recovery = recover.ensure(home, now=LATER)
    assert recovery
    assert "ends at commit 1, but commit 3" in recovery.reason
    assert homes.commits(home) == 3


def test_a_lost_mark_is_no_damage(tmp_path: Path) -> None:
    home = homes.made(tmp_path, 1)
    (home / mark.NAME).write_text("nonsense")
    assert mark.read(home) is None
    assert recover.ensure(home, now=LATER) is None


@pytest.mark.parametrize("step", ["sync", "rename"])
def test_power_cut_while_publishing_leaves_the_old_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    home = homes.made(tmp_path, 1)
    before = (home / PUBLISHED).read_bytes()
    with writing(home) as con:
        homes.cycle(con, 1)
    calls: list[str] = []

    def sync(path: Path) -> None:
        calls.append(f"sync {path.name}")
        if step == "sync" and path.name == "file":
            raise KeyboardInterrupt

    def replace(self: Path, _: Path) -> Path:
        calls.append(f"rename {self.name}")
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "sync", sync)
    if step == "rename":
        monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        publish(home, now=LATER, lexicon_version="test")
    monkeypatch.undo()
    assert calls[0].startswith("sync")
    assert (home / PUBLISHED).read_bytes() == before
    publish(home, now=LATER, lexicon_version="test")
    assert recover.ensure(home, now=LATER) is None


def test_a_damaged_part_is_named_and_stops_neither_recovery_nor_publishing(tmp_path: Path) -> None:
    home = homes.made(tmp_path, 2)
    [part] = archive.parts(home)
    homes.cut(part)
    (home / LIVE).unlink()
    recovery = recover.ensure(home, now=LATER)
    assert recovery
    assert f"2025-06/{part.name}" in recovery.detail
    assert "may be missing" in recovery.detail
    with reading(home) as con:
        assert len(outbox.due(con, now=LATER)) == 2
    with writing(home) as con:
        homes.cycle(con, 5)
    assert publish(home, now=LATER, lexicon_version="t")
    assert part.with_suffix(".damaged").exists()


def test_a_part_that_is_gone_with_the_live_file_is_named(tmp_path: Path) -> None:
    home = homes.made(tmp_path, 2)
    [part] = archive.parts(home)
    part.unlink()
    (home / LIVE).unlink()
    recovery = recover.ensure(home, now=LATER)
    assert recovery is not None
    assert part.name in recovery.source
    assert "Nothing is lost" not in recovery.detail
    assert recovery.lost_to is not None
