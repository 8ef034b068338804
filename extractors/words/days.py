"""The dates that a text names, read against the day of its publication: "지난 25일", "late September", "Thursday".

The words are the language's (languages.py); what stands here is how a date is put together from them. Each pattern has
a reader, which answers None where the words name no day of the calendar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from extractors.calendar import Dated
from extractors.story import DatePrecision
from extractors.words.languages import Speech, joined, plain, tight

D, W, P, M, Q, Y = DatePrecision
_AHEAD_OF, _TURN_OF_MONTH = 1, 3  # days: time zones; in a month's first days the last month's are still near
_REACH: Final = 40  # code points before a date in which a word may belong to it
_NTH: Final = r"(?:st|nd|rd|th|\.|er)?"
_YEAR: Final = r"20\d\d"
_TO: Final = r"(?:\s*[-–~∼〜·]\s*\d{1,2})?"  # to another day
_Match = re.Match[str]


class Days:
    """The reader of one speech's dates."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._parts, self._years = speech.meanings("parts"), speech.meanings("years")
        self._last = re.compile(rf"{speech.expression('last')}\s*$")
        self._in_month = re.compile(rf"{speech.expression('in_month')}\s+$", re.IGNORECASE)
        self._until, self._until_after = speech.clause("until"), speech.clause("until_after")
        self._readers = [(re.compile(text, re.IGNORECASE), reader) for text, reader in self._patterns(speech)]

    def read(self, text: str, today: date, *, ahead: bool) -> Iterator[Dated]:
        """Read every date that a text names, relative to `today`; `ahead` decides what a bare month or weekday means.

        A term ("by March", 3월까지) is a plan's date and no deed's.
        """
        return (dated for _, dated in self.found(text, today, ahead=ahead))

    def found(self, text: str, today: date, *, ahead: bool) -> Iterator[tuple[range, Dated]]:
        """Read the same, each with its place."""
        taken: set[int] = set()  # places that a more telling pattern read: the day in 내달 16일 is no day of its own
        for pattern, reader in self._readers:
            for match in pattern.finditer(text):
                if not taken.isdisjoint(range(*match.span())):
                    continue
                ahead_of = text[max(0, match.start() - _REACH) : match.start()]
                term = self._until_after.match(text, match.end()) or self._until.search(ahead_of)
                dated = None if term and not ahead else reader(match, today, ahead)
                if dated is not None:
                    taken.update(range(*match.span()))
                    yield range(*match.span()), dated

    def _patterns(self, speech: Speech) -> Iterator[tuple[str, Callable[[_Match, date, bool], Dated | None]]]:
        year, month, day = speech.mark("year"), speech.mark("month"), speech.mark("day")
        months = "".join(sorted(speech.marks("month"))) or r"\d"
        named, bare, weekday = _any(speech.dated_months), _any(speech.months), _any(speech.weekdays)
        part, years, relative = speech.words("parts"), speech.words("years"), speech.words("relative")
        early, no_day = rf"\b(?:(?P<p>{part})[\s-]+)?", speech.expression("no_day")
        after = rf"(?:\s+(?:de\s+)?(?P<y>{_YEAR}))?"
        yield rf"\b(?P<d>\d{{1,2}}){_NTH}{_TO}\s+(?:of\s+|de\s+)?(?P<m>{named})\b\.?,?{after}", self._month_day
        yield (
            rf"\b(?P<m>{named})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b{_TO}(?:,?\s+(?P<y>{_YEAR}))?",
            self._month_day,
        )
        yield rf"\b(?P<y>{_YEAR})[-./](?P<m>\d{{1,2}})[-./](?P<d>\d{{1,2}})\b", self._month_day
        said, other = rf"(?:(?P<y>{_YEAR}(?={year})|{years}){year}?\s*)?", speech.expression("no_month")
        yield rf"{said}(?<!\d)(?P<m>\d{{1,2}}){month}\s*(?P<d>\d{{1,2}}){_TO}{day}", self._month_day
        yield rf"{said}(?<!\d)(?P<m>\d{{1,2}}){month}\s*(?!\s*\d|{other})(?P<p>{part})?", self._month
        yield rf"(?P<r>{speech.words('months')})\s*(?:(?P<d>\d{{1,2}}){_TO}{day}|(?P<p>{part}))?", self._this_month
        which = f"{speech.expression('last')}|{speech.expression('coming')}"
        alone = rf"(?<![{months}\d.]) ?(?<![{months}] )"
        yield rf"{alone}(?P<w>{which})?\s*(?<!\d)(?P<d>\d{{1,2}}){day}(?!{no_day})", self._bare_day
        yield rf"(?P<w>{speech.words('days')})", self._span
        yield (
            rf"(?:(?P<y>{years})\s*)?(?:(?P<q>[1-4]){speech.mark('quarter')}|(?P<h>{speech.words('halves')}))",
            self._span,
        )
        yield rf"(?P<k>{speech.words('weeks')})(?!{speech.expression('no_week')})", self._span
        yield rf"(?P<e>{speech.expression('year_end')})|{speech.expression('this_year')}|(?P<y>{years})", self._span
        yield rf"{early}(?P<m>{bare})\b(?!\.?\s+\d{{1,2}}\b)\.?(?:,?\s+(?P<y>{_YEAR}))?", self._month
        yield rf"\b(?:(?P<r>{relative})\s+)?(?P<w>{weekday})\b(?!,?\s+(?:\d|{bare}))", self._weekday
        yield rf"{early}(?P<r>{relative})\s+(?P<u>{speech.words('units')})\b", self._relative

    def _year(self, match: _Match, today: date) -> int | None:
        said = match["y"]
        if not said:
            return None
        return int(said) if said.isdecimal() else today.year + self._years[tight(said)]

    def _past(self, match: _Match) -> bool:
        return bool(self._last.search(match.string[max(0, match.start() - _REACH) : match.start()]))

    def _month_day(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        month = self._number(match["m"])
        if self._other_word(match, alone=False):
            return None
        if year := self._year(match, today):
            return _day(year, month, int(match["d"]))
        past = self._past(match)
        day = _near(month, int(match["d"]), today, ahead=ahead and not past)
        return (day, D) if day and not (past and day > today) else None

    def _other_word(self, match: _Match, *, alone: bool) -> bool:
        """Whether a month's name is another word here: "may" where no date is, "to march"."""
        written = self._speech.doubtful.get(plain(match["m"]))
        if written is None:
            return False
        if match["m"] not in {written, written.upper()}:
            return True
        before = match.string[max(0, match.start() - _REACH) : match.start()]
        return alone and not (match["y"] or match["p"] or self._in_month.search(before))

    def _number(self, month: str) -> int:
        return int(month) if month.isdecimal() else self._speech.dated_months.get(plain(month), -1) + 1

    def _month(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        month, year = self._number(match["m"]), self._year(match, today)
        if not 1 <= month <= 12 or self._other_word(match, alone=True):  # noqa: PLR2004 - months of a year
            return None
        start = date(year, month, 1) if year else _near(month, 1, today, ahead=ahead and not self._past(match))
        return self._part(start, match["p"]) if start else None

    def _part(self, start: date, part: str | None) -> Dated:
        return (start.replace(day=self._parts[tight(part)]), P) if part else (start, M)

    def _this_month(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        del ahead
        start = _shift(today, self._speech.meanings("months")[tight(match["r"])])
        return _day(start.year, start.month, int(match["d"])) if match["d"] else self._part(start, match["p"])

    def _bare_day(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        """Read "26일", "지난 25일", "오는 24일": this month's, or the neighbour's where this month's does not fit."""
        day, word = int(match["d"]), match["w"] or ""
        past, coming = (bool(word and self._speech.clause(name).search(word)) for name in ("last", "coming"))
        starts = (_shift(today, months) for months in (-1, 0, 1))
        found = [d[0] for start in starts if (d := _day(start.year, start.month, day))]
        forward = coming or (ahead and not past)
        this = _day(today.year, today.month, day) is not None
        if this and not word and not ahead and day - today.day > _AHEAD_OF and today.day > _TURN_OF_MONTH:
            forward = True  # 25일 in a paper of the fourth is this month's; last month's would be 지난달 25일
        slack = timedelta(days=1)
        fitting = [d for d in found if (d >= today - slack if forward else d <= today + slack)]
        return (_nearest(fitting, today), D) if fitting else None

    def _weekday(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        """Read a weekday: the last one gone by, or the next for a plan; "last" and "next" decide."""
        step = self._speech.meanings("relative").get(tight(match["r"] or ""), 0)
        back = (today.weekday() - self._speech.weekdays[plain(match["w"])]) % 7
        done = self._speech.clause("done").search(match.string[max(0, match.start() - _REACH) : match.start()])
        if step > 0 or (ahead and step == 0 and not done):
            return today + timedelta(days=(-back) % 7), D
        return today - timedelta(days=back or (7 if step else 0)), D

    def _relative(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        del ahead
        step = self._speech.meanings("relative")[tight(match["r"])]
        match self._speech.units[tight(match["u"])]:
            case "week":
                return _week(today, step), W
            case "year":
                return date(today.year + step, 1, 1), Y
            case _:
                return self._part(_shift(today, step), match["p"])

    def _span(self, match: _Match, today: date, ahead: bool) -> Dated | None:
        del ahead
        said = match.groupdict()
        year = today.year + (self._years[tight(said["y"])] if said.get("y") else 0)
        if said.get("w"):
            return today + timedelta(days=self._speech.meanings("days")[tight(said["w"])]), D
        if said.get("k"):
            return _week(today, self._speech.meanings("weeks")[tight(said["k"])]), W
        if said.get("q"):
            return date(year, 3 * int(said["q"]) - 2, 1), Q
        if said.get("h"):
            first = self._speech.meanings("halves")[tight(said["h"])]
            return date(year, first, 1), Y if first == 1 else Q
        return (date(year, 12, 1), M) if said.get("e") else (date(year, 1, 1), Y)


def _any(names: Iterable[str]) -> str:
    return joined(map(re.escape, names))


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
    return _nearest(fitting, today) if fitting else None


def _nearest(days: Iterable[date], today: date) -> date:
    return min(days, key=lambda d: abs((d - today).days))


def _shift(today: date, months: int) -> date:
    index = today.year * 12 + today.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _week(today: date, step: int) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(weeks=step)
