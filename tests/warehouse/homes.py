"""Homes with something in them, written by the very code of a cycle, and processes that die while they write."""

import atexit
import functools
import multiprocessing
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing.connection import Connection as Line
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import duckdb

from alerts.model import Alert, Delivery, DeliveryState, Facts
from extractors.learned import Resolution
from extractors.model import FeedState, Fetched, OutcomeKind
from extractors.polling.poll import Poll
from extractors.story import Domain, Evidence, Rejection, Report
from tests import builders as b
from tests.builders import NOW
from warehouse import mark
from warehouse.connection import Connection, reading, writing
from warehouse.live import events, feeds, items, outbox
from warehouse.live.bulk import id_of
from warehouse.live.cycles import CycleRecord, record_cycle
from warehouse.live.migrate import migrate
from warehouse.mark import Mark
from warehouse.published.archive import parts
from warehouse.published.publish import publish
from warehouse.sql import rows

CONCEPTS = [{"concept": "consultation_body", "kind": "track", "label_en": "body", "label_ko": "협의체"}]


def poll(when: datetime = NOW, feed: str = "a", new: int = 1) -> Poll:
    fetched = Fetched(feed=feed, kind=None, reason="", status=200, wire_bytes=10, milliseconds=5)
    return Poll(
        feed=b.feed(name=feed), before=FeedState(feed=feed), fetched=fetched, kind=OutcomeKind.NEW, reason="",
        items=(b.item(),) * 2, unseen=(b.item(),) * new, now=when, jitter=0.0,
    )  # fmt: skip


def report(key: int, when: datetime = NOW) -> Report:
    evidence = (Evidence(field="title", start=0, end=1, term="A", concept="body", language="en"),)
    mention = b.mention(item_id=id_of(key), evidence=evidence)
    item = b.item(key=key, first_seen_at=when, published_at=when, url=f"https://a.example/{key}")
    return Report.of(item, mention)


def cycle(con: Connection, n: int, *, relevant: bool = True, when: datetime | None = None) -> None:
    """What one cycle writes: an irrelevant item, and a relevant one with its event, alert and delivery."""
    when = when or NOW + timedelta(minutes=10 * n)
    feeds.record_feeds(con, [b.feed()])
    feeds.record_polls(con, [poll(when)])
    feeds.save_states(con, [FeedState(feed="a", etag=f'"{n}"', last_polled_at=when, next_due_at=when, last_keys=(n,))])
    other = b.item(key=-n - 1, content=-n - 1, first_seen_at=when, published_at=None)
    items.insert(con, [(other, Rejection(item_id=other.item_id, reason="no_korea"))], now=when)
    if relevant:
        told = report(n + 1, when)
        item = b.item(key=n + 1, content=n + 1, url=told.url, first_seen_at=when, origin=told.item_id)
        items.insert(con, [(item, told.mention)], now=when)
        event = b.event(event_id=f"e{n}", first_reported_at=when, last_reported_at=when, domains=(Domain.SPACE,))
        events.save(con, Resolution(events=(event,), joins=((told.item_id, f"e{n}", "new"),)), [told], now=when)
        outbox.queue(con, [alert(n, when)], [delivery(n)])
    record_cycle(con, CycleRecord(started_at=when, finished_at=when, who="test"))


def alert(n: int, when: datetime = NOW) -> Alert:
    return Alert(
        alert_id=f"alert{n}", event_id=f"e{n}", change="new", created_at=when, reason="a dated act",
        facts=Facts(kind="event", title=f"title {n}"),
    )  # fmt: skip


def delivery(n: int, state: DeliveryState = DeliveryState.PENDING, **changes: object) -> Delivery:
    return Delivery(alert_id=f"alert{n}", channel="desk", state=state, **changes)  # type: ignore[arg-type]


def commit(con: Connection, times: int = 1) -> None:
    """Let what follows belong to a later commit."""
    con.execute("UPDATE mark SET seq = seq + $1", [times])


def made(home: Path, cycles: int = 1, *, published: bool | None = None) -> Path:
    """A home after some whole cycles, published where there were any; made once a test run, then copied."""
    shutil.copytree(_made(cycles, published=bool(cycles) if published is None else published), home, dirs_exist_ok=True)
    return home


def old(home: Path) -> Path:
    """A home that 0.1.0 (0485bb9) wrote with its demo, then one event muted, deliveries pending, held and sending."""
    with tarfile.open(Path(__file__).parent / "home-0.1.0.tar.xz") as recorded:
        recorded.extractall(home, filter="data")
    return home


def died(home: Path) -> Path:
    """A home with two cycles published, a third that is not, and a fourth whose process died; made once too."""
    shutil.copytree(_died(), home, dirs_exist_ok=True)
    return home


@functools.cache
def _died() -> Path:
    home = made(_folder(), 2)
    with writing(home, now=NOW + timedelta(minutes=20)) as con:
        cycle(con, 2)
    assert run(dies_after_commit, home, 3) == 9
    return home


def _folder() -> Path:
    home = Path(tempfile.mkdtemp(prefix="konato-home-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


@functools.cache
def _made(cycles: int, *, published: bool) -> Path:
    home = _folder()
    migrate(home, now=NOW)
    for n in range(cycles):
        with writing(home, now=NOW + timedelta(minutes=10 * n)) as con:
            cycle(con, n)
    if published:
        publish(home, now=NOW + timedelta(minutes=10 * cycles), lexicon_version="test", concepts=CONCEPTS)
    return home


def process(target: Callable[..., object], *arguments: object) -> ForkServerProcess:
    """A process of its own that is to be started, from a server that has imported the libraries once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "pytest"])
    return context.Process(target=target, args=arguments)


def run(target: Callable[..., object], *arguments: object) -> int | None:
    """Call a function in a process of its own; returns its exit code."""
    called = process(target, *arguments)
    called.start()
    called.join()
    return called.exitcode


def started(target: Callable[..., object], home: Path) -> tuple[ForkServerProcess, Line]:
    """A process with a line to it, once it has said its first word."""
    ours, theirs = multiprocessing.Pipe()
    called = process(target, home, theirs)
    called.start()
    ours.recv()
    return called, ours


def dies_after_commit(home: Path, n: int) -> None:
    """A cycle whose process dies after the commit and before the file is closed: it stands in the log alone."""
    write = mark.write

    def die(home: Path, mark: Mark) -> None:
        write(home, mark)
        os._exit(9)

    mark.write = die
    with writing(home, now=NOW + timedelta(minutes=10 * n)) as con:
        cycle(con, n)


def flip(file: Path, at: float) -> None:
    content = bytearray(file.read_bytes())
    content[int(len(content) * at)] ^= 0x10
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def tables(home: Path) -> dict[str, list[dict[str, object]]]:
    with reading(home) as con:
        views = rows(con, "SELECT view_name FROM duckdb_views() WHERE schema_name = 'publish'")
        names = {str(row["view_name"]) for row in views} - {"recoveries", "feeds"}
        return {name: rows(con, f"SELECT * FROM publish.{name} ORDER BY ALL") for name in names}


def commits(home: Path) -> int:
    with reading(home) as con:
        return len(con.execute("SELECT seq FROM cycles").fetchall())


def archived(home: Path) -> list[dict[str, object]]:
    """Every version that the archive holds."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        return rows(con, f"FROM read_parquet({[str(part) for part in parts(home)]}, union_by_name = true) ORDER BY ALL")
