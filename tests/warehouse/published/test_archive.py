"""S1: the archive grows by parts; what a cycle writes follows what is new, and no version vanishes or stands twice."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.learned import Resolution
from extractors.story import Mention, Rejection
from tests import builders as b
from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import PUBLISHED, Connection, EngineError, opened, rows, writing
from warehouse.live import events, feeds, items
from warehouse.live.bulk import id_of
from warehouse.live.migrate import migrate
from warehouse.published import archive
from warehouse.published.publish import publish
from warehouse.published.query import run
from warehouse.safety import recover

HOUR = timedelta(hours=1)


def names(home: Path) -> list[str]:
    return [str(part.relative_to(home / archive.FOLDER)) for part in archive.parts(home)]


def shown(home: Path) -> list[object]:
    """The ids in the view `archive`."""
    return [row[0] for row in run(home, "SELECT item_id FROM archive ORDER BY 1", {}).rows]


def seen(home: Path, n: int, when: datetime = NOW) -> tuple[Path, ...]:
    with writing(home, now=when) as con:
        homes.cycle(con, n, relevant=False, when=when)
    return publish(home, now=when, lexicon_version="t")


def store(home: Path, when: datetime, content: int, *, relevant: bool) -> None:
    item = b.item(key=7, content=content, revision=content - 1, first_seen_at=NOW, title=f"text {content}")
    says: Mention | Rejection = (
        b.mention(item_id=item.item_id) if relevant else Rejection(item_id=item.item_id, reason="x")
    )
    with writing(home, now=when) as con:
        feeds.record_outcomes(con, [homes.outcome(when)])
        items.insert(con, [(item, says)], now=when)
        if isinstance(says, Mention):
            told = b.report(item_id=item.item_id, mention=says)
            events.save(con, Resolution(joins=((item.item_id, "e1", "same"),)), [told], now=when)
    publish(home, now=when, lexicon_version="t")


def test_every_version_stands_in_the_month_of_its_item_and_the_view_shows_the_latest(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    times = (NOW, NOW + timedelta(days=1), NOW + timedelta(days=10))
    for number, when in enumerate(times, 1):
        store(tmp_path, when, number, relevant=number == 3)
    assert {name.split("/")[0] for name in names(tmp_path)} == {"2025-06"}
    found = homes.archived(tmp_path)
    assert [(row["revision"], row["contents"], row["first_seen_at"], row["seen_at"]) for row in found] == [
        (n, [n + 1], NOW, when) for n, when in enumerate(times)
    ]
    latest = run(tmp_path, "SELECT title, revision, relevant, first_seen_at FROM archive", {}).rows
    assert latest == (("text 3", 2, True, NOW),)


def test_months_are_utc_months(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    when = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)
    with writing(tmp_path, now=when) as con:
        for key, first_seen_at in ((1, when), (2, when + HOUR)):
            items.insert(
                con,
                [(b.item(key=key, first_seen_at=first_seen_at), Rejection(item_id=id_of(key), reason=""))],
                now=when,
            )
    parts = publish(tmp_path, now=when, lexicon_version="t")
    assert [part.parent.name for part in parts] == ["2025-06", "2025-07"]


def test_a_cycle_writes_what_is_new_and_no_file_again(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    before: dict[Path, int] = {}
    for n in range(5):
        written = seen(tmp_path, n)
        there = {part: part.stat().st_mtime_ns for part in archive.parts(tmp_path)}
        assert {part for part in there if there[part] != before.get(part)} == set(written)
        assert len(written) == 1
        before = there
    assert [row["item_id"] for row in homes.archived(tmp_path)] == sorted(id_of(-n - 1) for n in range(5))


def test_parts_are_merged_as_they_age_and_swept_an_hour_later(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    for n in range(archive.FRESH + 1):
        seen(tmp_path, n)
    assert len(names(tmp_path)) == 2
    folder = tmp_path / archive.FOLDER / "2025-06"
    assert len(list(folder.iterdir())) == archive.FRESH + 2  # a reader may be about to open one of them
    assert len(shown(tmp_path)) == archive.FRESH + 1
    assert len(homes.archived(tmp_path)) == archive.FRESH + 1
    for part in folder.iterdir():
        os.utime(part, (0, 0))
    seen(tmp_path, 99)
    assert len(list(folder.iterdir())) == 3
    assert len(shown(tmp_path)) == archive.FRESH + 2


@pytest.mark.parametrize(("parts", "over", "files"), [(12, False, 12), (12, True, archive.OVER)])
def test_a_month_that_is_over_ends_as_few_files(tmp_path: Path, parts: int, over: bool, files: int) -> None:
    migrate(tmp_path, now=NOW)
    for n in range(parts):
        seen(tmp_path, n)
    publish(tmp_path, now=NOW + timedelta(days=9) * over, lexicon_version="t")
    assert len(names(tmp_path)) == files
    assert len(homes.archived(tmp_path)) == len(shown(tmp_path)) == parts


@pytest.mark.parametrize(
    ("levels", "run"),
    [
        ([0] * 15, 0), ([0] * 16, 16), ([1, *[0] * 15], 0), ([1, *[0] * 16], 16), ([1] * 7, 0), ([1] * 8, 8),
        ([2, *[1] * 8, 0], 9), ([0, 2, *[0] * 15], 0), ([3, 2, *[1] * 7, *[0] * 15], 0),
    ],
)  # fmt: skip
def test_what_is_merged_is_of_one_level(tmp_path: Path, levels: list[int], run: int) -> None:
    parts = []
    for n, level in enumerate(levels):
        file = tmp_path / str(n)
        file.touch()
        os.truncate(file, archive.SMALLEST * archive.LEVEL ** (level - 1) if level else 0)
        parts.append(archive.Part(file=file, first=n, last=n))
    assert [part.level for part in parts] == levels
    assert archive._run(parts) == parts[len(parts) - run :] if run else not archive._run(parts)


@pytest.mark.parametrize("harm", ["unlink", "junk", "cut"])
def test_a_part_that_is_lost_is_written_anew(tmp_path: Path, harm: str) -> None:
    home = homes.made(tmp_path, 2)
    [part] = archive.parts(home)
    whole = homes.archived(home)
    match harm:
        case "unlink":
            part.unlink()
        case "junk":
            part.write_bytes(b"PAR1 nonsense")
        case _:
            homes.cut(part)
    assert publish(home, now=NOW, lexicon_version="t") == (part,)
    assert homes.archived(home) == whole
    assert part.with_suffix(".damaged").exists() == (harm != "unlink")


def test_a_damaged_part_met_in_a_merge_is_written_anew_and_merged_by_the_next(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    for n in range(archive.FRESH - 1):
        seen(tmp_path, n)
    part = archive.parts(tmp_path)[3]
    content = part.read_bytes()
    part.write_bytes(b"x" * len(content))  # of the size that was noted
    seen(tmp_path, 90)
    assert part.with_suffix(".damaged").exists()
    seen(tmp_path, 91)
    assert len(names(tmp_path)) == 1
    assert len(homes.archived(tmp_path)) == archive.FRESH + 1


def test_an_error_that_is_no_parts_is_not_swallowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(tmp_path, now=NOW)
    for n in range(archive.FRESH - 1):
        seen(tmp_path, n)
    copy = archive.copy

    def refuse(con: Connection, question: str, parameters: dict[str, object], place: Path) -> Path:
        if not parameters:  # a merge
            raise EngineError("no")
        return copy(con, question, parameters, place)

    monkeypatch.setattr(archive, "copy", refuse)
    with pytest.raises(EngineError, match="no"):
        seen(tmp_path, 90)


@pytest.mark.parametrize("content", [None, b"no database" * 1000])
def test_without_a_sound_copy_the_archive_is_written_anew_with_what_it_held(
    tmp_path: Path, content: bytes | None
) -> None:
    home = homes.made(tmp_path, 2)
    with writing(home, now=NOW) as con:
        con.execute("DELETE FROM items_other WHERE key = -1")  # as retention does
    if content:
        (home / PUBLISHED).write_bytes(content)
    else:
        (home / PUBLISHED).unlink()
    assert recover.ensure(home, now=NOW) is None
    assert len(publish(home, now=NOW, lexicon_version="t")) == 1
    assert [row["item_id"] for row in homes.archived(home)] == [id_of(key) for key in (1, 2, -2, -1)]


def test_a_month_file_of_an_older_home_is_taken_over(tmp_path: Path) -> None:
    home = homes.old(tmp_path)
    old = sorted(file.stem for file in (home / archive.FOLDER).glob("*.parquet"))
    before = shown(home)
    assert len(before) > 90
    then = datetime(2025, 8, 6, tzinfo=UTC)
    migrate(home, now=then)
    seen(home, 700, then)
    assert [name.split("/")[0] for name in names(home)] == sorted([*old, "2025-08"])
    assert not list((home / archive.FOLDER).glob("*.parquet"))
    assert set(shown(home)) == {*before, id_of(-701)}
    with opened(home) as con:
        everything = f"SELECT count(DISTINCT item_id) AS n FROM '{home}/{archive.FOLDER}/**/*.parquet'"
        assert rows(con, everything) == [{"n": len(before) + 1}]


def test_a_lost_month_of_an_older_home_is_missed(tmp_path: Path) -> None:
    home = homes.old(tmp_path)
    lost = min((home / archive.FOLDER).glob("*.parquet"))
    lost.unlink()
    then = datetime(2025, 8, 6, tzinfo=UTC)
    migrate(home, now=then)
    assert [part.parent.name for part in publish(home, now=then, lexicon_version="t")] == [lost.stem]
    assert len(shown(home)) > 90
