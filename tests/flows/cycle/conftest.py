from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publisher import Publisher
from tests.stage import FOUNDING_EN, FOUNDING_KO, Stage, noise, rss


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
