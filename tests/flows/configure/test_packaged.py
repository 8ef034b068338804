from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.configure.packaged import changed_lexicon, extra, packaged_config, read_lexicon


def test_o8_what_an_operator_lays_over_the_shipped_words_takes_their_place(tmp_path: Path) -> None:
    shipped = read_lexicon(packaged_config() / "lexicon")
    assert read_lexicon(tmp_path / "none").version == shipped.version
    (tmp_path / "en.toml").write_text('industry = ["gadgetry"]\n', encoding="utf-8")
    laid = read_lexicon(tmp_path)
    assert laid.version != shipped.version
    assert [one.term for one in laid.find("A gadgetry body", "en") if one.concept == "industry"] == ["gadgetry"]


def test_rules_to_replay_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no directory"):
        changed_lexicon(tmp_path / "none")
    assert changed_lexicon(tmp_path).version == read_lexicon(tmp_path).version


def test_an_extra_that_is_not_installed_is_named_with_what_asked_for_it() -> None:
    with pytest.raises(ConfigError) as refused, extra("cluster", file="konato.toml"):
        raise ImportError(name="psycopg")
    assert [word in str(refused.value) for word in ("konato.toml", "psycopg", "konato[cluster]")] == [True] * 3
    with extra("cluster", file="konato.toml"):
        pass
