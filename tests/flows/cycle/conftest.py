from __future__ import annotations

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


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Publisher() as site:
        yield Stage(tmp_path, site)


@pytest.fixture
def founding(stage: Stage) -> Stage:
    """The founding story in two feeds, among others."""
    stage.site.answers = {"/en": rss(FOUNDING_EN, *noise(3)), "/ko": rss(FOUNDING_KO)}
    stage.feeds({"en": {}, "ko": {"language": "ko", "timezone": "Asia/Seoul"}})
    return stage


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
