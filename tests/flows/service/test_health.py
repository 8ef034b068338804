import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.cycle.home import Holder, hold
from flows.cycle.state import Mark, Service, State, claimed
from flows.service import health
from flows.service.health import BROKEN, DEGRADED, HEALTHY, Facts, Verdict, disk, judge, look, standing
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


def holder(deadline: datetime) -> Holder:
    return Holder(pid=1, who="konato run", started="", deadline=deadline.isoformat())


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


FAILED, DIED, GONE = mark(problem="OSError: full"), mark(finished_at=None), 2**22 + 1
LATE = "No cycle has come to its end since 2025-06-26 03:00"
DOWN = (("Prefect", "It is down."),)


@pytest.mark.parametrize(
    ("facts", "code", "says"),
    [
        (after(), HEALTHY, ""),
        (after(cycle=mark()), HEALTHY, ""),
        (after(cycle=FAILED), BROKEN, "The last cycle failed: OSError: full"),
        (after(cycle=DIED), BROKEN, "it was cut off"),
        (after(cycle=DIED, running=holder(NOW + MINUTE)), HEALTHY, ""),
        (after(cycle=mark(finished_at=None, before="it was cut off"), running=holder(NOW)), BROKEN, "it was cut off"),
        (after(cycle=DIED, running=holder(NOW - MINUTE)), BROKEN, "no other can run"),
        # late: by the service's interval, by the home's rhythm, or without either
        (after(29, cycle=mark(), service=service()), HEALTHY, ""),
        (after(31, cycle=mark(), service=service()), BROKEN, LATE),
        (after(60, cycle=mark(), service=service(since=NOW + HOUR)), HEALTHY, ""),
        (after(31, service=service(since=NOW)), BROKEN, LATE),
        (after(31, cycle=mark(), service=service(pid=GONE)), HEALTHY, ""),
        (after(31, cycle=mark(steps=(600.0, 600.0, 610.0))), BROKEN, LATE),
        (after(31, cycle=mark(steps=(5.0, 5.0, 5.0))), HEALTHY, ""),
        (after(31, cycle=mark(steps=(60.0, 600.0, 90.0))), HEALTHY, ""),
        (after(120, copied=NOW), DEGRADED, LATE),
        (after(120, cycle=mark()), DEGRADED, LATE),
        (after(25 * 60, cycle=mark()), BROKEN, LATE),
        (after(31, cycle=DIED, service=service(), running=holder(NOW + HOUR)), HEALTHY, ""),
        # around the cycles
        (after(service=service(since=NOW, problems=DOWN)), DEGRADED, "It is down."),
        (after(service=service(pid=GONE, problems=DOWN)), HEALTHY, ""),
        (after(ailing=(("poll", "All feeds fail."),)), DEGRADED, "All feeds fail."),
        (after(disk="Only 5 MB are free in x."), DEGRADED, "Only 5 MB"),
        (after(disk="The home cannot be written: x."), BROKEN, "cannot be written"),
        (after(unread="nothing was published"), BROKEN, "nothing was published"),
        (after(copy=copy({"feed": "a", "health": "ok", "since": NOW}, sent=1)), HEALTHY, ""),
        (after(copy=copy({"feed": "a", "health": "silent", "since": NOW})), DEGRADED, "feed a"),
        (after(copy=copy(unknown=2)), DEGRADED, "2 deliveries unknown"),
        (after(copy=copy(abandoned=1)), DEGRADED, "1 deliveries abandoned"),
    ],
)
def test_facts_make_a_code_and_its_reason(facts: Facts, code: int, says: str) -> None:
    verdict = judge(facts)
    assert verdict.code == code, verdict
    assert says in " ".join(verdict.problems)
    assert bool(verdict.found) is bool(code)


def test_grave_things_come_first_and_what_others_tell_is_not_told_again() -> None:
    found = judge(after(cycle=FAILED, ailing=(("poll", "x"),), copy=copy(unknown=1))).found
    assert [(one.name, one.told) for one in found] == [("cycle", True), ("deliveries unknown", False), ("poll", True)]


def test_a_disk_nearly_full_or_a_home_that_is_gone_is_a_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
