from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.model import ConfigError, FeedNotice
from flows.configure.settings import packaged_config, read_settings
from flows.cycle.home import hold
from flows.cycle.slots import slot_of
from flows.service import api as prefect_api
from flows.service import errands
from flows.service.operators import tell_directly
from flows.service.serve import Service, interval
from flows.service.troubles import Errand
from tests.publisher import Publisher
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss
from warehouse.live.codec import encode

SLOT = datetime(2025, 6, 26, 3, 10, tzinfo=UTC)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Publisher() as site:
        site.answers = {"/en": rss(FOUNDING_EN, *noise(2))}
        stage = Stage(tmp_path, site)
        stage.feeds({"en": {}})
        yield stage


@pytest.fixture
def operators(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpReceiver]:
    with HttpReceiver() as hook:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{hook.port}/")
        stage.channels({"name": "hook", "url_env": "HOOK"})
        yield hook


# --- errands


def test_an_errand_covers_a_slot_once_and_says_what_failed(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    slot = slot_of(datetime.now(UTC), timedelta(minutes=10))
    assert errands.cover(stage.config, stage.home, slot) == 0
    assert errands.cover(stage.config, stage.home, slot) == 0
    with caplog.at_level(logging.ERROR):
        assert errands.cover(stage.folder / "nowhere", stage.home, slot) == 1


def test_operators_are_told_by_the_outbox_or_straight_away(
    stage: Stage, operators: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = FeedNotice(feed="disk", outlet="", kind="failing", since=SLOT, detail="The home is full.", key="k")
    settings = stage.settings(os.environ)
    errand = Errand(notices=(notice,), channels=settings.channels)
    assert errands.inform(stage.config, stage.home, errand) == 0
    assert errands.inform(stage.config, stage.home, errand) == 0  # the same one: told once
    assert len(operators.received) == 1
    assert errands.inform(stage.folder / "nowhere", stage.home, errand) == 0  # a broken configuration: straight away
    assert len(operators.received) == 2
    assert tell_directly(settings.channels, [notice], now=NOON)
    monkeypatch.setenv("KONATO_CONFIG", str(stage.config))
    monkeypatch.setenv("KONATO_HOME", str(stage.home))
    assert errands.main(["nothing"]) == 2


def test_an_errand_survives_its_way_through_a_pipe(stage: Stage) -> None:
    from warehouse.live.codec import decode

    notice = FeedNotice(feed="disk", outlet="", kind="failing", since=SLOT, detail="d", key="k")
    errand = Errand(notices=(notice,), channels=stage.settings().channels, directly=True)
    assert decode(Errand, encode(errand)) == errand


# --- the service's own judgement


def test_the_interval_is_prefect_yamls(tmp_path: Path) -> None:
    import flows

    assert interval(Path(flows.__path__[0]) / "prefect.yaml") == timedelta(minutes=10)
    with pytest.raises(ConfigError, match="interval"):
        interval(tmp_path / "nowhere.yaml")


def test_the_service_finds_what_is_wrong(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")  # nothing of Prefect is started
    stage.home.mkdir()
    service = Service(stage.settings(), home=stage.home, every=timedelta(minutes=10))
    now = datetime.now(UTC)
    assert service._found(now) == {}
    service.engine.look()
    assert not service.engine.up
    service.engine.well_at -= 1000
    service.began -= timedelta(hours=1)
    service.failed = "it ended with code 1: no"
    found = service._found(now)
    assert set(found) == {"cycle", "cycles late", "Prefect"}
    past = f"{now - timedelta(minutes=5):%FT%TZ}"
    with hold(stage.home, who="a neighbour", started=past, deadline=past):
        assert "a neighbour" in service._found(now)["cycle overdue"]
    monkeypatch.setattr("flows.service.serve.ROOM", 10**18)
    assert "disk" in service._found(now)
    monkeypatch.setattr("shutil.disk_usage", lambda _: (_ for _ in ()).throw(OSError("read-only")))
    assert "cannot be written" in service._found(now)["disk"]
    service._note(now)
    assert json.loads((stage.home / "service.json").read_text())["prefect"]["state"] == "down"


def test_a_port_is_found_and_a_dead_server_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert prefect_api.free_port() > 0
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", "4567")
    assert prefect_api.free_port() == 4567
    assert not prefect_api.healthy("http://127.0.0.1:9/api")


def test_the_packaged_configuration_serves() -> None:
    assert read_settings(packaged_config(), {}).deadline < timedelta(minutes=10)
