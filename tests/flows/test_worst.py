"""X1, X11: the worst texts known of every kind beside an honest feed, in a process of its own."""

import base64
import gzip
import json
import multiprocessing
import os
import resource
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from flows.configure.settings import read_settings
from flows.cycle.cycle import run_cycle
from flows.cycle.home import Cycle
from tests import bench_edge
from tests.publisher import Answer, Publisher
from tests.stage import FOUNDING_EN, NOON, Stage, rss
from tests.table import tables

MOST = 400 * 2**20  # bytes of memory
SIZES = (1_000_000, 10_000_000, 24_000_000)
TITLE = "South Korea, NATO sign defense industry agreement"
TEXTS, TAGS = tables(__file__).values()


def filled(unit: str, size: int) -> str:
    return unit * (size // len(unit.encode()))


def item(title: str = TITLE, link: str = "https://x.example/1", text: str = "", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link><description>{text}</description>{more}</item>"


def feed(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>x</title>{"".join(items)}</channel></rss>'.encode()


def many(make: Callable[[int, int], str]) -> Callable[[int], bytes]:
    """Nearly as many items as a feed may have, that share its size."""
    return lambda size: feed(*(make(n, size // 9_999) for n in range(min(9_999, size // len(make(1, size // 9_999))))))


def inside(unit: str, size: int) -> bytes:
    return feed(item(text=filled(unit, size)))


def each(unit: str, size: int) -> bytes:
    return many(lambda n, _: item(f"{TITLE} {n}", f"https://x.example/{n}", filled(unit, 300)))(size)


def tags(unit: str, size: int) -> bytes:
    return b"<rss><channel>" + filled(unit, size).encode()


WORST: dict[str, Callable[[int], bytes]] = {
    **{f"text {unit}": partial(inside, unit) for unit in TEXTS},
    **{f"texts {unit}": partial(each, unit) for unit in TEXTS},
    **{f"tags {unit}": partial(tags, unit) for unit in TAGS},
    "attributes": lambda size: feed(item(), f"<x {filled('a=b ', size)}>"),
    "quoted": lambda size: feed(item(), "<x " + " ".join(f'a{n}="1"' for n in range(size // 12)) + ">"),
    "headlines": many(lambda n, _: item(f"{TITLE} on {n}", f"https://x.example/{n}")),
    "links": many(lambda n, size: item(link=f"https://x.example/{n}?{filled('idxno=', size)}")),
    "link": lambda size: feed(item(link=f"https://x.example/?{filled('idxno=a&amp;', size)}")),
    "dates": many(lambda n, size: item(link=f"https://x.example/{n}", more=f"<pubDate>{filled('1 Jan ', size)}</pubDate>")),
    "ill-formed": many(lambda n, size: item(f"{TITLE} & {n}", f"https://x.example/{n}&", filled("<p>a", size))),
    "bytes": lambda size: b"<rss><channel><item><title>" + b"\xff" * size,
    "strays": lambda size: b"<rss><channel><item><title>" + b"\x93 a" * (size // 3),
    "utf-16": lambda size: feed(item(text=filled("한국 나토 ", size // 2))).decode().encode("utf-16"),
    "json": lambda size: json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": str(n), "content_text": "a" * (size // 9_999)} for n in range(9_999)]}).encode(),
    "deep": lambda size: b"[" * size,
    "sitemap": lambda size: b"<urlset>" + filled("<url><loc>https://x.example/1</loc><news:news><news:title>Korea NATO</news:title></news:news></url>", size).encode(),
    "entities": lambda size: b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + feed(item(text=filled("&b;", size))),
}  # fmt: skip


def cycle(config: Path, home: Path, told: Connection) -> None:
    run_cycle(Cycle(settings=read_settings(config, {}), home=home, now=NOON))
    told.send([resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)])


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("size", SIZES)
def test_x1_x11_each_cycle_ends_in_time_and_memory_and_the_honest_feed_is_told(tmp_path: Path, size: int) -> None:
    junk = b"<!--" + base64.b64encode(os.urandom(size // 40)) + b"-->"  # else it is refused as a bomb
    beside = 4 if size == min(SIZES) else 1  # so that each of the larger has the time of all that are large
    for number in range(0, len(WORST), beside):
        names = [*WORST][number : number + beside]
        with Publisher({"/honest": rss(FOUNDING_EN)}) as site:
            stage = Stage(tmp_path / str(number), site)
            stage.feeds({**{f"worst{n}": {} for n in range(len(names))}, "honest": {}})
            for n, name in enumerate(names):
                body = gzip.compress(WORST[name](size)[:23_000_000].replace(b"<channel>", b"<channel>" + junk, 1), 6)
                site.answers[f"/worst{n}"] = Answer(body=body, headers={"Content-Encoding": "gzip"})
            here, there = multiprocessing.Pipe()
            process = multiprocessing.get_context("spawn").Process(target=cycle, args=(stage.config, stage.home, there))
            process.start()
            assert here.poll(stage.settings({}).deadline.total_seconds()), names
            assert max(here.recv()) <= MOST, names
            process.join()
            assert stage.ask("SELECT count(*) FROM polls") == [(len(names) + 1,)]
            told = "SELECT count(*) FROM alerts JOIN event_sources USING (event_id) WHERE outlet = 'HONEST'"
            assert stage.ask(told) == [(1,)], names


@pytest.mark.long
def test_a_hundred_thousand_feeds_once_through_and_again() -> None:
    count = 100_000
    with Publisher({f"/f{n}": bench_edge.serve for n in range(count)}) as site:
        once, again = bench_edge.through(site, count)
    print(f"once {once.seconds:.0f} s, {once.memory:.0f} MiB; unchanged {again.seconds:.0f} s, {again.memory:.0f} MiB")
    assert max(once.memory, again.memory) < 1_000
