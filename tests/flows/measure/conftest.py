import pytest

from extractors.words.lexicon import Lexicon, load
from flows.configure.packaged import packaged_config


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load(packaged_config() / "lexicon")
