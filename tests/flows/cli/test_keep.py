from __future__ import annotations

from pathlib import Path

from tests.konato import Konato


def test_backup_restore_and_migrate(konato: Konato, tmp_path: Path) -> None:
    konato("backup", str(tmp_path / "copy.duckdb"))
    assert (tmp_path / "copy.duckdb").stat().st_size > 0
    konato("restore", str(tmp_path / "copy.duckdb"))
    konato("migrate", "--check")
    konato("migrate")
    out, _ = konato("run", "--all", "--now", "2025-06-26T12:03:00+09:00")
    assert "alerts: 0" in out
