import tomllib

import pytest

from extractors.model import ConfigError
from extractors.words.terms import expand, read_terms
from tests.table import table


@table("pattern, choices")
def test_braces_tell_every_choice(pattern: str, choices: list[str]) -> None:
    assert expand(pattern) == choices


def test_a_line_is_no_duplicate_where_it_widens_or_adds() -> None:
    entries = {"nato": ["allian{ce,ces}", "alliance*", "the{,se} alliance"]}
    terms = [(term.text, term.open_end) for term in read_terms("en.toml", "en", entries)]
    assert terms == [
        ("alliance", False), ("alliances", False), ("alliance", True), ("the alliance", False), ("these alliance", False),
    ]  # fmt: skip


@table("words, table, reason")
def test_m20_a_malformed_line_is_refused_with_its_mend(words: str, table: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason) as caught:
        list(read_terms("ko.toml", "ko", tomllib.loads(words)))
    assert (caught.value.file, caught.value.table, bool(caught.value.mend)) == ("ko.toml", table, True)
