from __future__ import annotations

import pytest

from tests.konato import Konato


@pytest.mark.parametrize("now", ["yesterday", "2025-06-26", "2025-06-26T12:00:00", "0001-01-01T00:00:00+14:00"])
def test_a_clock_without_offset_is_refused(konato: Konato, now: str) -> None:
    _, err = konato("run", "--now", now, code=2)
    assert "now" in err
