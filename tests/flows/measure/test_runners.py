from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from extractors.model import ConfigError, Item
from extractors.story import Rejection
from flows.measure import runners
from flows.measure.replay import replay
from flows.measure.runners import RUNNERS, described
from tests.extractors.mention.saying import LEXICON
from tests.flows.measure.test_replay import PRESS

EXTRAS = {"dask": "distributed", "ray": "ray"}
MANY = tuple(
    replace(
        one, key=100 * n + one.key, content=100 * n + one.content, first_seen_at=one.first_seen_at.replace(minute=n)
    )
    for n in range(4)
    for one in PRESS
)


@pytest.mark.parametrize("runner", [*RUNNERS])
def test_the_digest_is_the_same_whoever_reads(runner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if runner in EXTRAS and not find_spec(EXTRAS[runner]):
        with pytest.raises(ConfigError, match=rf"pip install 'konato\[{runner}\]'"):
            next(described(MANY, LEXICON, runner=runner))
        return
    whole = replay(described(MANY, LEXICON))
    monkeypatch.setattr(runners, "CHUNK", 3)
    told = list[tuple[int, int]]()
    said = described(MANY, LEXICON, runner=runner, tell=lambda _, *so_far: told.append(so_far), total=len(MANY))
    found = replay(said)
    assert (found.digest, found.items, found.relevant) == (whole.digest, 20, 16)
    assert told == [(min(3 * n, 20), 20) for n in range(1, 8)]


def test_a_run_that_was_broken_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runners, "CHUNK", 2)
    monkeypatch.setattr(runners, "WORKERS", 1)
    kept, read = tmp_path / "kept", list[Item]()

    def watched(item: Item, *_: object, **__: object) -> Rejection:
        read.append(item)
        return Rejection(item_id=item.item_id, reason="none")

    monkeypatch.setattr(runners, "describe", watched)
    broken: Iterator[object] = described(MANY, LEXICON, kept=kept)
    for _ in range(11):
        next(broken)
    del broken
    ahead = len(read)
    again = [*described(MANY, LEXICON, kept=kept)]
    assert [item for item, _ in again] == [*MANY]
    assert ahead < len(MANY)
    assert len(read) - ahead == len(MANY) - 12  # six chunks had been answered
    assert not kept.exists()


def test_what_is_kept_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = replay(described(MANY, LEXICON))
    monkeypatch.setattr(runners, "CHUNK", 2)
    broken = described(MANY, LEXICON, kept=tmp_path / "kept")
    for _ in range(13):
        next(broken)
    del broken
    assert len([*(tmp_path / "kept").iterdir()]) >= 6
    found = replay(described(MANY, LEXICON, kept=tmp_path / "kept"))
    assert (found, found.digest) == (whole, whole.digest)
