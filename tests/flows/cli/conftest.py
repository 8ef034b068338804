import shutil
from collections.abc import Iterator

import pytest

from tests.konato import Konato
from tests.publisher import Answer, Publisher
from tests.stage import FOUNDING_EN, FOUNDING_KO, Stage, noise, rss

FEEDS = {"en": {}, "ko": {"language": "ko", "timezone": "Asia/Seoul"}, "down": {}}


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A home after one cycle that alerted; nobody changes it."""
    with Publisher() as site:
        stage = Stage(tmp_path_factory.mktemp("watched"), site)
        site.answers = {"/en": rss(FOUNDING_EN, *noise(3)), "/ko": rss(FOUNDING_KO), "/down": Answer(status=503)}
        stage.feeds(FEEDS)
        stage.run()
        yield stage


@pytest.fixture(scope="module")
def stage(watched: Stage, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A copy of that home for one file's tests: they look at it, or undo what they do."""
    stage = Stage(tmp_path_factory.mktemp("cli"), watched.site)
    shutil.copytree(watched.home, stage.home)
    stage.feeds(FEEDS)
    return stage


@pytest.fixture
def konato(stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Konato:
    return Konato(stage, capsys, monkeypatch)
