import tomllib

import pytest

from extractors.model import ConfigError
from extractors.words.terms import expand, read_terms


@pytest.mark.parametrize(
    ("pattern", "choices"),
    [
        ("plain, and so", ["plain, and so"]),
        ("defen{c,s}e", ["defence", "defense"]),
        ("a{,b{c,d}} e", ["a e", "abc e", "abd e"]),
        ("{a,b}{c,d}", ["ac", "ad", "bc", "bd"]),
    ],
)
def test_braces_tell_every_choice(pattern: str, choices: list[str]) -> None:
    assert expand(pattern) == choices


def test_a_line_is_no_duplicate_where_it_widens_or_adds() -> None:
    entries = {"nato": ["allian{ce,ces}", "alliance*", "the{,se} alliance"]}
    terms = [(term.text, term.open_end) for term in read_terms("en.toml", "en", entries)]
    assert terms == [
        ("alliance", False), ("alliances", False), ("alliance", True), ("the alliance", False), ("these alliance", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "table", "reason"),
    [
        ('nato = ""', "nato", "no list"),
        ('nato = ["  "]', "nato", "empty"),
        ("nato = [3]", "nato", "Expected `object`, got `int`"),
        ('nato = ["방위산업", "방위 산업"]', "nato", "duplicate"),
        ('nato = ["방위산업"]\nkorea = ["방{위,}산업"]', "korea", "duplicate: nato has"),
        ('nato = ["방위{산업"]', "nato", "brace"),
        ('nato = ["방산"]', "nato", "substring trap"),
        ('nato = ["STO"]', "nato", "substring trap"),
        ('nato = [{ term = "STO", cased = true }]', "nato", "unknown field `cased`"),
        ('nato = [{ term = "STO", case = 1 }]', "nato", "Expected `bool`, got `int` - at `\\$.case`"),
        ('nato = [{ term = "소방산업", not_after = [1] }]', "nato", "Expected `str`, got `int`"),
    ],
)
def test_m20_a_malformed_line_is_refused_with_its_mend(words: str, table: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason) as caught:
        list(read_terms("ko.toml", "ko", tomllib.loads(words)))
    assert (caught.value.file, caught.value.table, bool(caught.value.mend)) == ("ko.toml", table, True)
