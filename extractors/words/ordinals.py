"""Which session of its kind: "second session", 제2차, 첫 회의."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from extractors.words.sentences import Sentence

_SESSION: Final = r"(?:[\w-]+\s+){0,5}?(?:session|meeting|round|consultations?|talks|dialogue|plenary)"
_SITTING: Final = (
    r"(?:réunion|session|reunión|sesión|riunione|sessione|Sitzung|Treffen|Runde|bijeenkomst|vergadering|reunião|sessão"
    r"|posiedzeni\w+|spotkani\w+|заседани\w+|встреч\w+|засіданн\w+|зустріч\w*|zasedání|jednání|setkání"
    r"|reuniun\w+|sesiun\w+|møtet?|mødet?|mötet?|kokou\w+|ülés\w*|toplantı\w*|oturum\w*"
    r"|rond\w*|rund\w+|раунд\w*|συνεδρίαση\w*|συνάντηση\w*)"
)
_NTHS: Final = {
    1: (
        r"première|primera|prima|primeira|erste[rsnm]?|eerste|pierwsz\w{1,4}|перв\w{1,4}|перш\w{1,4}|първ\w{1,4}|prvn\w{1,4}"
        r"|første|första|ensimmäi\w{1,6}|első|ilk|πρώτ\w{1,3}"
    ),
    2: (
        r"deuxième|segunda|seconda|zweite[rsnm]?|tweede|drugi\w{0,4}|втор\w{1,4}|друг(?:е|а|ий|ого|ої|у)|druh(?:é|á|ý|ého|ém)"
        r"|a doua|andre|andra|anden|toinen|toise\w{1,4}|második|ikinci|δεύτερ\w{1,3}"
    ),
    3: (
        r"troisième|tercera|terza|terceira|dritte[rsnm]?|derde|trzeci\w{0,4}|трет\w{1,4}|třet\w{1,4}|a treia|tredje"
        r"|kolma\w{1,6}|harmadik|üçüncü|τρίτ\w{1,3}"
    ),
}
_NTH: Final = "|".join(_NTHS.values())
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
            rf"\b({_NTH})\s(?:\w{{1,20}}\s)?{_SITTING}\b",
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
    key = re.sub(r"\s", "", word).lower()
    nth = (number for number, forms in _NTHS.items() if re.fullmatch(forms, word, re.IGNORECASE))
    return _WORDS.get(key) or next(nth, None)
