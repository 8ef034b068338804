"""The script that writes the names of months and weekdays from CLDR: what is committed is what it writes."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def written(folder: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "calendars.py", folder], check=True, timeout=60)


def test_the_committed_calendars_are_what_the_script_writes(tmp_path: Path) -> None:
    committed = ROOT / "config" / "lexicon"
    folder = shutil.copytree(committed, tmp_path / "lexicon")
    written(folder)
    for path in committed.glob("*.toml"):
        assert (folder / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8"), path.name


def test_a_new_language_has_its_calendar_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "sk.toml").write_text('korea = ["Južná Kórea"]\n', encoding="utf-8")
    (tmp_path / "ko.toml").write_text('[calendar]\nmarks = { year = ["년"] }\n', encoding="utf-8")
    written(tmp_path)
    text = (tmp_path / "sk.toml").read_text(encoding="utf-8")
    assert text.startswith('korea = ["Južná Kórea"]\n\n[calendar.near]\n')
    assert '"minul* týžde*" = -1' in text  # minulého týždňa
    assert all(f'"{name}"' in text for name in ("január", "januára", "pondelok"))
    assert "names" not in (tmp_path / "ko.toml").read_text(encoding="utf-8")  # its months have numbers
