import pytest

from extractors.model import ConfigError
from extractors.words.languages import read_language
from tests.extractors.mention.saying import LEXICON
from tests.table import table


@table("texts, number")
def test_sessions_are_numbered_in_many_languages(number: int | None, texts: list[str]) -> None:
    assert {text: LEXICON.speech().number_in(text) for text in texts} == dict.fromkeys(texts, number)


@table("text, language, number")
def test_m12_which_session_it_is(text: str, language: str, number: int | None) -> None:
    assert LEXICON.speech(language).number_in(text) == number


@table("table, reason")
def test_a_malformed_table_is_refused(table: dict[str, object], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason) as caught:
        read_language("xx.toml", table)
    assert (caught.value.file, bool(caught.value.mend)) == ("xx.toml", True)


def test_every_language_s_own_calendar_is_read_in_it_and_not_in_english() -> None:
    """CLDR's names, so that a language is given its dates by a script and no hand."""
    for language in sorted(LEXICON.languages - {"en", "ko", "ja", "zh"}):
        speech = LEXICON.speech(language)
        assert sorted(set(speech.months.values())) == list(range(12)), language
        assert set(speech.weekdays.values()) >= set(range(7)) or language == "vi", language
    assert "juni" not in LEXICON.speech("en").dated_months
