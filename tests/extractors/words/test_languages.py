import pytest

from extractors.model import ConfigError
from extractors.words.languages import read_language
from tests.extractors.mention.saying import LEXICON


@pytest.mark.parametrize(
    ("number", "texts"),
    [
        (1, ["the inaugural session", "İlk toplantı", "初会合", "首次会议", "första mötet"]),
        (2, ["제2차 회의", "druhé zasedání", "a doua reuniune", "ikinci toplantı"]),
        (3, ["第三轮磋商", "третє засідання", "harmadik ülés"]),
        (None, ["a session", "Försvarsministrarnas möte", "Premier na spotkaniu", "interstate session", "andre møter"]),
    ],
)
def test_sessions_are_numbered_in_many_languages(number: int | None, texts: list[str]) -> None:
    assert {text: LEXICON.speech().number_in(text) for text in texts} == dict.fromkeys(texts, number)


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("日NATO首脳会議", "ja", None),
        ("首脑会议", "zh", None),
        ("第10回会合", "ja", 10),
        ("第六次磋商", "zh", 6),
        ("the sixth session", "en", 6),
        ("the 10th meeting", "en", 10),
        ("다섯 번째 회의", "ko", 5),
        ("제12차 회의", "ko", 12),
        ("sechste Sitzung", "de", 6),
        ("6. Sitzung", "de", 6),
        ("la quatrième réunion", "fr", 4),
    ],
)
def test_m12_which_session_it_is(text: str, language: str, number: int | None) -> None:
    assert LEXICON.speech(language).number_in(text) == number


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"calendar": {"days": {"today": "0"}}}, "Expected `int`"),
        ({"calendar": {"names": {"months": [["January"]]}}}, "length >= 12"),
        ({"calendar": {"dais": {}}}, "unknown field"),
        ({"clauses": {"moved": ["("]}}, "subpattern"),
        ({"clauses": {"move": ["to"]}}, "Invalid enum value"),
        ({"clauses": {"moved": ["by <mouth>"]}}, "mouth"),
        ({"ordinals": {"frames": ["<nth> ["]}}, "unterminated"),
    ],
)
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
