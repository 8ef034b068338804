"""`make bench edge`: one machine's edge, in processor time, as ratios taken in one run. See docs/scale.md.

Known: 1,000 feeds due of 100,000 that a home knows, against 1,000 known and due. Through: 20,000 feeds of ten items,
polled once and again unchanged; `python -m tests.bench_edge 100000` polls so many.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from extractors.model import FeedHealth, FeedState
from flows.cycle.home import prepare
from tests.bench import START, process
from tests.publisher import Answer, Asked, Publisher
from tests.stage import NOON, Stage, noise, rss
from warehouse.connection import writing
from warehouse.live import feeds

DUE, KNOWN, POLLED, ITEMS, AGAIN = 1_000, 100_000, 20_000, 10, 5
DAY = timedelta(days=1)


class Cost(NamedTuple):
    """What a process took: processor seconds, and MiB at most."""

    seconds: float
    memory: float


def serve(asked: Asked) -> Answer:
    """Answer with a feed's items, or that they are the same."""
    tag, number = f'"{asked.path}"', int(asked.path.removeprefix("/f"))
    if asked.headers.get("if-none-match") == tag:
        return Answer(status=304)
    return Answer(body=rss(*noise(ITEMS, number * ITEMS, f"o{number}.example")).body, headers={"ETag": tag})


@contextmanager
def stage(site: Publisher, count: int) -> Iterator[Stage]:
    """A home that is to poll so many feeds of a publisher."""
    with tempfile.TemporaryDirectory() as folder:
        made = Stage(Path(folder) / "stage", site)
        made.feeds({f"f{n}": {} for n in range(count)})
        (made.config / "konato.toml").write_text('[cycle]\ndeadline = "1h"\n', encoding="utf-8")
        yield made


def cycle(of: Stage, now: datetime, *more: str) -> Cost:
    """Run a cycle as a process."""
    places = ("--config", str(of.config), "--home", str(of.home), "--now", now.isoformat())
    return Cost(*process(sys.executable, "-m", "flows.cli.main", "run", "--quiet", *more, *places))


def known(site: Publisher, count: int) -> float:
    """Return the processor seconds of a cycle in which 1,000 of so many feeds are due."""
    with stage(site, count) as made:
        prepare(made.home, now=NOON)
        configured = made.settings().feeds
        with writing(made.home, now=NOON) as con:
            feeds.record_feeds(con, configured.all, configured.seal)
            states = [
                FeedState(
                    feed=one.name, url=one.url, etag=f'"/{one.name}"', last_keys=tuple(range(n, n + ITEMS)),
                    health=FeedHealth.HEALTHY, next_due_at=NOON if n < DUE else NOON + DAY, first_polled_at=NOON - DAY,
                    last_polled_at=NOON, last_full_at=NOON, since=NOON - DAY,
                )
                for n, one in enumerate(configured.all)
            ]  # fmt: skip
            feeds.save_states(con, states)
        costs = [cycle(made, NOON + timedelta(minutes=10 * n)).seconds for n in range(AGAIN)]
    return min(costs[1:])  # the first finds the configuration new, and publishes all


def through(site: Publisher, count: int) -> tuple[Cost, Cost]:
    """Poll so many feeds once, and again unchanged."""
    with stage(site, count) as made:
        costs = cycle(made, NOON, "--all"), cycle(made, NOON + timedelta(minutes=10), "--all")
        polled = made.ask("SELECT outcome, count(*), sum(new_items)::INT FROM polls GROUP BY outcome ORDER BY 1")
        assert polled == [("new", count, ITEMS * count), ("unchanged", count, 0)]
        return costs


def main(count: int = 0) -> None:
    """Print the figures."""
    many = count or POLLED
    start, _ = process(sys.executable, "-c", START)
    with Publisher({f"/f{n}": serve for n in range(max(many, DUE))}) as site:
        if not count:
            few, much = known(site, DUE), known(site, KNOWN)
            ratio = f"{much / few:.2f} x"
            print(f"known: {DUE:,} due of {KNOWN:,} {much:.2f} s, of {DUE:,} {few:.2f} s: {ratio}", flush=True)
        for name, cost in zip(("once", "unchanged"), through(site, many), strict=True):
            each = (cost.seconds - start) / many * 1000
            print(f"{name}: {many:,} feeds x {ITEMS} {cost.seconds:.1f} s, {each:.2f} ms a feed, {cost.memory:.0f} MiB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
