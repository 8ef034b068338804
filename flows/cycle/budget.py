"""What outside text may cost: processor time, after which the work on it is given up.

Linear algorithms are the first defence; this is the last one. The system's clock of processor time interrupts pure
Python and, every few thousand steps, a regular expression too.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

ITEM: Final = 5.0  # seconds that judging one item may take
SHARE: Final = 20.0  # and all items of a feed together
AGAIN: Final = 0.5  # seconds after which work that did not end is interrupted once more


class OverBudget(BaseException):
    """The work took its share; no `except Exception` on its way may take this for a fault of its own."""


@contextmanager
def budget(seconds: float) -> Iterator[None]:
    """Give the block's work so many seconds of this process's time; only in the main thread, where signals arrive.

    Raises:
        OverBudget: in the middle of the work.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(_signal: int, _frame: object) -> None:
        raise OverBudget

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, max(seconds, 0.01), AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        # One that is late ends the process where nobody handles it: it is ignored from now on.
        signal.signal(signal.SIGVTALRM, before if callable(before) else signal.SIG_IGN)
