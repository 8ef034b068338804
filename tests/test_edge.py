import pytest

from tests import bench_edge
from tests.publisher import Publisher


@pytest.mark.long
def test_a_hundred_thousand_feeds_once_through_and_again() -> None:
    count = 100_000
    with Publisher({f"/f{n}": bench_edge.serve for n in range(count)}) as site:
        once, again = bench_edge.through(site, count)
    print(f"once {once.seconds:.0f} s, {once.memory:.0f} MiB; unchanged {again.seconds:.0f} s, {again.memory:.0f} MiB")
    assert max(once.memory, again.memory) < 1_000
