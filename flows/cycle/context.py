"""What every stage of a cycle is given."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flows.configure.settings import Settings

Tell = Callable[[str, int, int], None]
"""Called at a named point with what is done and what there is in all: a progress bar's, or a test's that kills."""


def quiet(_point: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One cycle's circumstances: `now` is its clock, `ends_at` its real deadline (monotonic seconds)."""

    settings: Settings
    home: Path
    now: datetime
    everything: bool = False
    ends_at: float = field(default_factory=lambda: time.monotonic() + 540)
    tell: Tell = quiet

    @property
    def seconds_left(self) -> float:
        """Real seconds until the deadline, never negative."""
        return max(0.0, self.ends_at - time.monotonic())
