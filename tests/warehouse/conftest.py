from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse import homes
from warehouse.connection import Connection, opened


@pytest.fixture(name="empty", scope="session")
def _empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return homes.made(tmp_path_factory.mktemp("empty"), 0)


@pytest.fixture(name="con")
def _con(empty: Path) -> Iterator[Connection]:
    """A transaction on a fresh home, of which nothing stays."""
    with opened(empty) as con:
        con.execute("BEGIN; UPDATE mark SET seq = 1")
        yield con
        con.execute("ROLLBACK")
