import shutil
from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.configure.packaged import packaged_config
from flows.configure.settings import read_settings
from tests.configured import URL, Refusal


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The shipped configuration, to be changed."""
    folder = tmp_path / "config"
    shutil.copytree(packaged_config(), folder, ignore=shutil.ignore_patterns("lexicon"))
    (folder / "lexicon").symlink_to(packaged_config() / "lexicon", target_is_directory=True)
    return folder


@pytest.fixture
def refusal(config: Path) -> Refusal:
    """How a configuration is refused in which one file has this content."""

    def refused(file: str, content: str) -> ConfigError:
        (config / file).write_text(content, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            read_settings(config, URL)
        assert str(config / file) in str(caught.value)
        assert caught.value.reason
        assert caught.value.mend
        return caught.value

    return refused
