import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.publisher import Publisher
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, FOUNDING_KO, Stage, noise, rss


class Hooks(Protocol):
    def __call__(self, **receivers: HttpReceiver) -> list[dict[str, Any]]: ...


def told(folder: Path, site: Publisher) -> Stage:
    stage = Stage(folder, site)
    site.answers = {"/en": rss(FOUNDING_EN, *noise(3)), "/ko": rss(FOUNDING_KO)}
    stage.feeds({"en": {}, "ko": {"language": "ko", "timezone": "Asia/Seoul"}})
    return stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Publisher() as site:
        yield Stage(tmp_path, site)


@pytest.fixture
def founding(tmp_path: Path) -> Iterator[Stage]:
    """The founding story in two feeds, among others."""
    with Publisher() as site:
        yield told(tmp_path, site)


@pytest.fixture
def hooks(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooks]:
    """Makes a channel for each receiver; returns their tables, to be changed and written again."""
    with ExitStack() as stack:

        def made(**receivers: HttpReceiver) -> list[dict[str, Any]]:
            for name, receiver in receivers.items():
                monkeypatch.setenv(name.upper(), f"json://127.0.0.1:{stack.enter_context(receiver).port}/in")
            tables: list[dict[str, Any]] = [{"name": name, "url_env": name.upper()} for name in receivers]
            founding.channels(*tables)
            return tables

        yield made


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has read the story for two channels that stand still."""
    with Publisher() as site:
        stage = told(tmp_path_factory.mktemp("once"), site)
        stage.channels(*({"name": name, "url_env": name.upper()} for name in ("hook", "other")))
        stage.run()
    return stage.home


@pytest.fixture
def queued(founding: Stage, once: Path) -> Stage:
    """The story is queued for the channels `hook` and `other`, and nothing has gone out."""
    shutil.copytree(once, founding.home)
    return founding
