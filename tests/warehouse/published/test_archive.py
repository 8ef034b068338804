"""S1: the archive grows by parts; what a cycle writes follows what is new, and no version vanishes or stands twice."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from extractors.story import Rejection
from tests import builders as b
from tests.builders import NOW
from tests.table import table
from tests.warehouse import homes
from warehouse.connection import PUBLISHED, WarehouseDamaged, writing
from warehouse.live import items
from warehouse.live.bulk import id_of
from warehouse.live.migrate import migrate
from warehouse.published import archive
from warehouse.published.publish import publish
from warehouse.published.query import QueryError, answer
from warehouse.published.tell import explain
from warehouse.safety import recover

HOUR = timedelta(hours=1)
THEN = datetime(2025, 8, 6, tzinfo=UTC)  # after the home of 0.1.0
FRESH, OVER = 4, 2  # parts, for a short test: of the sixteen and eight of a real home see what is merged
PARTS = FRESH - 1


def names(home: Path) -> list[str]:
    return [str(part.relative_to(home / archive.FOLDER)) for part in archive.parts(home)]


def shown(home: Path) -> list[object]:
    """The ids in the view `archive`."""
    return [row[0] for row in answer(home, "SELECT item_id FROM archive ORDER BY 1", {}).rows]


def seen(home: Path, n: int, when: datetime = NOW) -> tuple[Path, ...]:
    with writing(home, now=when) as con:
        homes.cycle(con, n, relevant=False, when=when)
    return publish(home, now=when, lexicon_version="t")


@pytest.fixture(name="grown", scope="module")
def _grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with as many small parts as are not yet merged; each cycle wrote its own and no file again."""
    home = homes.made(tmp_path_factory.mktemp("grown"), 0)
    before: dict[Path, int] = {}
    for n in range(PARTS):
        [written] = seen(home, n)
        there = {part: part.stat().st_mtime_ns for part in archive.parts(home)}
        assert there == before | {written: there[written]}
        before = there
    return home


@pytest.fixture(name="home")
def _home(grown: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(archive, "FRESH", FRESH)
    monkeypatch.setattr(archive, "OVER", OVER)
    return Path(shutil.copytree(grown, tmp_path, dirs_exist_ok=True))


def test_every_version_stands_in_the_utc_month_of_its_item_and_the_view_shows_the_latest(tmp_path: Path) -> None:
    homes.made(tmp_path, 0)
    first = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)
    times = [first, first + HOUR, first + timedelta(days=10)]
    for n, when in enumerate(times):
        item = b.item(key=7, content=n, revision=n, first_seen_at=first, title=f"text {n}")
        says = b.mention(item_id=item.item_id) if n else Rejection(item_id=item.item_id, reason="x")
        with writing(tmp_path, now=when) as con:
            items.insert(con, [(item, says)], now=when)
        [part] = publish(tmp_path, now=when, lexicon_version="t")
        assert part.parent.name == "2025-06"
    found = homes.archived(tmp_path)
    assert [(row["revision"], row["contents"], row["first_seen_at"], row["seen_at"]) for row in found] == [
        (n, [n], first, when) for n, when in enumerate(times)
    ]
    latest = answer(tmp_path, "SELECT title, revision, relevant, first_seen_at FROM archive", {}).rows
    assert latest == (("text 2", 2, True, first),)


def test_parts_are_merged_as_they_age_and_swept_an_hour_later(home: Path) -> None:
    for n in (90, 91):
        seen(home, n)
    assert len(names(home)) == 2
    folder = home / archive.FOLDER / "2025-06"
    assert len(list(folder.iterdir())) == FRESH + 2  # a reader may be about to open one of them
    assert len(shown(home)) == len(homes.archived(home)) == FRESH + 1
    for part in folder.iterdir():
        os.utime(part, (0, 0))
    seen(home, 99)
    assert len(list(folder.iterdir())) == 3
    assert len(shown(home)) == FRESH + 2


@pytest.mark.parametrize(("later", "files"), [(0, PARTS), (9, OVER)])
def test_a_month_that_is_over_ends_as_few_files(home: Path, later: int, files: int) -> None:
    publish(home, now=NOW + timedelta(days=later), lexicon_version="t")
    assert len(names(home)) == files
    assert len(homes.archived(home)) == len(shown(home)) == PARTS


@table("levels, run")
def test_what_is_merged_is_of_one_level(levels: list[int], run: int) -> None:
    for smallest in (True, False):  # of its level
        full = [(256 << 10) * 8 ** (level - smallest) - (not smallest) for level in levels]
        sizes = [size if level or not smallest else 0 for level, size in zip(levels, full, strict=True)]
        assert archive._start(sizes) == len(levels) - run


@pytest.mark.parametrize(
    "harm", [Path.unlink, lambda part: part.write_bytes(b"PAR1 nonsense"), homes.cut], ids=["unlink", "junk", "cut"]
)
def test_a_part_that_is_lost_is_written_anew(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    home = homes.made(tmp_path, 2)
    [part] = archive.parts(home)
    whole = homes.archived(home)
    harm(part)
    damaged = part.exists()
    assert publish(home, now=NOW, lexicon_version="t") == (part,)
    assert homes.archived(home) == whole
    assert part.with_suffix(".damaged").exists() == damaged


@pytest.mark.parametrize("damage", [lambda size: b"x" * size, lambda size: b"PAR1" + bytes(size - 8) + b"PAR1"])
@pytest.mark.parametrize("meet", [lambda home: explain(home, id_of(-1)), shown], ids=["explain", "query"])
def test_x13_a_damaged_part_that_somebody_met_is_named_and_written_anew_by_the_next_cycle(
    tmp_path: Path, meet: Callable[[Path], object], damage: Callable[[int], bytes]
) -> None:
    home = homes.made(tmp_path, 2)
    [part] = archive.parts(home)
    whole = homes.archived(home)
    part.write_bytes(damage(part.stat().st_size))  # of the size that was noted
    with pytest.raises((WarehouseDamaged, QueryError), match=f"{part.name} is damaged"):
        meet(home)
    assert recover.ensure(home, now=NOW) is None
    assert publish(home, now=NOW, lexicon_version="t") == (part,)
    assert explain(home, id_of(-1))
    assert homes.archived(home) == whole


def test_a_damaged_part_met_in_a_merge_is_written_anew_and_merged_by_the_next(home: Path) -> None:
    part = archive.parts(home)[1]
    part.write_bytes(b"x" * part.stat().st_size)  # of the size that was noted
    seen(home, 90)
    assert part.with_suffix(".damaged").exists()
    seen(home, 91)
    assert len(names(home)) == 1
    assert len(homes.archived(home)) == FRESH + 1


@pytest.mark.parametrize("content", [None, b"no database" * 1000])
def test_without_a_sound_copy_the_archive_is_written_anew_whole(tmp_path: Path, content: bytes | None) -> None:
    home = homes.made(tmp_path, 2)
    with writing(home, now=NOW) as con:
        con.execute("DELETE FROM items_other WHERE key = -1")  # as retention does
    (home / PUBLISHED).unlink()
    if content:
        (home / PUBLISHED).write_bytes(content)
    assert recover.ensure(home, now=NOW) is None
    assert len(publish(home, now=NOW, lexicon_version="t")) == 1
    assert [row["item_id"] for row in homes.archived(home)] == [id_of(key) for key in (1, 2, -2, -1)]


def test_month_files_of_an_older_home_are_taken_over_and_a_lost_one_is_missed(tmp_path: Path) -> None:
    home = homes.old(tmp_path)
    old = sorted((home / archive.FOLDER).glob("*.parquet"))
    before = shown(home)
    assert len(before) > 90
    old[0].unlink()
    migrate(home, now=THEN)
    assert [part.parent.name for part in seen(home, 700, THEN)] == [old[0].stem, "2025-08"]
    assert [name.split("/")[0] for name in names(home)] == [*(file.stem for file in old), "2025-08"]
    assert not list((home / archive.FOLDER).glob("*.parquet"))
    assert set(shown(home)) == {*before, id_of(-701)}
    with duckdb.connect() as con:
        everything = f"SELECT count(DISTINCT item_id) FROM '{home}/{archive.FOLDER}/**/*.parquet'"
        assert con.execute(everything).fetchall() == [(len(before) + 1,)]
