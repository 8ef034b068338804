"""What outside text may cost: processor time, after which the work on it is given up.

Linear algorithms are the first defence; this is the last one. The system's clock of processor time interrupts pure
Python and, every few thousand steps, a regular expression too.
"""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

LOG: Final = logging.getLogger("konato.budget")
ITEM: Final = 5.0  # seconds that judging one item may take
SHARE: Final = 20.0  # and all items of a feed together
AGAIN: Final = 0.5  # seconds after which work that did not end is interrupted once more


class Fault(Exception):
    """Work on outside text that was given up: it was too `slow`, or met a fault of ours; `str()` says which."""

    slow = False


class _Over(BaseException):
    """No `except Exception` on the work's way may take this for a fault of its own."""


@contextmanager
def budget(seconds: float, what: str) -> Iterator[None]:
    """Give the block's work so many seconds of this process's time; only in the main thread, where signals arrive.

    Raises Fault: the work took more, or raised what is logged as a failure of `what`.
    """
    ours = threading.current_thread() is threading.main_thread()
    limited = _interrupted() if ours else []
    try:
        limited.append(what)
        if ours:
            signal.setitimer(signal.ITIMER_VIRTUAL, max(seconds, 0.01), AGAIN)
        yield
    except _Over:
        fault = Fault(f"it took more than {seconds:.0f} s")
        fault.slow = True
        raise fault from None
    except Exception as error:
        LOG.exception("%s failed", what)
        raise Fault(type(error).__name__) from error
    finally:
        limited.clear()
        if ours:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)


@cache
def _interrupted() -> list[str]:
    """Return the list of work that the clock's signal interrupts; one that comes when it is empty is late."""
    limited: list[str] = []

    def over(_signal: int, _frame: object) -> None:
        if limited:
            raise _Over

    signal.signal(signal.SIGVTALRM, over)  # once: for each of forty thousand items it was a fiftieth of a cycle
    return limited
