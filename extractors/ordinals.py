"""Which session of its kind: "second session", 제2차, 첫 회의."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from extractors.reading import Sentence

_SESSION: Final = r"(?:[\w-]+\s+){0,5}?(?:session|meeting|round|consultations?|talks|dialogue|plenary)"
_SITTING: Final = (
    r"(?:réunion|session|reunión|sesión|riunione|sessione|Sitzung|Treffen|Runde|bijeenkomst|vergadering|reunião|sessão"
    r"|posiedzeni\w+|spotkani\w+|заседани\w+|встреч\w+|засіданн\w+|зустріч\w*|zasedání|jednání|setkání"
    r"|reuniun\w+|sesiun\w+|møtet?|mødet?|mötet?|kokou\w+|ülés\w*|toplantı\w*|oturum\w*"
    r"|rond\w*|rund\w+|раунд\w*|συνεδρίαση\w*|συνάντηση\w*)"
)
_NTHS: Final = {
    1: "premi|prim|erst|eerst|pierw|перв|перш|първ|prvn|først|förs|ensim|első|ilk|πρώτ",
    2: "deuxi|second|segund|zweit|tweed|drug|втор|друг|druh|a doua|andre|andra|anden|toi[ns]|második|ikinci|δεύτερ",
    3: "trois|tercer|terz|dritt|derd|trzec|терт|трет|třet|a treia|tredj|kolma|harmad|üçün|terceir|τρίτ",
}
_NTH: Final = rf"(?:(?:{'|'.join(_NTHS.values())})\w*)"
_NUMBER: Final = re.compile(
    "|".join(
        (
            r"第\s?([\d一二三四五])\s?[回次届轮]",
            r"([初首])(?:の|次|轮)?(?:[가-힣一-龥]{0,6})?(?:会合|会議|协议|協議|会议|磋商|对话)",
            r"제\s?(\d{1,2})\s?(?:차(?!관|장)|회(?!의))",
            r"(?<![\d.])(\d{1,2})차\s?(?:[가-힣A-Z·ㆍ‧-]{1,8}\s?){0,2}?(?:회의|협의|본회의|회담|모임|대화|한)",
            r"(첫|두\s?번째|세\s?번째|네\s?번째)\s?(?:[가-힣]{1,6}\s?){0,2}?(?:회의|협의|만남|회담|모임|대좌|대면|마주)",
            rf"\b(first|inaugural|opening|second|third|fourth|fifth)\s+{_SESSION}",
            r"\bfor (?:a|the)?\s?(second|third|fourth|fifth) time",
            rf"\b(\d)(?:st|nd|rd|th)\s+{_SESSION}",
            rf"({_NTH})\s(?:\w+\s)?{_SITTING}",
        )
    ),
    re.IGNORECASE,
)
_WORDS: Final = {
    "first": 1, "inaugural": 1, "opening": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
    "첫": 1, "初": 1, "首": 1, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "두번째": 2, "세번째": 3, "네번째": 4,
}  # fmt: skip


def ordinal_of(told: Sequence[Sentence]) -> int | None:
    """Return the number of the session that the body's sentences name, or None."""
    numbers = (number_in(s.text) for s in told if s.having("body", "body_word", "session_word", "industry"))
    return next((number for number in numbers if number), None)


def number_in(text: str) -> int | None:
    """Return the number of the session that a text names ("second round", 제2차), or None."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    word = next(group for group in match.groups() if group)
    if word.isdigit():
        return int(word)
    key = re.sub(r"\s", "", word)
    stems = ((number, stems.replace(" ", "")) for number, stems in _NTHS.items())
    return _WORDS.get(key.lower()) or next((n for n, some in stems if re.match(some, key, re.IGNORECASE)), None)
