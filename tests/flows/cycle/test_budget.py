import re
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from flows.cycle.budget import Fault, budget


def spin() -> None:
    while True:
        with suppress(Exception):
            sum(range(1000))


def backtrack() -> None:
    re.match(r"(a|aa)+$", "a" * 60 + "b")


@pytest.mark.parametrize("work", [spin, backtrack])
def test_x1_work_past_its_share_is_given_up_whatever_it_does(work: Callable[[], None]) -> None:
    with pytest.raises(Fault, match="more than 0 s") as given_up, budget(0.05, "a test"):
        work()
    assert given_up.value.slow
    signal.raise_signal(signal.SIGVTALRM)  # one that is late interrupts nothing
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_in_another_thread_it_bounds_nothing_and_harms_nothing() -> None:
    def work() -> int:
        with budget(0.0, "a test"):
            return sum(range(1000))

    with ThreadPoolExecutor() as pool:
        assert pool.submit(work).result() == 499_500
