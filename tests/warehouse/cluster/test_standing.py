from typing import Any

from tests.table import table, typed
from warehouse.cluster.standing import Shard, Standing

WELL = {"feeds": 1_200, "leased": 0, "refused": 0, "idle": 20.0, "waits": 0.0}


def shard(number: int = 0, **changes: float | None) -> Shard:
    return Shard(**{"shard": number, **WELL, **changes})  # type: ignore[arg-type]  # fields by their names


def standing(*shards: Shard, behind: int = 0, lag: float = 0.0) -> Standing:
    return Standing(shards=shards, behind=behind, lag=lag, patience=2400.0)


@table("shards, said, behind, lag")
def test_what_is_wrong_is_named(
    shards: list[dict[str, Any]], said: dict[str, str], behind: int | None, lag: float | None
) -> None:
    found = (shard(**typed(Shard, one)) for one in shards)
    troubles = dict(standing(*found, behind=behind or 0, lag=lag or 0.0).troubles())
    assert troubles.keys() == said.keys()
    assert all(words in troubles[name] for name, words in said.items())


def test_a_shard_stands_in_a_line() -> None:
    line = "shard 2: 1,200 feeds, 0 leased, 7 polls too late, polled 20 s ago, longest wait 0 s"
    assert str(shard(2, refused=7)) == line
    assert "never polled" in str(shard(idle=None))
