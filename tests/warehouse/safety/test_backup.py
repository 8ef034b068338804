from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import writing
from warehouse.published.publish import publish
from warehouse.safety import backup, recover

LATER = NOW + timedelta(hours=1)


def test_backup_and_restore(tmp_path: Path) -> None:
    home = homes.made(tmp_path / "home", 2)
    copy = tmp_path / "copies" / "b.duckdb"
    backup.backup(home, copy)
    before = homes.tables(home)
    with writing(home) as con:
        homes.cycle(con, 7)
    publish(home, now=LATER, lexicon_version="test")
    backup.restore(home, copy, now=LATER)
    backup.restore(home, copy, now=LATER)
    assert homes.tables(home) == before
    assert len(list((home / "aside").iterdir())) == 2
    assert recover.ensure(home, now=LATER) is None
    with writing(home, now=LATER) as con:
        homes.cycle(con, 8)
    assert publish(home, now=LATER, lexicon_version="test").parts
    assert len(homes.archived(home)) == 8  # those of the four cycles, the one that the restore took away among them


def test_what_is_no_backup_is_refused_and_nothing_touched(tmp_path: Path) -> None:
    home = homes.made(tmp_path / "home", 1)
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"no database" * 1000)
    with pytest.raises(backup.NoBackupError, match="wrong is no backup"):
        backup.restore(home, wrong, now=LATER)
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    with pytest.raises(backup.NoBackupError, match="empty is no backup"):
        backup.restore(home, empty, now=LATER)
    assert recover.ensure(home, now=LATER) is None
    assert homes.commits(home) == 1
