from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import NOW
from warehouse.connection import Connection, writing
from warehouse.live.migrate import migrate


@pytest.fixture(name="con")
def _con(tmp_path: Path) -> Iterator[Connection]:
    """A transaction on a fresh home."""
    migrate(tmp_path, now=NOW)
    with writing(tmp_path, now=NOW) as con:
        yield con
