from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import LIVE, EngineError, opened, reading, rows
from warehouse.live import migrate as module
from warehouse.live.migrate import MigrationChanged, Step, check, migrate, steps

NEXT = Step(
    version=max(step.version for step in steps()) + 1, name="9999_next.sql", sql="CREATE TABLE more (x INTEGER);"
)


def test_a_fresh_home_gets_every_step_once(tmp_path: Path) -> None:
    assert check(tmp_path).applied == tuple(step.name for step in steps())
    assert not (tmp_path / LIVE).exists()
    done = migrate(tmp_path, now=NOW)
    assert (done.before, done.after, done.backup) == (0, steps()[-1].version, None)
    assert migrate(tmp_path, now=NOW).applied == ()
    assert check(tmp_path).applied == ()


def test_an_older_home_is_backed_up_then_upgraded(tmp_path: Path) -> None:
    homes.made(tmp_path)
    known = (*steps(), NEXT)
    assert check(tmp_path, known=known).applied == (NEXT.name,)
    done = migrate(tmp_path, now=NOW, known=known)
    assert done.applied == (NEXT.name,)
    assert done.backup
    with opened(tmp_path, file=done.backup, read_only=True) as con:
        assert [row["version"] for row in rows(con, "FROM migrations")] == [step.version for step in steps()]
        assert rows(con, "SELECT count(*) AS n FROM alerts") == [{"n": 1}]


def test_an_edited_step_is_refused(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW)
    edited = replace(steps()[0], sql=steps()[0].sql + "-- edited")
    with pytest.raises(MigrationChanged, match="edited after it had been applied"):
        migrate(tmp_path, now=NOW, known=(edited,))
    with pytest.raises(MigrationChanged, match="edited after it had been applied"):
        check(tmp_path, known=(edited,))


def test_a_newer_home_is_refused_untouched(tmp_path: Path) -> None:
    migrate(tmp_path, now=NOW, known=(*steps(), NEXT))
    before = (tmp_path / LIVE).read_bytes()
    with pytest.raises(MigrationChanged, match="newer version"):
        migrate(tmp_path, now=NOW)
    assert (tmp_path / LIVE).read_bytes() == before


def test_a_step_that_fails_leaves_the_steps_before(tmp_path: Path) -> None:
    wrong = replace(
        NEXT, version=NEXT.version + 1, name="wrong", sql="CREATE TABLE other (x INTEGER); SELECT nonsense;"
    )
    with pytest.raises(EngineError):
        migrate(tmp_path, now=NOW, known=(*steps(), NEXT, wrong))
    with reading(tmp_path) as con:
        names = {row["table_name"] for row in rows(con, "FROM duckdb_tables()")}
    assert "more" in names
    assert "other" not in names
    assert migrate(tmp_path, now=NOW, known=(*steps(), NEXT)).applied == ()


@pytest.mark.parametrize("start", range(len(steps()) + 1))
@pytest.mark.parametrize("moment", ["before", "within", "after"])
def test_a_kill_in_the_middle_leaves_a_whole_step(tmp_path: Path, start: int, moment: str) -> None:
    if start:
        migrate(tmp_path, now=NOW, known=steps()[:start])
    code = f"""
        moment, steps = {moment!r}, migrate.steps()
        sql = "CREATE TABLE more (x INTEGER); INSERT INTO more FROM range(100000);"
        steps = (*steps, migrate.Step(version=steps[-1].version + 1, name="9999_next.sql", sql=sql))
        class Dying:
            def __init__(self, con): self.con = con
            def execute(self, sql, *rest):
                if moment == "before" and "TABLE more" in sql: os._exit(9)
                done = self.con.execute(sql, *rest)
                if moment == "within" and "TABLE more" in sql: os._exit(9)
                if moment == "after" and sql == "COMMIT": os._exit(9)
                return done
        apply = migrate.apply
        migrate.apply = lambda con, todo, now: apply(Dying(con), todo, now=now)
        migrate.migrate(home, now=NOW, known=steps)
    """
    assert homes.run(code, tmp_path) == 9
    known = (*steps(), replace(NEXT, sql="CREATE TABLE more (x INTEGER); INSERT INTO more FROM range(100000);"))
    migrate(tmp_path, now=NOW, known=known)
    with reading(tmp_path) as con:
        assert [row["version"] for row in rows(con, "FROM migrations ORDER BY 1")] == [step.version for step in known]
        assert rows(con, "SELECT count(*) AS n FROM more") == [{"n": 100_000}]
    assert module.check(tmp_path, known=known).applied == ()
