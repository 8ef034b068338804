"""Which session of its kind: "second session", 제2차, 첫 회의."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from extractors.reading import Sentence

_SESSION: Final = r"(?:[\w-]+\s+){0,5}?(?:session|meeting|round|consultations?|talks|dialogue|plenary)"
_NUMBER: Final = re.compile(
    rf"第\s?(\d)\s?[回次届]|([初首])(?:の|次|轮)?(?:[가-힣一-龥]{{0,6}})?(?:会合|会議|协议|協議|会议|磋商|对话)|제\s?(\d{{1,2}})\s?(?:차(?!관|장)|회(?!의))|(?<![\d.])(\d{{1,2}})차\s?(?:방산\s?)?(?:회의|협의체|한|본회의|회담)|\b(first|inaugural|second|third|fourth|fifth)\s+{_SESSION}"
    rf"|\b(\d)(?:st|nd|rd|th)\s+{_SESSION}|(première|deuxième|primera|segunda|prima|seconda|erste[rs]?|zweite[rs]?|eerste|tweede|pierwsz\w+|drugi\w+|перв\w+|втор\w+)\s(?:\w+\s)?(?:réunion|session|reunión|sesión|riunione|sessione|Sitzung|Treffen|bijeenkomst|vergadering|posiedzeni\w+|spotkani\w+|заседани\w+|встреч\w+)|(첫|두\s?번째|세\s?번째|네\s?번째)\s?(?:번째\s)?(?:정례\s?|본|공식\s?|[차장국실]\S?급\s?)?(?:회의|협의체|만남|회담|협의)",
    re.IGNORECASE,
)
_WORDS: Final = {
    "first": 1, "inaugural": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
    "첫": 1, "初": 1, "首": 1, "두번째": 2, "세번째": 3, "네번째": 4,
}  # fmt: skip

_FIRST: Final = ("prem", "prim", "erst", "eerst", "pierw", "перв")


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
    return _WORDS.get(key) or (1 if key.startswith(_FIRST) else 2)
