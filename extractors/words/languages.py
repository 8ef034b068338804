"""What a language says beside its terms: days and months, ordinals, abbreviations, turns of phrase.

The classes below are the tables of a language's file, each optional; expressions are Python's `re`, without case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from typing import Annotated, Final, Literal

import msgspec

from extractors.model import ConfigError

Words = tuple[str, ...]
Year = Annotated[tuple[Words, ...], msgspec.Meta(min_length=12, max_length=12)]
Week = Annotated[tuple[Words, ...], msgspec.Meta(min_length=7, max_length=7)]
Meanings = dict[str, int]
_NUMBER: Final = re.compile(r"(?:^|[\s(])\d{1,2}$")
_WORD: Final = 24  # code points of the longest word that a dot is judged by
_NEVER: Final = r"(?!)"


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Names(_Table, frozen=True, kw_only=True):
    """`[calendar.names]`, from CLDR by scripts/calendars.py; `short` ones are read beside a day of the month alone."""

    months: Year = ((),) * 12
    short: Year = ((),) * 12
    weekdays: Week = ((),) * 7


class Calendar(_Table, frozen=True, kw_only=True):
    """`[calendar]`: words with what they mean, counted from today's day, week, month or year."""

    names: Names = Names()
    doubtful: Words = ()  # months that are other words too, as a date writes them: alone only after `in_month`
    marks: dict[Literal["year", "month", "day", "quarter"], str] = {}  # what follows the number of each
    days: Meanings = {}
    weeks: Meanings = {}
    months: Meanings = {}
    years: Meanings = {}
    parts: Meanings = {}  # the first day of a part of a month
    halves: Meanings = {}  # the first month of a half of a year
    relative: Meanings = {}  # last, this, next: of `units`, and before a weekday
    units: dict[str, Literal["week", "month", "year"]] = {}


class Ordinals(_Table, frozen=True, kw_only=True):
    """`[ordinals]`: which session it is; in `frames` <nth> stands for any of `words`, first to last."""

    frames: Words = ()  # <number> stands for digits
    words: tuple[Words, ...] = ()


class Abbreviations(_Table, frozen=True, kw_only=True):
    """`[abbreviations]`: a dot after one of `words` ends no sentence."""

    words: Words = ()


class Clauses(_Table, frozen=True, kw_only=True):
    """`[clauses]`: expressions that rules ask for; <month> and <weekday> stand for any of the names."""

    asian: Words = ()  # an alliance of Asia's
    background: Words = ()  # what an act builds on, with its date
    breaks: Words = ()  # parts two clauses
    coming: Words = ()  # before a day: the next such
    done: Words = ()  # before a weekday: the last such
    former_plan: Words = ()  # what had been planned
    in_month: Words = ()  # before a month
    put_off: Words = ()  # the day that something was put off from
    last: Words = ()  # before a day or month: the last such
    moved: Words = ()  # a plan was
    no_day: Words = ()  # after a number and the mark of a day: no day of the month
    no_month: Words = ()
    no_week: Words = ()
    opens: Words = ()  # what is to begin
    said: Words = ()  # a statement with its day
    saying: Words = ()  # verbs at a sentence's end that tell what its own verb did
    this_year: Words = ()
    until: Words = ()  # before a date: a term, no deed's own day
    until_after: Words = ()
    venue: Words = ()  # before a place: there
    year_end: Words = ()


class Language(_Table, frozen=True, kw_only=True):
    """The tables of one language's file that hold no terms."""

    calendar: Calendar = Calendar()
    ordinals: Ordinals = Ordinals()
    abbreviations: Abbreviations = Abbreviations()
    clauses: Clauses = Clauses()


TABLES: Final = frozenset(Language.__struct_fields__)


def read_language(file: str, data: dict[str, object]) -> Language:
    """Read what of a language's file holds no terms. Raises ConfigError."""
    try:
        language = msgspec.convert(data, Language)
        Speech((language,)).check()
    except (msgspec.ValidationError, re.error) as fault:
        mend = "Write it as the other files do; extractors/words/languages.py says what there is"
        raise ConfigError(file=file, reason=str(fault), mend=mend) from None
    return language


class Speech:
    """Several languages read as one, as an item in one of them is: what each says, joined and compiled."""

    def __init__(self, languages: Iterable[Language]) -> None:
        self._languages = tuple(languages)
        self._calendars = tuple(one.calendar for one in self._languages)
        self.months = _numbered(one.names.months for one in self._calendars)
        self.dated_months = _numbered(names for one in self._calendars for names in (one.names.months, one.names.short))
        self.weekdays = _numbered(one.names.weekdays for one in self._calendars)
        self.doubtful = {plain(name): name for one in self._calendars for name in one.doubtful}
        self._clauses: dict[str, re.Pattern[str]] = {}

    @property
    def units(self) -> dict[str, str]:
        """Return the words for a week, a month and a year."""
        return {tight(word): unit for one in self._calendars for word, unit in one.units.items()}

    def number_in(self, text: str) -> int | None:
        """Return the number of the session that a text names ("second round", 제2차), or None."""
        match = self._ordinal.search(text)
        return self._nth(next(group for group in match.groups() if group)) if match else None

    @cache  # noqa: B019 - a speech lives as long as its lexicon
    def meanings(self, kind: str) -> dict[str, int]:
        """Return the words of a kind ("days", "parts", …), tight, with what they mean."""
        return {tight(word): value for one in self._calendars for word, value in getattr(one, kind).items()}

    def words(self, kind: str) -> str:
        """Return an expression for any word of a kind; a space in one may be missing."""
        return joined(
            {re.escape(word).replace(r"\ ", r"\s?") for one in self._calendars for word in getattr(one, kind)}
        )

    def mark(self, kind: Literal["year", "month", "day", "quarter"]) -> str:
        """Return an expression for what follows a number of this kind."""
        return joined(self.marks(kind))

    def marks(self, kind: Literal["year", "month", "day", "quarter"]) -> frozenset[str]:
        """Return what may follow a number of this kind."""
        return frozenset(one.marks[kind] for one in self._calendars if kind in one.marks)

    def expression(self, clause: str) -> str:
        """Return all that the languages have under a name of `Clauses`, to be put into an expression."""
        found = joined(one for language in self._languages for one in getattr(language.clauses, clause))
        return found.replace("<month>", joined(self.months)).replace("<weekday>", joined(self.weekdays))

    def clause(self, name: str) -> re.Pattern[str]:
        """Return the same compiled."""
        if name not in self._clauses:
            self._clauses[name] = re.compile(self.expression(name), re.IGNORECASE)
        return self._clauses[name]

    @cached_property
    def _ordinal(self) -> re.Pattern[str]:
        """Return what tells which session it is: one of its groups has an ordinal or digits."""
        frames = [
            frame.replace("<nth>", f"({joined(word for words in one.ordinals.words for word in words)})")
            for one in self._languages
            for frame in one.ordinals.frames
        ]
        return re.compile(joined(frames).replace("<number>", r"(\d{1,3})"), re.IGNORECASE)

    def _nth(self, word: str) -> int | None:
        """Return the number that digits or an ordinal mean."""
        if word.isdecimal():
            return int(word)
        lists = (enumerate(one.ordinals.words, start=1) for one in self._languages)
        named = ((n, form) for one in lists for n, forms in one for form in forms)
        return next((n for n, form in named if re.fullmatch(form, word, re.IGNORECASE)), None)

    def goes_on(self, text: str, dot: int) -> bool:
        """Whether a dot ends no sentence: behind an abbreviation, or an ordinal that goes on ("am 26. Juni")."""
        near = max(0, dot - _WORD)
        if self._abbreviation.search(text, near, dot):
            return True
        after = text[dot + 1 : dot + _WORD].lstrip()
        return bool(_NUMBER.search(text, near, dot)) and (after[:1].islower() or bool(self._month.match(after)))

    @cached_property
    def _month(self) -> re.Pattern[str]:
        return re.compile(rf"{joined(map(re.escape, self.dated_months))}\b", re.IGNORECASE)

    @cached_property
    def _abbreviation(self) -> re.Pattern[str]:
        words = "|".join(re.escape(word) for one in self._languages for word in one.abbreviations.words) or _NEVER
        return re.compile(rf"(?:^|[\s(\"'“‘])(?:[A-Z]|[A-Z]\.[A-Z]|{words})$")

    def check(self) -> None:
        """Compile all. Raises re.error."""
        for name in Clauses.__struct_fields__:
            self.clause(name)
        _ = self._ordinal, self._abbreviation


def _numbered(lists: Iterable[tuple[Words, ...]]) -> dict[str, int]:
    return {plain(name): n for names in lists for n, forms in enumerate(names) for name in forms}


def joined(expressions: Iterable[str]) -> str:
    """Return an expression for any of several, the longest first; for nothing where there is none."""
    return f"(?:{'|'.join(sorted(expressions, key=lambda one: (-len(one), one))) or _NEVER})"


@lru_cache(maxsize=4096)  # asked of every hit; texts come from outside
def plain(name: str) -> str:
    """Return a name as the tables have it: matching without case takes ı, İ and ſ for i and s, `lower` does not."""
    return name.lower().replace("i̇", "i").replace("ı", "i").replace("ſ", "s").replace("µ", "μ")


def tight(name: str) -> str:
    """Return a plain name without its spaces."""
    return re.sub(r"\s", "", plain(name))
