"""Politeness: how many connections one host gets at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

_FIRST: Final = 4  # connections at once: the queue of a small server (Python's own: five) drops what is beyond it
_PATIENCE: Final = 0.05  # seconds; an exchange that takes longer lets one more begin beside it


class Slot:
    """Connections to one place: a few, and one more for each that is slow, up to the most."""

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(min(most, _FIRST))
        self._more = max(0, most - _FIRST)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Hold one connection for the duration of the block."""
        async with self._free:
            slow = asyncio.get_running_loop().call_later(_PATIENCE, self._widen)
            try:
                yield
            finally:
                slow.cancel()

    def _widen(self) -> None:
        if self._more:
            self._more -= 1
            self._free.release()
