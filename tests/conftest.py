"""What all tests share: the longest come first, and published columns go without their meaning, half of what publishing costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from warehouse.published import publish

LONGEST: Final = (
    "test_a_service_serves_its_slots_without_prefect_and_a_second_one_waits", "test_readers_are_never_locked_and_never_lock", "test_the_whole_demo",
    "test_sixty_polls_of_one_feed_hold_each_article_once", "test_a_kill_at_each_named_point_loses_nothing",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first, each a third of the rest apart: a worker takes a run of neighbours."""
    long = [item for item in items if item.name.partition("[")[0] in LONGEST]
    rest = [item for item in items if item not in set(long)]
    step = -(-len(rest) // 3)
    items[:] = [one for worker in range(3) for one in (*long[worker::3], *rest[worker * step : (worker + 1) * step])]


@pytest.fixture(autouse=True, scope="module")
def undocumented(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        if request.path.name != "test_publish.py":
            patched.setattr(publish, "_comments", lambda _: iter(()))
        yield
