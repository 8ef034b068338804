"""How what is typed on the command line is read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cli.options import READERS, Refused, used
from warehouse.connection import LIVE

MOMENT = "moment with its offset (2025-06-26T09:00:00+09:00)"


@pytest.mark.parametrize(
    ("kind", "typed", "meant"),
    [
        (MOMENT, "2025-06-26T09:00:00+09:00", datetime(2025, 6, 26, tzinfo=UTC)),
        (MOMENT, "2025-06-26T00:00:00Z", datetime(2025, 6, 26, tzinfo=UTC)),
        (MOMENT, "2025-06-26T09:00:00", None),
        (MOMENT, "0001-01-01T00:00:00+09:00", None),
        (MOMENT, "yesterday", None),
        ("day (2025-06-26)", "2025-06-26", datetime(2025, 6, 26, tzinfo=UTC)),
        ("day (2025-06-26)", "9999-12-31", None),
        ("day (2025-06-26)", "26.6.2025", None),
        ("k=v", "track=a=b", ("track", "a=b")),
        ("k=v", "track", None),
    ],
)
def test_what_is_typed_is_read_or_refused(kind: str, typed: str, meant: object) -> None:
    if meant is None:
        with pytest.raises(ValueError, match=r".*"):
            READERS[kind](typed)
    else:
        assert READERS[kind](typed) == meant


def test_o7_a_home_that_nobody_watched_in_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="first `konato run` makes one"):
        used(tmp_path / "typo")
    assert not (tmp_path / "typo").exists()
    (tmp_path / LIVE).touch()
    assert used(tmp_path) == tmp_path
