import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import LIVE, EngineError, opened, reading
from warehouse.live import migrate
from warehouse.live.migrate import MigrationChanged, Step
from warehouse.sql import rows

KNOWN = migrate.steps()
NEXT = Step(version=len(KNOWN) + 1, name="9999_next.sql", sql="CREATE TABLE more AS FROM range(100000)")
Knows = Callable[..., None]


@pytest.fixture(name="knows")
def _knows(monkeypatch: pytest.MonkeyPatch) -> Knows:
    """Call it with the steps of another version."""
    return lambda *steps: monkeypatch.setattr(migrate, "steps", lambda: steps)


def test_a_fresh_home_gets_every_step_once(tmp_path: Path) -> None:
    (begun := tmp_path / "begun").mkdir()
    with opened(begun) as con:  # a kill may leave a file without a schema
        assert migrate.standing(con) == 0
    assert migrate.check(tmp_path).applied == tuple(step.name for step in KNOWN)
    assert not (tmp_path / LIVE).exists()
    done = migrate.migrate(tmp_path, now=NOW)
    assert (done.before, done.after, done.backup) == (0, KNOWN[-1].version, None)
    again = migrate.migrate(tmp_path, now=NOW)
    assert (again.applied, again.backup) == (migrate.check(tmp_path).applied, None) == ((), None)


def test_an_older_home_is_backed_up_upgraded_and_refused_by_the_older_version(tmp_path: Path, knows: Knows) -> None:
    homes.made(tmp_path)
    knows(*KNOWN, NEXT)
    assert migrate.check(tmp_path).applied == (NEXT.name,)
    done = migrate.migrate(tmp_path, now=NOW)
    assert done.applied == (NEXT.name,)
    assert done.backup
    with opened(tmp_path, file=done.backup, read_only=True) as con:
        assert migrate.standing(con) == len(KNOWN)
        assert rows(con, "SELECT count(*) AS n FROM alerts") == [{"n": 1}]
    before = (tmp_path / LIVE).read_bytes()
    for steps, why in (
        (KNOWN, "newer version"),
        ((replace(KNOWN[0], sql=f"{KNOWN[0].sql}-- edited"), NEXT), "edited after it had been applied"),
    ):
        knows(*steps)
        for act in (migrate.check, lambda home: migrate.migrate(home, now=NOW)):
            with pytest.raises(MigrationChanged, match=why):
                act(tmp_path)
    assert (tmp_path / LIVE).read_bytes() == before


def test_a_step_that_fails_leaves_the_steps_before(tmp_path: Path, knows: Knows) -> None:
    wrong = Step(version=NEXT.version + 1, name="wrong", sql="CREATE TABLE other (x INTEGER); SELECT nonsense;")
    knows(*KNOWN, NEXT, wrong)
    with pytest.raises(EngineError):
        migrate.migrate(tmp_path, now=NOW)
    with reading(tmp_path) as con:
        names = {row["table_name"] for row in rows(con, "FROM duckdb_tables()")}
        assert (migrate.standing(con), names & {"more", "other"}) == (NEXT.version, {"more"})


class Deadly(Step):
    """A step in whose midst the process dies: between its statements and its record."""

    @property
    def sha256(self) -> str:
        os._exit(9)


def dies(home: Path) -> None:
    deadly = Deadly(version=NEXT.version, name=NEXT.name, sql=NEXT.sql)
    rooms = {"warehouse.live": (*KNOWN, deadly)}
    migrate.steps = lambda room="warehouse.live": rooms[room]
    migrate.migrate(home, now=NOW)


def test_a_kill_in_the_middle_leaves_a_whole_step(tmp_path: Path, knows: Knows) -> None:
    assert homes.run(dies, tmp_path) == 9
    knows(*KNOWN, NEXT)
    assert migrate.check(tmp_path).before == len(KNOWN)
    assert migrate.migrate(tmp_path, now=NOW).after == NEXT.version
    with reading(tmp_path) as con:
        assert rows(con, "SELECT count(*) AS n FROM more") == [{"n": 100_000}]
