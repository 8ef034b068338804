"""Items described in chunks by whatever runs them: threads, processes, or the workers of Dask or Ray.

The answers come in the items' order whoever gave them, a few chunks ahead, so that memory is bounded by the chunk.
What a folder keeps of a run that was broken off is not described again.
"""

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TypeAlias

import extractors
from extractors.mention.describe import HORIZON, describe
from extractors.model import Item
from extractors.story import Mention, Rejection, Says
from extractors.words.lexicon import Lexicon
from flows.configure.packaged import extra
from flows.cycle.home import Tell, quiet
from warehouse import files
from warehouse.codec import decode, encode

CHUNK: Final = 1_000  # items
AHEAD: Final = 2  # chunks a worker that wait or are done: the next is there when one ends
ASKED: Final = "--runner"  # where an extra is asked for
WORKERS: Final = os.cpu_count() or 1
Coming: TypeAlias = Future[list[Says]]
Submit: TypeAlias = Callable[[Callable[..., list[Says]], Lexicon, timedelta, Sequence[Item]], Coming]
Runner: TypeAlias = Callable[[], AbstractContextManager[Submit]]


def described(
    items: Iterable[Item],
    lexicon: Lexicon,
    *,
    runner: str = "threads",
    horizon: timedelta = HORIZON,
    kept: Path | None = None,
    tell: Tell = quiet,
    total: int = 0,
) -> Iterator[tuple[Item, Says]]:
    """Yield each item with what it says, in their order; items are read as far ahead as the workers need.

    `runner` is a name of RUNNERS; a folder `kept` holds what is done, should a run be broken off, and goes at its end;
    `tell` is told "replay" after each chunk. Raises ConfigError where the runner's extra is not installed.
    """
    rules, rest, done = f"{lexicon.version} {horizon} {_code()}", iter(items), 0
    waiting = deque[tuple[list[Item], Path | None, Coming | None]]()
    with RUNNERS[runner]() as submit:
        while True:
            while len(waiting) < AHEAD * WORKERS and (chunk := list(islice(rest, CHUNK))):
                file = _file(kept, rules, chunk)
                there = file is not None and file.exists()
                waiting.append((chunk, file, None if there else submit(_describe, lexicon, horizon, chunk)))
            if not waiting:
                break
            chunk, file, coming = waiting.popleft()
            yield from zip(chunk, _answer(file, coming), strict=True)
            tell("replay", done := done + len(chunk), total)
    if kept:
        shutil.rmtree(kept, ignore_errors=True)


def _describe(lexicon: Lexicon, horizon: timedelta, chunk: Sequence[Item]) -> list[Says]:
    return [describe(item, lexicon, horizon=horizon) for item in chunk]


def _code() -> str:
    """Name the code that reads and judges."""
    sources = sorted(Path(extractors.__file__ or "").parent.rglob("*.py"))
    return blake2b(b"".join(file.read_bytes() for file in sources), digest_size=8).hexdigest()


def _file(kept: Path | None, rules: str, chunk: Sequence[Item]) -> Path | None:
    """Name what is kept of a chunk by all that its answer follows from."""
    if kept is None:
        return None
    told = "\n".join([rules, *(f"{one.key} {one.content} {one.published_at} {one.first_seen_at}" for one in chunk)])
    return kept / f"{blake2b(told.encode(), digest_size=12).hexdigest()}.json"


def _answer(file: Path | None, coming: Coming | None) -> list[Says]:
    """Wait for an answer and keep it, or take the one that is kept: of what tells nothing, no more than that."""
    if file and not coming:
        kept = decode(list[tuple[Mention, ...] | None], file.read_text(encoding="utf-8"))
        return [one or Rejection(item_id="", reason="") for one in kept]
    found = coming.result() if coming else []
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        files.write(file, encode([one if isinstance(one, tuple) else None for one in found]).encode())
    return found


@contextmanager
def _threads() -> Iterator[Submit]:
    with ThreadPoolExecutor(WORKERS) as pool:
        yield pool.submit


@contextmanager
def _processes() -> Iterator[Submit]:
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:  # a fork would keep the home's lock
        yield pool.submit


@contextmanager
def _dask() -> Iterator[Submit]:
    """Dask's workers: those of the scheduler that DASK_SCHEDULER_ADDRESS names, else of this machine."""
    with extra("dask", file=ASKED):
        from distributed import Client
    with Client(os.environ.get("DASK_SCHEDULER_ADDRESS")) as client:
        yield partial(client.submit, pure=False)


@contextmanager
def _ray() -> Iterator[Submit]:
    """Ray's workers: those of the cluster that RAY_ADDRESS names, else of this machine."""
    with extra("ray", file=ASKED):
        import ray
    ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False)
    try:
        yield lambda work, *given: ray.remote(work).remote(*given).future()
    finally:
        ray.shutdown()


RUNNERS: Final[dict[str, Runner]] = {"threads": _threads, "processes": _processes, "dask": _dask, "ray": _ray}
