"""The dates that a text names, read against the day of its publication: "지난 25일", "late September", "Thursday".

Each pattern has a reader; a reader answers None where the words name no day of the calendar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from extractors.calendar import Dated
from extractors.story import DatePrecision
from extractors.words.months import DAY_MONTH, MONTHS, WEEKDAYS, month_of, plain

D, W, P, M, Q, Y = DatePrecision
_PARTS: Final = {
    "초": 1,
    "중순": 11,
    "말": 21,
    "하순": 21,
    "early": 1,
    "mid": 11,
    "late": 21,
    "the end of": 21,
    "end of": 21,
}
_RELATIVE_MONTH: Final = {
    "지난달": -1, "이달": 0, "이번달": 0, "다음달": 1, "내달": 1,
    "先月": -1, "今月": 0, "来月": 1, "上月": -1, "本月": 0, "下月": 1,
}  # fmt: skip
_KO_DAY: Final = {"그제": -2, "어제": -1, "전날": -1, "오늘": 0, "이날": 0, "내일": 1, "모레": 2}
_AHEAD_OF, _TURN_OF_MONTH = 1, 3  # days: time zones; in a month's first days the last month's are still near
_YEARS: Final = {"내년": 1, "지난해": -1, "작년": -1, "昨年": -1, "去年": -1, "来年": 1, "明年": 1}
_EN_DAY: Final = {"yesterday": -1, "the previous day": -1, "a day earlier": -1, "today": 0, "tonight": 0, "tomorrow": 1}
_DONE_ON: Final = re.compile(r"\b(?:agreed|signed|met|decided|said|announced|struck|concluded)\b(?: on)?[ ,]*$")
"""A deed's verb just before a weekday: then it is the last one gone by, whatever the sentence plans."""


_UNTIL: Final = re.compile(r"\b(?:by|until|no later than)\s+(?:the\s+)?$", re.IGNORECASE)
"""What makes a date a term set for something else: no deed's own day."""


def dates_in(text: str, today: date, *, ahead: bool) -> Iterator[Dated]:
    """Read every date that a text names, relative to `today`; `ahead` decides what a bare month or weekday means.

    A term ("by March", 3월까지) is a plan's date and no deed's.
    """
    read: set[int] = set()  # places that a more telling pattern has taken: the day in 내달 16일 is no day of its own
    for pattern, reader in _READERS:
        for match in pattern.finditer(text):
            if not read.isdisjoint(range(*match.span())):
                continue
            term = text.startswith("까지", match.end()) or _UNTIL.search(text, 0, match.start())
            dated = None if term and not ahead else reader(match, today, ahead)
            if dated is not None:
                read.update(range(*match.span()))
                yield dated


def _full(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - one signature for all readers
    del today, ahead
    return _day(int(match["y"]), int(match["m"]), int(match["d"]))


def _day(year: int, month: int, day: int) -> Dated | None:
    try:
        return date(year, month, day), D
    except ValueError:
        return None


def _near(month: int, day: int, today: date, *, ahead: bool) -> date | None:
    """The nearest such day: for a plan not long past, for an act not far ahead."""
    found = [d[0] for year in (today.year - 1, today.year, today.year + 1) if (d := _day(year, month, day))]
    slack, far = timedelta(days=45), timedelta(days=240)
    fitting = [d for d in found if not ahead or today - slack <= d <= today + far] or found
    return min(fitting, key=lambda d: abs((d - today).days)) if fitting else None


def _ko_month_day(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - see _full
    year = match["y"]
    if year:
        return _day(int(year), int(match["m"]), int(match["d"]))
    past = match.string[: match.start()].endswith(("지난 ", "지난"))
    day = _near(int(match["m"]), int(match["d"]), today, ahead=ahead and not past)
    return (day, D) if day and not (past and day > today) else None


def _ko_month(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - see _full
    month, year = (
        int(match["m"]),
        (today.year + _YEARS.get(match["y"], 0)) if match["y"] else None,
    )
    if not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
        return None
    if match["y"] and match["y"][0].isdigit():
        year = int(match["y"][:4])
    past = match.string[: match.start()].rstrip().endswith("지난")
    start = date(year, month, 1) if year else _near(month, 1, today, ahead=ahead and not past)
    return _part(start, match["p"]) if start else None


def _part(start: date, part: str | None) -> Dated:
    return (start.replace(day=_PARTS[plain(part)]), P) if part else (start, M)


def _ko_relative(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - see _full
    del ahead
    start = _shift(today, _RELATIVE_MONTH[re.sub(r"\s", "", match["r"])])
    if match["d"]:
        return _day(start.year, start.month, int(match["d"]))
    return _part(start, match["p"])


def _shift(today: date, months: int) -> date:
    index = today.year * 12 + today.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _ko_bare_day(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - see _full
    """Read "26일", "지난 25일", "오는 24일": this month's, or the neighbour's where this month's does not fit."""
    day = int(match["d"])
    word = match["w"] or ""
    found = [d[0] for months in (-1, 0, 1) if (d := _day(_shift(today, months).year, _shift(today, months).month, day))]
    forward = "오는" in word or (ahead and "지난" not in word)
    this = _day(today.year, today.month, day) is not None
    if this and not word and not ahead and day - today.day > _AHEAD_OF and today.day > _TURN_OF_MONTH:
        forward = True  # 25일 in a paper of the fourth is this month's; last month's would be 지난달 25일
    fitting = [d for d in found if (d >= today - timedelta(days=1) if forward else d <= today + timedelta(days=1))]
    return (min(fitting, key=lambda d: abs((d - today).days)), D) if fitting else None


def _ko_word(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - see _full
    del ahead
    return today + timedelta(days=_KO_DAY[match[0]]), D


def _en_word(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - see _full
    del ahead
    return today + timedelta(days=_EN_DAY[plain(match[0])]), D


def _named_month_day(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - see _full
    month, day = month_of(match["m1"] or match["m2"]), int(match["d1"] or match["d2"])
    if month is None:
        return None
    year = match["y1"] or match["y2"]
    if year:
        return _day(int(year), month, day)
    near = _near(month, day, today, ahead=ahead)
    return (near, D) if near else None


def _named_month(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - see _full
    month = MONTHS.get(plain(match["m"]))
    if month is None:
        return None
    start = date(int(match["y"]), month, 1) if match["y"] else _near(month, 1, today, ahead=ahead)
    part = (match["p"] or "").lower().strip("- ") or None
    return _part(start, part) if start else None


def _weekday(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - see _full
    """Read a weekday: the last one gone by, or the next for a plan; "last" and "next" decide."""
    prefix, number = (match["r"] or "").lower(), WEEKDAYS.get(plain(match["w"]))
    if number is None:
        return None
    back = (today.weekday() - number) % 7
    done = _DONE_ON.search(match.string, 0, match.start())
    if prefix == "next" or (ahead and prefix != "last" and not done):
        return today + timedelta(days=(-back) % 7), D
    return today - timedelta(days=back or (7 if prefix == "last" else 0)), D


def _en_relative(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - see _full
    del ahead
    step = {"last": -1, "this": 0, "next": 1}[match["r"].lower()]
    if match["u"].lower() == "week":
        return today - timedelta(days=today.weekday()) + timedelta(weeks=step), W
    if match["u"].lower() == "year":
        return date(today.year + step, 1, 1), Y
    return _part(_shift(today, step), (match["p"] or "").lower().strip("- ") or None)


def _ko_span(match: re.Match[str], today: date, ahead: bool) -> Dated | None:  # noqa: FBT001 - see _full
    del ahead
    word = match[0]
    year = today.year + (1 if "내년" in word else -1 if ("작년" in word or "지난해" in word) else 0)
    if "주" in word:
        return today - timedelta(days=today.weekday()) + timedelta(
            weeks=1 if "다음" in word else -1 if "지난" in word else 0
        ), W
    if match["q"]:
        return date(year, 3 * int(match["q"]) - 2, 1), Q
    if match["h"]:
        return date(year, 1 if match["h"] == "상" else 7, 1), Y if match["h"] == "상" else Q
    if "연내" in word or "올해 안" in word or "연말" in word:
        return (date(year, 12, 1), M) if "연말" in word else (date(year, 1, 1), Y)
    return date(year, 1, 1), Y


Reader = Callable[[re.Match[str], date, bool], Dated | None]
_PART: Final = r"(?:(?P<p>early|mid|late|the end of|end of)[\s-]+)?"
_MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_SPAN_OF_DAYS: Final = r"(?!\s*(?:간(?!담)|동안)|정|째|차|부|본|本|間)"  # 25일간, 3일째, 2日間: no day of the month
_KO_BARE_DAY: Final = rf"(?<![월月\d.]) ?(?<!월 )(?P<w>지난|오는)?\s*(?<!\d)(?P<d>\d{{1,2}})[일日]{_SPAN_OF_DAYS}"
_KO_SPAN: Final = (
    r"(?:(?:올해|내년|지난해|작년)\s*)?(?P<q>[1-4])분기|(?:올해\s*|내년\s*)?(?P<h>[상하])반기"
    r"|연내|올해 안|연말|내년|지난해|작년|(?:다음|지난|이번)\s?주(?![요최])"
)
_PATTERNS: Final[tuple[tuple[str, Reader], ...]] = (
    (r"\b(?P<y>20\d\d)[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})\b", _full),
    (r"(?:(?P<y>20\d\d)[년年]\s*)?(?P<m>\d{1,2})[월月]\s*(?P<d>\d{1,2})(?:[~∼〜·-]\d{1,2})?[일日]", _ko_month_day),
    (
        r"(?:(?P<y>20\d\d[년年]|내년|올해|지난해|작년|[昨去来明今]年)\s*)?(?<!\d)(?P<m>\d{1,2})[월月]\s*(?!\s*\d|期)(?P<p>초|중순|말|하순)?",
        _ko_month,
    ),
    (
        r"(?P<r>지난\s?달|이달|이번\s?달|다음\s?달|내달|(?<!日)[先今来上本下]月)\s*(?:(?P<d>\d{1,2})(?:[~∼〜·-]\d{1,2})?[일日]|(?P<p>초|중순|말|하순))?",
        _ko_relative,
    ),
    (_KO_BARE_DAY, _ko_bare_day),
    ("|".join(_KO_DAY), _ko_word),
    (_KO_SPAN, _ko_span),
    (rf"\b{_PART}(?P<m>{_MONTH})\b(?!\.?\s+\d{{1,2}}\b)\.?(?:,?\s+(?P<y>20\d\d))?", _named_month),
    (
        rf"\b(?:(?P<r>last|next|this)\s+)?(?P<w>{'|'.join(WEEKDAYS)})\b(?!,?\s+(?:\d|{_MONTH}))",
        _weekday,
    ),
    (rf"\b(?:{_PART})(?P<r>last|this|next)\s+(?P<u>week|month|year)\b", _en_relative),
    ("|".join(rf"\b{word}\b" for word in _EN_DAY), _en_word),
)
_READERS: Final = (
    (DAY_MONTH, _named_month_day),
    *((re.compile(pattern, re.IGNORECASE), reader) for pattern, reader in _PATTERNS),
)
