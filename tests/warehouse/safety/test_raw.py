import gzip
import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW
from warehouse.safety import raw

DAY = timedelta(days=1)


def test_raw_bodies_are_kept_by_day_and_pruned(tmp_path: Path) -> None:
    """X13: a folder's name is no reason for a cycle to fail, be it a day that no calendar has."""
    assert raw.keep(tmp_path, NOW - 8 * DAY, [("a", "text/xml", b"old")]) == 1
    assert raw.keep(tmp_path, NOW, [("한국/../b", "text/xml", b"<rss/>\nx"), ("a", "", b"")]) == 2
    files = {file.name.split("-")[0]: file for file in (tmp_path / "raw" / "2025-06-26").iterdir()}
    head, _, body = gzip.decompress(files["%ED%95%9C%EA%B5%AD%2F..%2Fb"].read_bytes()).partition(b"\n")
    assert b'"content_type": "text/xml"' in head
    assert body == b"<rss/>\nx"
    for odd in ("2025-02-31", "notes", "2025-06-26-mine"):
        (tmp_path / "raw" / odd).mkdir()
    assert raw.prune(tmp_path, NOW, 7) == 2
    assert {folder.name for folder in (tmp_path / "raw").iterdir()} == {"2025-06-26", "notes", "2025-06-26-mine"}


def test_x11_of_a_feed_and_day_so_much_is_kept_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "MOST", 500_000)
    times = [NOW + n * DAY / 24 for n in range(4)]
    assert [raw.keep(tmp_path, at, [("a", "", os.urandom(400_000))]) for at in times] == [1, 1, 0, 0]
    assert raw.keep(tmp_path, times[-1], [("b", "", os.urandom(400_000)), ("a", "", b"little")]) == 2


def test_a_disk_that_refuses_raw_bodies_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "raw").write_text("a file where the folder should be")
    assert raw.keep(tmp_path, NOW, [("a", "", b"x")]) == 0
    assert "1 of 1 raw bodies were not kept" in caplog.text
