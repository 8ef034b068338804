"""What all tests share: the longest come first, and published columns go without their meaning, half of what publishing costs."""

import gc
import os
import pickle
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any, Final, Self

import duckdb
import pytest
from filelock import FileLock
from hypothesis.internal.conjecture import providers

from extractors.words import lexicon
from tests.browser import CHROMIUM
from tests.postgres import server
from warehouse.connection import LIVE, Connection, quoted
from warehouse.live import migrate
from warehouse.published import publish

lexicon._read = cache(lexicon._read.__wrapped__)  # half a second each: none makes room for another, as in a service
gc.set_threshold(500_000)  # words and cases stay: to look them through again and again is nearly a tenth of the time

LONGEST: Final = (
    "test_a_service_serves_its_slots_without_prefect", "test_readers_are_never_locked_and_never_lock", "test_the_whole_demo",
    "test_sixty_polls_of_one_feed_hold_each_article_once", "test_a_kill_at_each_named_point_loses_nothing",
)  # fmt: skip
ALIKE: Final = ("test_store", "test_shards", "test_watch", "test_worker")
"""Neighbours that need what one worker of three is enough for: a PostgreSQL server, and then Prefect's import, 1.1 s."""
MEMORY: Final = Path("/dev/shm")  # no commit waits for a disk there: a third of a cycle's time
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 << 30:
    tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first, each a third of the rest apart: a worker takes a run of neighbours, one all with Prefect."""
    long = [item for item in items if item.name.partition("[")[0] in LONGEST]
    places = {name: place for place, name in enumerate(ALIKE)}
    rest = [item for item in items if item not in set(long)]
    rest.sort(key=lambda item: places.get(item.path.stem, len(places)))
    step = -(-len(rest) // 3)
    items[:] = [one for worker in range(3) for one in (*long[worker::3], *rest[worker * step : (worker + 1) * step])]


@pytest.fixture(autouse=True, scope="session")
def meaning() -> Iterator[Any]:
    """What documents published columns, 221 statements a publication: left out, but where a test asks for it."""
    with pytest.MonkeyPatch.context() as patched:
        kept = publish._comments
        patched.setattr(publish, "_comments", lambda _: iter(()))
        yield kept


class Engine:
    """An engine that is lent: closed, it lets go of all its files as an own one does, and is lent again."""

    idle: Final[list[duckdb.DuckDBPyConnection]] = []

    def __init__(self, own: duckdb.DuckDBPyConnection) -> None:
        self.own = own

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        self.own.close() if kind else self.close()

    def close(self) -> None:
        files = self.own.execute("SELECT database_name FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()
        for (name,) in files:
            self.own.execute(f"DETACH {name}")
        self.idle.append(self.own)


@pytest.fixture(autouse=True, scope="session")
def own_engine() -> Iterator[Any]:
    """Engines are lent: to start one takes 16 ms, 1,200 times, an eighth of all. CI and who asks get one of their own."""
    start = duckdb.connect
    with start() as con:  # to make a plan better costs a tenth of all, and pays of many rows
        better = ",".join(name for (name,) in con.execute("FROM duckdb_optimizers()").fetchall())

    def connect(*args: Any, **options: Any) -> Any:
        if args or "temp_directory" not in options.get("config", {}):
            return start(*args, **options)
        while Engine.idle:
            engine = Engine.idle.pop()
            with suppress(duckdb.Error):  # one that has spilled, or met a fault, is not lent again
                engine.execute("SET temp_directory = $1", [options["config"]["temp_directory"]])
                return Engine(engine)
        plain = {"threads": 1, "disabled_optimizers": better}  # a second thread costs a tenth more than it does
        return Engine(start(*args, **{**options, "config": {**options["config"], **plain}}))

    with pytest.MonkeyPatch.context() as patched:
        if "AS_IN_LIFE" not in os.environ:
            patched.setattr(duckdb, "connect", connect)
        yield start
    while Engine.idle:
        Engine.idle.pop().close()


@pytest.fixture(autouse=True, scope="session")
def no_constants() -> Iterator[None]:
    """Hypothesis draws from its own values: to read each module for constants takes a second. CI does it."""
    with pytest.MonkeyPatch.context() as patched:
        if "AS_IN_LIFE" not in os.environ:
            patched.setattr(providers, "_get_local_constants", lambda: providers._local_constants)
        yield


@pytest.fixture(autouse=True, scope="session")
def new_homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new home begins with a copy of the first one's live file, a mended one with its schema: to make it takes 70 ms."""
    if "AS_IN_LIFE" in os.environ:
        yield
        return
    apply, first, steps = migrate.apply, tmp_path_factory.mktemp("first"), migrate.steps()
    made, schema = (
        migrate.migrate,
        f"ATTACH {quoted(first / LIVE)} AS first (READ_ONLY); COPY FROM DATABASE first TO konato",
    )
    made(first, now=datetime.now(UTC))

    def begun(home: Path, *, now: datetime) -> migrate.Migrated:
        todo = migrate.check(home)
        if (todo.before, migrate.steps()) != (0, steps):
            return made(home, now=now)
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(first / LIVE, home / LIVE)  # not its mode, which hangs on the test that made it
        return todo

    def applied(con: Connection, todo: tuple[migrate.Step, ...], *, now: datetime) -> None:
        if todo == steps:
            con.execute(f"{schema}; DETACH first")
        else:
            apply(con, todo, now=now)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrate, "migrate", begun)
        patched.setattr(migrate, "apply", applied)
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    home: Path
    cycles: list[Any]
    output: str

    @property
    def site(self) -> Path:
        return self.home / "published" / "briefing"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Demo:
    """The whole demo, run once for all that look at it: it is the longest thing here."""
    from flows.demo.demo import run_demo

    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "the-demo"
    with FileLock(f"{folder}.lock"):
        if not (folder / "told").exists():
            (folder / "demo" / "left over").mkdir(parents=True)
            with redirect_stdout(StringIO()) as output:
                cycles = run_demo(folder)
            (folder / "told").write_bytes(pickle.dumps((cycles, output.getvalue())))
        cycles, told = pickle.loads((folder / "told").read_bytes())  # noqa: S301  our own
    return Demo(home=folder / "demo", cycles=cycles, output=told)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL server, started where a test asks for it."""
    with ExitStack() as ending:
        try:
            running = ending.enter_context(server(tmp_path_factory.mktemp("run")))
        except OSError as error:
            pytest.skip(str(error))
        yield running


@pytest.fixture
def database(postgres: Any) -> str:
    """The address of a database with nothing in it."""
    import psycopg

    name = f"d{os.urandom(6).hex()}"
    with psycopg.connect(postgres.get_uri(), autocommit=True) as con:
        con.execute(f"CREATE DATABASE {name} STRATEGY file_copy".encode())
    return str(postgres.get_uri(database=name))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real browser; while its driver runs, nothing else in this thread may run a loop of asyncio."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()
