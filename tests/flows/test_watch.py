import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from extractors.model import ConfigError
from flows.cycle.state import slot_of
from tests.builders import raising
from tests.publisher import Publisher
from tests.stage import Stage, noise, rss


@pytest.fixture
def watching() -> ModuleType:
    """The flow's module, imported where it is needed: Prefect's start is too long for each of the tests' workers."""
    return import_module("flows.watch")


@pytest.fixture
def stage(watching: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The flow's own functions without the engine: a task is its function, an artifact a line."""

    monkeypatch.setattr("flows.service.watched.self_test_apart", lambda _: "")
    monkeypatch.setattr(watching, "stage", watching.stage.fn)
    monkeypatch.setattr(watching, "get_run_logger", lambda: logging.getLogger("konato.test"))
    monkeypatch.setattr(watching, "slot", lambda: slot_of(datetime.now(UTC), timedelta(minutes=10)))
    with Publisher({"/en": rss(*noise(2))}) as site:
        made = Stage(tmp_path, site)
        made.feeds({"en": {}, "gone": {}})
        monkeypatch.setenv("KONATO_CONFIG", str(made.config))
        monkeypatch.setenv("KONATO_HOME", str(made.home))
        yield made


@pytest.fixture
def artifacts(watching: ModuleType, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    kept: dict[str, object] = {}

    def markdown(*, key: str, markdown: str, description: str) -> None:
        kept[key] = f"{description}\n{markdown}"

    def table(*, key: str, table: list[dict[str, str]], description: str) -> None:
        assert description
        kept[key] = table

    monkeypatch.setattr(watching, "create_markdown_artifact", markdown)
    monkeypatch.setattr(watching, "create_table_artifact", table)
    return kept


def test_o5_a_run_come_early_is_one_cycle_of_its_slot_with_its_artifacts_and_a_second_one_is_covered(
    watching: ModuleType,
    stage: Stage,
    artifacts: dict[str, object],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    due = datetime.now(UTC) + timedelta(seconds=0.5)
    monkeypatch.setattr(watching, "slot", lambda: due)
    with caplog.at_level(logging.INFO, "konato.test"):
        state = watching.watch.fn()
    assert state.name == "Completed"
    assert "| gone | gone |" in str(artifacts["konato-cycle"])
    feeds = artifacts["konato-feeds"]
    assert isinstance(feeds, list)
    assert [feed["feed"] for feed in feeds] == ["en", "gone"]
    assert "learn: 2 items, 0 relevant, 0 events, 0 alerts" in caplog.text
    again = watching.watch.fn()
    assert (again.name, again.type.value) == ("Covered", "COMPLETED")
    assert "covered by prefect, slot" in again.message
    assert len(stage.site.asked("/en")) == 1

    replayed = watching.replay.fn(lexicon=str(stage.config / "lexicon"), since="2020-01-01")
    assert replayed.message.startswith("2 items, 0 alerts")
    assert "no alerts" in str(artifacts["konato-replay"])


def test_artifacts_not_stored_harm_nothing(watching: ModuleType, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "create_markdown_artifact", raising(RuntimeError, "database is locked"))
    assert watching.watch.fn(config=str(stage.config), home=str(stage.home)).name == "Completed"
    assert watching.run_name().startswith("slot 20")
    counted = [watching.counts(result) for result in ({}, {"sent": 2}, None)]
    assert counted == ["nothing was due", "2 sent", "done"]


def test_a_shard_is_polled_and_learned_from_and_a_home_that_polls_by_itself_learns_from_nobody(
    watching: ModuleType, stage: Stage, database: str, artifacts: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match="database_env: is not set"):
        watching.learn.fn()
    with pytest.raises(ConfigError, match="database_env: is not set"):
        watching.poll_shard.fn()
    monkeypatch.setenv("KONATO_DATABASE_URL", database)
    (stage.config / "konato.toml").write_text('[cluster]\ndatabase_env = "KONATO_DATABASE_URL"\n', encoding="utf-8")
    assert watching.poll_shard.fn().message == "shard 0: 2 polls"
    learned = watching.learn.fn()
    assert (learned.name, "konato-feeds" in artifacts) == ("Completed", True)
    assert learned.message.startswith("polls: 1 gone, 1 new · items: 2 new")
