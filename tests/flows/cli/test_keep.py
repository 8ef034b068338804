from pathlib import Path

import pytest

from tests.konato import Konato


def test_backup_restore_and_migrate(konato: Konato, tmp_path: Path) -> None:
    konato("backup", str(tmp_path / "copy.duckdb"))
    assert (tmp_path / "copy.duckdb").stat().st_size > 0
    konato("restore", str(tmp_path / "copy.duckdb"))
    konato("migrate", "--check")
    konato("migrate")
    out, _ = konato("run", "--all", "--now", "2025-06-26T12:03:00+09:00")
    assert "alerts: 0" in out


MISTYPED = """backup {tmp}/copy; restore {tmp}/nothing; migrate; migrate --check; replay --diff; mute e1; unmute e1;
    alerts list; alerts resend a1; alerts resend --failed; query chain; explain e1; preview e1 --channel console;
    feedback wrong a1; evaluate {tmp}/nothing"""


@pytest.mark.parametrize("words", MISTYPED.split(";"))
def test_o7_a_mistyped_home_or_file_is_answered_in_a_line_and_not_made(
    konato: Konato, tmp_path: Path, words: str
) -> None:
    konato.home = tmp_path / "typo"
    _, err = konato(*words.format(tmp=tmp_path).split(), code=1)
    assert len(err.splitlines()) == 1
    assert str(tmp_path) in err
    assert list(tmp_path.iterdir()) == []


def test_o7_a_backup_overwrites_nothing(konato: Konato, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("mine", "link"):
        assert "is there already" in konato("backup", str(tmp_path / name), code=1)[1]
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()
