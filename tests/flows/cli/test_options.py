from pathlib import Path

import pytest

from flows.cli.options import READERS, Refused, used
from tests.table import table
from warehouse.connection import LIVE


@table("kind, typed, meant", ("k=v", "track=a=b", ("track", "a=b")))
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
