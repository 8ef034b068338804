"""What a cycle's storage costs as the archive grows: whole processes, ratios to the smallest archive.

Run by `make bench`, or `python -m tests.bench_archive [ITEMS …]` (all of one month). All archives hold the same number of
relevant items; each figure is the median of several processes.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from extractors.model import FeedState
from extractors.story import Rejection
from tests import builders as b
from tests.bench import memory
from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import LIVE, opened, reading, writing
from warehouse.live import feeds, items, outbox
from warehouse.live.migrate import migrate
from warehouse.published.archive import FOLDER, copy
from warehouse.published.publish import publish
from warehouse.published.retention import upkeep
from warehouse.safety import recover

SIZES = ((4_000, 4_000), (1_000_000, 1_000_000), (40_000, 40_000), (10_000_000, 40_000))  # items in all, and a month
FEEDS = 60
SHOWN = 2_400  # items in sixty feeds of forty
RELEVANT = 400
REPEATS = 5
FOREVER = timedelta(days=36_500)  # retention out of the way: everything stays live

FILL = """
    INSERT INTO items_other
    SELECT hash(i)::HUGEINT - 9223372036854775808, hash(i + 1)::HUGEINT - 9223372036854775808, 0, 'outlet', 'f' || i % 60, 'en',
        'https://news.example/' || i, 'Headline ' || i || ' ' || md5(i::VARCHAR), md5((i + 1)::VARCHAR) || md5((i + 2)::VARCHAR),
        '', seen_at, '', '', seen_at, item_id(hash(i)::HUGEINT - 9223372036854775808), false, seen_at, 'no_korea', i // 40, NULL
    FROM (SELECT i, $now::TIMESTAMPTZ - to_seconds(($items - i) * 2592000.0 / $monthly) AS seen_at FROM range($items) AS r(i))
"""
MONTH = """
    SELECT item_id(key) AS item_id, url, outlet, feed, language, title, summary, published_at, seen_at AS first_seen_at, relevant,
        origin, reason, text, published_raw, date_flag, content, revision, baseline, [content] AS contents, seq, seen_at
    FROM items WHERE date_trunc('month', seen_at) = date_trunc('month', $month::TIMESTAMPTZ)
"""


def generate(home: Path, size: int, monthly: int) -> None:
    """Make a home whose archive holds `size` irrelevant items and a fixed number of relevant ones."""
    migrate(home, now=NOW)
    with opened(home) as con:
        con.execute(FILL, {"now": NOW, "items": size, "monthly": monthly})
        con.execute("INSERT INTO seen SELECT key, content, revision, feed, key, first_seen_at, seq FROM items_other")
        con.execute("UPDATE mark SET seq = $1", [size // 40])
    with writing(home, now=NOW) as con:
        feeds.record_feeds(con, [b.feed(name=f"f{i}", url=f"https://{i}.example/") for i in range(FEEDS)])
        for n in range(RELEVANT):
            homes.cycle(con, n + 10**6, when=NOW)
    with opened(home, read_only=True) as con:  # the latest month alone: the others are never touched again
        copy(con, MONTH, {"month": NOW}, home / FOLDER / f"{NOW:%Y-%m}" / f"{0:012d}-{size // 40 + 1:012d}.parquet")
    publish_once(home)


def publish_once(home: Path) -> None:
    """Publish as if all months stood already."""
    from warehouse.published import archive

    write, archive.write = archive.write, lambda *_, **__: ()
    publish(home, now=NOW, lexicon_version="bench")
    archive.write = write


def cycle(home: Path, new: int) -> None:
    """Everything that one cycle asks of the warehouse, `new` items among what its feeds show."""
    now = NOW + timedelta(minutes=1)
    recover.ensure(home, now=now)
    migrate(home, now=now)
    with reading(home) as con:
        feeds.known(con, feeds.may_be_due(con, before=now, now=now))
        shown = [key for (key,) in con.execute("SELECT key FROM seen ORDER BY seq DESC LIMIT $1", [SHOWN]).fetchall()]
    unseen = [b.item(key=time.time_ns() + n, content=time.time_ns() - n, first_seen_at=now) for n in range(new)]
    with reading(home) as con:
        assert len(items.known(con, [*shown, *(item.key for item in unseen)])) == len(shown)
    with writing(home, now=now) as con:
        outbox.settle_dead(con, now=now)
        feeds.record_polls(con, [homes.poll(now, f"f{i}", new) for i in range(FEEDS)])
        feeds.save_states(con, [FeedState(feed=f"f{i}", last_keys=tuple(shown[:40])) for i in range(FEEDS)])
        items.origins(con, [item.content for item in unseen])
        items.insert(con, [(item, Rejection(item_id=item.item_id, reason="no_korea")) for item in unseen], now=now)
    publish(home, now=now, lexicon_version="bench")
    upkeep(home, now=now, retention=FOREVER)


DEEDS: dict[str, Callable[[Path], object]] = {
    "a cycle with nothing new": lambda home: cycle(home, 0),
    "a cycle with 40 new items": lambda home: cycle(home, 40),
    "publishing alone": lambda home: publish(home, now=NOW, lexicon_version="bench"),
}


def measured(home: Path, deed: str) -> tuple[float, float]:
    """Do a deed in processes of their own; returns median seconds and the largest memory in MiB."""
    command = [sys.executable, "-m", "tests.bench_archive", "--deed", deed, str(home)]
    done = [subprocess.run(command, check=True, capture_output=True, text=True) for _ in range(REPEATS)]
    found = [json.loads(one.stdout) for one in done]
    return statistics.median(seconds for seconds, _ in found), max(peak for _, peak in found)


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table, or do one deed and print its cost."""
    if "--deed" in arguments[:1]:
        begun = time.process_time()
        DEEDS[arguments[1]](Path(arguments[2]))
        sys.stdout.write(json.dumps([time.process_time() - begun, memory("VmHWM")]))
        return
    base: dict[str, float] = {}
    for size, monthly in [(int(argument), int(argument)) for argument in arguments] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            generate(home, size, monthly)
            os.sync()  # else the first deeds wait for the disk to take the archive in
            print(f"{size:,} items, {monthly:,} a month, live file {(home / LIVE).stat().st_size / 2**20:,.0f} MiB")
            for deed in DEEDS:
                seconds, peak = measured(home, deed)
                ratio = seconds / base.setdefault(deed, seconds)
                print(f"  {deed:<28}{seconds * 1000:8.0f} ms  {ratio:5.2f}x  {peak:6.0f} MiB")


if __name__ == "__main__":
    main(sys.argv[1:])
