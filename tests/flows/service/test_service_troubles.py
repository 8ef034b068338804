from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.cycle.home import hold
from flows.cycle.slots import claimed, slot_of
from flows.service.serve import Service
from tests.publisher import Publisher
from tests.receivers import closed_port
from tests.stage import Stage

TEN = timedelta(minutes=10)


class Usage(NamedTuple):
    free: int


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{closed_port()}/api")
    with Publisher() as site:
        stage = Stage(tmp_path, site)
        stage.home.mkdir()
        yield Service(stage.settings(), home=stage.home, every=TEN)


def now() -> datetime:
    return datetime.now(UTC)


def run(service: Service) -> None:
    with hold(service.home, who="x", started="", deadline=""), claimed(service.home, slot=None, who="konato run"):
        pass


def test_all_is_well_after_a_cycle(service: Service) -> None:
    run(service)
    assert service._found(now()) == {}


def test_a_cycle_that_failed_and_one_that_never_comes_are_troubles(service: Service) -> None:
    with (
        pytest.raises(OSError, match="full"),
        hold(service.home, who="x", started="", deadline=""),
        claimed(service.home, slot=None, who="x"),
    ):
        raise OSError("full")
    assert service._found(now())["cycle"] == "The last cycle failed: OSError: full"
    assert "cycles late" in service._found(now() + 3 * TEN)


def test_a_holder_past_its_deadline_is_named(service: Service) -> None:
    with hold(service.home, who="konato run", started="", deadline="2025-01-01T00:00:00Z"):
        found = service._found(now())
    assert "konato run, process" in found["cycle overdue"]


def test_prefect_down_or_idle_is_a_trouble_and_no_more(service: Service) -> None:
    run(service)
    service.engine.well_at -= 1000
    assert "has not answered" in service._found(now())["Prefect"]
    service.engine.well_at += 1000
    service.unused = 3
    assert "ran none of the last 3 slots" in service._found(now())["Prefect"]
    service.engine.worker.ends = 3
    assert "worker has died 3 times" in service._found(now())["Prefect"]


def test_a_disk_nearly_full_or_a_home_that_is_gone_is_a_trouble(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(service)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(5_000_000))
    assert "Only 5 MB are free" in service._found(now())["disk"]
    service.home.rename(service.home.with_name("gone"))
    assert "cannot be written" in service._found(now())["disk"]


def test_a_slot_that_a_cycle_covers_starts_nothing(service: Service) -> None:
    run(service)
    service._look_at_slot(now())
    assert service.cycle is None
    assert service.done == slot_of(now(), TEN)


def test_a_slot_nobody_covers_starts_a_plain_cycle_once_and_its_failure_is_told(service: Service) -> None:
    (service.settings.config / "feeds.toml").write_text("nonsense", encoding="utf-8")
    service._look_at_slot(now())
    child = service.cycle
    assert child
    assert child.process
    child.process.wait(30)
    service._look_at_slot(now())
    service._look_at_slot(now())
    assert service.cycle is None
    assert "feeds.toml" in service._found(now())["cycle"]
    service._look_for_troubles(now())
    service._note(now())
    assert [notice.feed for notice in service.untold] == ["cycle"]
    service._tell()
    assert service.telling
    assert service.telling.process
    service.telling.process.wait(30)
    service._tell()
    assert service.untold == []
    state = json.loads((service.home / "service.json").read_text(encoding="utf-8"))
    assert state["prefect"]["state"] == "down"
    assert "cycle" in state["troubles"]
    service.stop()
