import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from flows.cycle import state
from flows.service.watched import watch
from tests.publisher import Publisher
from tests.receivers import HttpReceiver, closed_port
from tests.stage import NOON, Stage, noise, rss
from warehouse.connection import published_file
from warehouse.published import query


@pytest.fixture(autouse=True, scope="session")
def _here() -> Iterator[None]:
    """Questions are answered in this process but in CI: the bounds of one of its own have their tests at `run`."""

    def answered(
        home: Path, asked: str, params: Mapping[str, str], limits: query.Limits = query.USUAL, form: str = ""
    ) -> query.Answer:
        published_file(home)
        return (run if form else query.answer)(home, asked, params, limits, form=form)

    run = query.run
    with pytest.MonkeyPatch.context() as patched:
        if "AS_IN_LIFE" not in os.environ:
            patched.setattr(query, "run", answered)
        yield


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A configuration with one feed, and no home yet."""
    with Publisher({"/en": rss(*noise(2))}) as site:
        made = Stage(tmp_path, site)
        made.feeds({"en": {}})
        yield made


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which one watched cycle has come to its end, with a channel that was down."""
    folder = tmp_path_factory.mktemp("once")
    with Publisher({"/en": rss(*noise(2))}) as site, pytest.MonkeyPatch.context() as patched:
        patched.setenv("HOOK", f"json://127.0.0.1:{closed_port()}/")
        made = Stage(folder, site)
        made.feeds({"en": {}})
        made.channels({"name": "hook", "url_env": "HOOK"})
        watch(made.config, home=made.home, now=NOON)
    return made.home


@pytest.fixture
def well(stage: Stage, once: Path) -> Stage:
    """One healthy cycle of the stage is over."""
    shutil.copytree(once, stage.home)
    state.put(stage.home, config=str(stage.config.resolve()))
    return stage


@pytest.fixture
def hook(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpReceiver]:
    with HttpReceiver() as made:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{made.port}/")
        stage.channels({"name": "hook", "url_env": "HOOK"})
        yield made
