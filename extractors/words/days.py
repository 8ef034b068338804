"""The dates that a text names, read against the day of its publication: "지난 25일", "late September", "Thursday".

The words are the language's (languages.py); what stands here is how a date is put together from them. Each pattern has
a reader, which answers None where the words name no day of the calendar.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from extractors.calendar import Dated, last_day
from extractors.story import DatePrecision
from extractors.words.languages import Speech
from extractors.words.text import squeeze

D, W, P, M, Q, Y = DatePrecision
_AHEAD_OF, _TURN_OF_MONTH = 1, 3  # days: time zones; in a month's first days the last month's are still near
_REACH: Final = 40  # code points before a date in which a word may belong to it
_ASKED: Final = 256  # sentences of the items in hand
_Match = re.Match[str]
_Reader = Callable[[_Match, date, bool], Dated | None]


class Days:
    """The reader of one speech's dates."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        said = r"(?:(?P<y>(?:<anno>|<eras>\s?(?:\d{1,3}|元))(?=<year_mark>)|<years>)<year_mark>?\s*)?"
        part = r"\b(?:(?P<p><parts>)[\s-]+)?"
        year = r"(?:,?\s+(?:\w{1,5}['’\s]\s*){0,2}?(?P<y><anno>|<years>))?"  # "June last year", "juin de l'an dernier"
        readers = {
            r"\b(?P<d>\d{1,2})(?:st|nd|rd|th|\.|er)?<to>\s+(?:of\s+|de\s+)?(?P<m><dated_month>)\b\.?,?"
            rf"{year}": self._month_day,
            rf"\b(?P<m><dated_month>)\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b<to>{year}": self._month_day,
            r"\b(?P<y><anno>)(?:[-/]|\.\s?)(?P<m>\d{1,2})(?:[-/]|\.\s?)(?P<d>\d{1,2})\b": self._month_day,
            r"(?<!\w)['’‘](?P<y>\d\d)\.\s?(?P<m>\d{1,2})\.\s?(?P<d>\d{1,2})\b": self._month_day,
            r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y><anno>)\b(?!\.\d)": self._month_day,
            rf"{said}(?<!\d)(?P<m>\d{{1,2}})<month_mark>\s*(?P<d>\d{{1,2}})<to><day_mark>": self._month_day,
            rf"{said}(?<!\d)(?P<m>\d{{1,2}})<month_mark>\s*(?!\s*\d|<no_month>)(?P<p><parts>)?": self._month,
            r"\b(?P<p><parts>)[\s-]+(?P<r><months>)": self._this_month,
            r"(?P<r><months>)\s*(?:(?P<d>\d{1,2})<to><day_mark>|(?P<p><parts>))?": self._this_month,
            r"(?<![\d.])(?<!<month_mark>) ?(?<!<month_mark> )(?P<w><last>|<coming>)?\s*"
            r"(?<!\d)(?P<d>\d{1,2})<day_mark>(?!<no_day>)": self._bare_day,
            r"(?P<days><days>)": self._span,
            r"(?:(?P<years><years>)\s*)?(?:(?P<q>[1-4])<quarter_mark>|(?P<halves><halves>))": self._span,
            r"(?P<weeks><weeks>)(?!<no_week>)": self._span,
            r"(?P<s><seasons>)": self._season,
            rf"{part}(?P<m><month>)\b(?!\.?\s+\d{{1,2}}\b)\.?{year}": self._month,
            r"(?P<e><year_end>)|<this_year>|(?P<years><years>)": self._span,
            r"\b(?:(?P<r><relative>)\s+)?(?P<w><weekday>)\b(?!,?\s+(?:\d|<month>))": self._weekday,
        }
        self._readers = [(speech.pattern(template), reader) for template, reader in readers.items()]
        self._named = lru_cache(_ASKED)(self._matches)  # of each sentence, by rule after rule, as a deed's and a plan's

    def read(self, text: str, today: date, *, ahead: bool) -> Iterator[Dated]:
        """Read every date that a text names, relative to `today`; `ahead` decides what a bare month or weekday means.

        A term ("by March", 3월까지) is a plan's date and no deed's.
        """
        return (dated for _, dated in self.found(text, today, ahead=ahead))

    def found(self, text: str, today: date, *, ahead: bool) -> Iterator[tuple[range, Dated]]:
        """Read the same, each with its place."""
        taken: set[int] = set()  # places that a more telling pattern read: the day in 내달 16일 is no day of its own
        for match, reader, term in self._named(text):
            place = range(*match.span())
            if (term and not ahead) or not taken.isdisjoint(place):
                continue
            if (dated := reader(match, today, ahead)) is not None:
                taken.update(place)
                yield place, dated

    def _matches(self, text: str) -> tuple[tuple[_Match, _Reader, bool], ...]:
        """Find all that may be a date, with its reader, and whether it is a term."""
        until, until_after = self._speech.pattern("<until>"), self._speech.pattern("<until_after>")
        return tuple(
            (match, reader, bool(until_after.match(text, match.end()) or until.search(_before(match))))
            for pattern, reader in self._readers
            for match in pattern.finditer(text)
        )

    def _year(self, said: str | None, today: date) -> int | None:
        if not said or said.isdecimal():
            return 2000 * (len(said) == 2) + int(said) if said else None  # noqa: PLR2004 - ’25. 6. 25.
        era, number = re.split(r"\s?(?=\d|元|$)", said, maxsplit=1)
        if first := self._speech.meaning("eras", era):
            return first + int(number.replace("元", "1"))
        return today.year + self._speech.meaning("years", said)

    def _past(self, match: _Match) -> bool:
        return bool(self._speech.pattern(r"<last>\s*$").search(_before(match)))

    def _month_day(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        month, day = self._number(match["m"]), int(match["d"])
        if self._other_word(match, alone=False):
            return None
        if year := self._year(match["y"], today):
            return _day(year, month, day)
        past = self._past(match)
        near = _gone_by(month, day, today) if past else _near(month, day, today, ahead=ahead)
        return (near, D) if near else None

    def _other_word(self, match: _Match, *, alone: bool) -> bool:
        """Whether a month's name is another word here: "may" where no date is, "to march"."""
        written = self._speech.doubtful.get(squeeze(match["m"]))
        if written is None:
            return False
        if match["m"] not in {written, written.upper()}:
            return True
        dated = self._speech.pattern(r"<in_month>\s+$").search(_before(match))
        return alone and not (match["y"] or match["p"] or dated)

    def _number(self, month: str) -> int:
        return int(month) if month.isdecimal() else self._speech.dated_months.get(squeeze(month), -1) + 1

    def _month(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        month, year = self._number(match["m"]), self._year(match["y"], today)
        if not 1 <= month <= 12 or self._other_word(match, alone=True):  # noqa: PLR2004 - months of a year
            return None
        near = _gone_by(month, 1, today) if self._past(match) else _near(month, 1, today, ahead=ahead)
        start = date(year, month, 1) if year else near
        return self._part(start, match["p"]) if start else None

    def _part(self, start: date, part: str | None) -> Dated:
        return (start.replace(day=self._speech.meaning("parts", part)), P) if part else (start, M)

    def _this_month(self, match: _Match, today: date, _ahead: bool) -> Dated | None:
        start = _shift(today, self._speech.meaning("months", match["r"]))
        day = match.groupdict().get("d")
        return _day(start.year, start.month, int(day)) if day else self._part(start, match["p"])

    def _bare_day(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        """Read "26일", "지난 25일", "오는 24일": this month's, or the neighbour's where this month's does not fit."""
        day, word = int(match["d"]), match["w"] or ""
        past, coming = (word and self._speech.pattern(name).search(word) for name in ("<last>", "<coming>"))
        dated = (_day(start.year, start.month, day) for start in (_shift(today, months) for months in (-1, 0, 1)))
        found = [one[0] for one in dated if one]
        forward = coming or (ahead and not past)
        this = _day(today.year, today.month, day) is not None
        if this and not word and not ahead and day - today.day > _AHEAD_OF and today.day > _TURN_OF_MONTH:
            forward = True  # 25일 in a paper of the fourth is this month's; last month's would be 지난달 25일
        slack = timedelta(days=1)
        fitting = [one for one in found if (one >= today - slack if forward else one <= today + slack)]
        return (_nearest(fitting, today), D) if fitting else None

    def _weekday(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        """Read a weekday: the last one gone by, or the next for a plan; "last" and "next" decide."""
        step = self._speech.meaning("relative", match["r"])
        back = (today.weekday() - self._speech.weekdays[squeeze(match["w"])]) % 7
        done = self._speech.pattern("<done>").search(_before(match))
        if step > 0 or (ahead and step == 0 and not done):
            return today + timedelta(days=(-back) % 7), D
        return today - timedelta(days=back or (7 if step else 0)), D

    def _season(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        """Read "this summer": for a plan the next that is not over, else the last that had begun, or is over."""
        first = self._speech.meaning("seasons", match["s"])
        dated = [(date(today.year + step, abs(first), 1), Q) for step in (-2, -1, 0, 1)]
        if ahead and first > 0:
            return next((one for one in dated if last_day(one) >= today), None)
        return max(one for one in dated if (one[0] if first > 0 else last_day(one)) <= today)

    def _span(self, match: _Match, today: date, _ahead: bool) -> Dated | None:
        said = {kind: word for kind, word in match.groupdict().items() if word}
        year = today.year + self._speech.meaning("years", said.get("years"))
        match said:
            case {"days": word}:
                return today + timedelta(days=self._speech.meaning("days", word)), D
            case {"weeks": word}:
                return _week(today, self._speech.meaning("weeks", word)), W
            case {"q": quarter}:
                return date(year, 3 * int(quarter) - 2, 1), Q
            case {"halves": word}:
                first = self._speech.meaning("halves", word)
                return date(year, first, 1), Y if first == 1 else Q
            case _:
                return (date(year, 12, 1), M) if "e" in said else (date(year, 1, 1), Y)


def _before(match: _Match) -> str:
    return match.string[max(0, match.start() - _REACH) : match.start()]


def _day(year: int, month: int, day: int) -> Dated | None:
    with suppress(ValueError):
        return date(year, month, day), D
    return None


def _near(month: int, day: int, today: date, *, ahead: bool) -> date | None:
    """The nearest such day: for a plan not long past, for an act not far ahead."""
    found = [dated[0] for step in (-1, 0, 1) if (dated := _day(today.year + step, month, day))]
    slack, far = timedelta(days=45), timedelta(days=240)
    fitting = [one for one in found if not ahead or today - slack <= one <= today + far] or found
    return _nearest(fitting, today) if fitting else None


def _gone_by(month: int, day: int, today: date) -> date | None:
    """The last such day: 지난 3월, said in October."""
    dated = (_day(today.year - step, month, day) for step in (0, 1))
    return next((one[0] for one in dated if one and one[0] <= today), None)


def _nearest(days: Iterable[date], today: date) -> date:
    return min(days, key=lambda day: abs((day - today).days))


def _shift(today: date, months: int) -> date:
    index = today.year * 12 + today.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _week(today: date, step: int) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(weeks=step)
