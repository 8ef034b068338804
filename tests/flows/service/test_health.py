import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from flows.cycle.home import Holder, hold
from flows.cycle.state import Mark, Service, State, claimed
from flows.service import health
from flows.service.health import BROKEN, Facts, Verdict, disk, judge, look, standing
from tests.table import table, typed
from warehouse.published.tell import Health

NOW = datetime(2025, 6, 26, 3, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Usage(NamedTuple):
    free: int


def mark(**changes: object) -> Mark:
    given = {"who": "konato run", "pid": 1, "started_at": NOW, "finished_at": NOW, "good_at": NOW, **changes}
    return Mark(**given)  # type: ignore[arg-type]


def service(*, pid: int = 0, **changes: object) -> Service:
    usual = {"since": NOW - HOUR, "every": 600.0, "next_slot": NOW, "prefect": "", "up": True, "worker": True}
    return Service(**{"pid": pid or os.getpid(), **usual, **changes})  # type: ignore[arg-type]


def copy(*feeds: dict[str, object], **deliveries: int) -> Health:
    feeds = tuple({"outcome": "new", **feed} for feed in feeds)
    return Health(
        published_at=NOW, schema_version=1, lexicon_version="", last_cycle=None, feeds=feeds, deliveries=deliveries,
        waiting=(), untold=(), time_to_alert=(None, None), recoveries=(), next_due_at=None, bytes=0,
    )  # fmt: skip


def after(minutes: float = 0, *, running: Holder | None = None, **known: object) -> Facts:
    """The facts so many minutes after NOW; names that are no fact's are the state's."""
    facts = {name: known.pop(name) for name in ("copied", "copy", "disk", "unread") if name in known}
    state = State(**known)  # type: ignore[arg-type]
    return Facts(now=NOW + minutes * MINUTE, state=state, running=running, **facts)  # type: ignore[arg-type]


FAILED = mark(problem="OSError: full")


@table("minutes, known, code, says")
def test_facts_make_a_code_and_its_reason(minutes: float, known: dict[str, Any], code: int, says: str) -> None:
    makes: dict[str, Callable[[Any], Any]] = {
        "cycle": lambda told: mark(**typed(Mark, told)),
        "service": lambda told: service(**typed(Service, told)),
        "running": lambda until: Holder(pid=1, who="konato run", started="", deadline=until.isoformat()),
        "copy": lambda told: copy(*told.pop("feeds"), **told),
    }
    read = {name: makes[name](told) if name in makes else told for name, told in known.items()}
    verdict = judge(after(minutes, **read))
    assert verdict.code == code, verdict
    assert says in " ".join(verdict.problems)
    assert bool(verdict.found) is bool(code)


def test_grave_things_come_first() -> None:
    found = judge(after(cycle=FAILED, ailing=(("poll", "x"),), copy=copy(unknown=1))).found
    assert [one.name for one in found] == ["cycle", "deliveries unknown", "poll"]


def test_a_disk_nearly_full_or_a_home_gone_is_a_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert disk(tmp_path) == disk(tmp_path / "nowhere") == ""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(5_000_000))
    assert "Only 5 MB are free" in disk(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(4_096))
    assert "cannot be written: the disk is full" in disk(tmp_path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "cannot be written: no permission" in disk(tmp_path)
    monkeypatch.setattr(Path, "exists", lambda _: (_ for _ in ()).throw(OSError("stale handle")))
    assert "cannot be written: stale handle" in disk(tmp_path)


def test_looking_sees_who_runs_and_what_is_published(tmp_path: Path) -> None:
    with hold(tmp_path, who="a test"), claimed(tmp_path, slot=None, who="a test"):
        facts = look(tmp_path)
        assert facts.running
        assert judge(facts) == Verdict(found=())
    found = standing(tmp_path)
    assert (found.code, found.health) == (BROKEN, None)
    assert "nothing was published" in found.problems[0]
    assert found.facts["status"] == "broken"
    (tmp_path / "published").mkdir()
    (tmp_path / health.PUBLISHED).write_bytes(b"nonsense" * 1000)
    assert "cannot be read" in standing(tmp_path).problems[0]
