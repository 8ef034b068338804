import pytest

from warehouse.cluster.standing import Shard, Standing

WELL = {"feeds": 1_200, "leased": 0, "refused": 0, "idle": 20.0, "waits": 0.0}


def shard(number: int = 0, **changes: float | None) -> Shard:
    return Shard(**{"shard": number, **WELL, **changes})  # type: ignore[arg-type]  # fields by their names


def standing(*shards: Shard, behind: int = 0, lag: float = 0.0) -> Standing:
    return Standing(shards=shards, behind=behind, lag=lag, patience=2400.0)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (standing(shard(), shard(1)), {}),
        (standing(shard(idle=None), shard(1, idle=None, feeds=0)), {"shards": "No poller has ever run"}),
        (standing(shard(idle=None), shard(1)), {"shard 0": "1,200 feeds are not polled in time, no poller has ever been"}),
        (standing(shard(idle=None, feeds=0), shard(1)), {}),  # more shards than sites
        (standing(shard(), shard(1, idle=2700.0)), {"shard 1": "no poller has been at the shard for 45 min. Start `konato poll --shard 1"}),
        (standing(shard(waits=7200.0)), {"shard 0": "its poller is 120 min behind"}),
        (standing(shard(waits=2300.0), behind=3, lag=2300.0), {}),
        (standing(shard(), behind=1_500, lag=3000.0), {"batches": "1,500 batches of polls wait to be learned from, for 50 min"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(found: Standing, said: dict[str, str]) -> None:
    troubles = dict(found.troubles())
    assert troubles.keys() == said.keys()
    assert all(words in troubles[name] for name, words in said.items())


def test_a_shard_stands_in_a_line() -> None:
    assert (
        str(shard(2, refused=7))
        == "shard 2: 1,200 feeds, 0 leased, 7 polls too late, polled 20 s ago, longest wait 0 s"
    )
    assert "never polled" in str(shard(idle=None))
