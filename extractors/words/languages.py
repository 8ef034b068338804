"""What a language says beside its terms: days and months, ordinals, abbreviations, turns of phrase.

The classes below are the tables of a language's file, each optional; expressions are Python's `re`, without case.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Annotated, Final, Literal, get_args

import msgspec

from extractors.model import ConfigError
from extractors.words.text import is_latin, squeeze

Words = tuple[str, ...]
Year = Annotated[tuple[Words, ...], msgspec.Meta(min_length=12, max_length=12)]
Week = Annotated[tuple[Words, ...], msgspec.Meta(min_length=7, max_length=7)]
Meanings = dict[str, int]
Mark = Literal["year", "month", "day", "quarter"]
Clause = Literal[
    "about", "asian", "background", "breaks", "coming", "done", "former_plan", "in_month", "known", "last", "left",
    "moved", "no_day", "no_month", "no_week", "opens", "put_off", "said", "same_day", "saying", "this_year", "to_come",
    "until", "until_after", "venue", "year_end",
]  # fmt: skip
"""The turns of phrase that rules ask for; concepts.toml says what each is."""
_MEANT: Final = ("days", "weeks", "months", "years", "parts", "halves", "seasons", "relative", "eras")
_GRAMMAR: Final = {
    "number": r"(\d{1,3})",
    "anno": r"[2２][0０]\d\d",  # a year, its digits full-width or not
    "to": r"(?:\s*[-–~∼〜·]\s*\d{1,2})?",  # to another day
}
_NAME: Final = re.compile(r"(?<!P)<([a-z_]+)>")
_NUMBER: Final = re.compile(r"(?:^|[\s(])\d{1,2}$")
_DOTTED: Final = re.compile(r"(?:^|[\s(\d])[a-z]\.[a-z]$")
_ON: Final = re.compile(r"[A-Z]{2,4}\b")  # "10 a.m. KST"
_WORD: Final = 24  # code points of the longest word that a dot is judged by


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Names(_Table, frozen=True, kw_only=True):
    """`[calendar.names]`, from CLDR by scripts/calendars.py; `short` ones are read beside a day of the month alone."""

    months: Year = ((),) * 12
    short: Year = ((),) * 12
    weekdays: Week = ((),) * 7


class Near(_Table, frozen=True, kw_only=True):
    """`[calendar.near]`, from CLDR by scripts/calendars.py: yesterday, last week; "*" stands for a short ending."""

    days: Meanings = {}
    weeks: Meanings = {}
    months: Meanings = {}
    years: Meanings = {}


class Calendar(_Table, frozen=True, kw_only=True):
    """`[calendar]`: words with what they mean, counted from today's day, week, month or year."""

    names: Names = Names()
    near: Near = Near()
    doubtful: Words = ()  # months that are other words too, as a date writes them: alone only after `in_month`
    marks: dict[Mark, str] = {}  # what follows the number of each
    days: Meanings = {}
    weeks: Meanings = {}
    months: Meanings = {}
    years: Meanings = {}
    parts: Meanings = {}  # the first day of a part of a month
    eras: Meanings = {}  # the year before the first: 令和8年
    halves: Meanings = {}  # the first month of a half of a year
    seasons: Meanings = {}  # the first month of a season, negative: of the last one
    relative: Meanings = {}  # last, this, next: before a weekday


class Ordinals(_Table, frozen=True, kw_only=True):
    """`[ordinals]`: which session it is; in `frames` <nth> stands for any of `words`, first to last."""

    frames: Words = ()  # <number> stands for digits
    words: tuple[Words, ...] = ()


class Language(_Table, frozen=True, kw_only=True):
    """The tables of one language's file that hold no terms; a dot after an abbreviation's `words` ends no sentence."""

    calendar: Calendar = Calendar()
    ordinals: Ordinals = Ordinals()
    abbreviations: dict[Literal["words"], Words] = {}
    clauses: dict[Clause, Words] = {}


TABLES: Final = frozenset(Language.__struct_fields__)


def read_language(file: str, data: dict[str, object]) -> Language:
    """Read what of a language's file holds no terms. Raises ConfigError."""
    try:
        language = msgspec.convert(data, Language)
        speech = Speech((language,))
        for name in (*get_args(Clause), "frames"):
            speech.pattern(f"<{name}>")
    except (msgspec.ValidationError, re.error, KeyError) as fault:
        mend = "Write it as the other files do; extractors/words/languages.py says what there is"
        raise ConfigError(file=file, reason=str(fault), mend=mend) from None
    return language


class Speech:
    """Several languages read as one, as an item in one of them is: what each says, joined."""

    def __init__(self, languages: Iterable[Language]) -> None:
        spoken = tuple(languages)
        calendars = [one.calendar for one in spoken]
        months, short, weekdays = ([getattr(one.names, kind) for one in calendars] for kind in Names.__struct_fields__)
        self.months, self.weekdays = _numbered(months), _numbered(weekdays)
        self.dated_months = self.months | _numbered(short)
        self.doubtful = {squeeze(name): name for one in calendars for name in one.doubtful}
        meant: dict[str, list[tuple[str, int]]] = {
            kind: [
                (_escaped(word), value)
                for one in calendars
                for word, value in (getattr(one.near, kind, {}) | getattr(one, kind)).items()
            ]
            for kind in _MEANT
        }
        self._meant = meant
        self._nth = [(n, form) for one in spoken for n, forms in enumerate(one.ordinals.words, 1) for form in forms]
        said: dict[str, Iterable[str]] = {
            **{kind: dict(pairs) for kind, pairs in meant.items()},
            **{f"{kind}_mark": [one.marks[kind] for one in calendars if kind in one.marks] for kind in get_args(Mark)},
            **{name: [form for one in spoken for form in one.clauses.get(name, ())] for name in get_args(Clause)},
            "month": map(_escaped, _names(months)),
            "dated_month": map(_escaped, _names([*months, *short])),
            "weekday": map(_escaped, _names(weekdays)),
            "abbreviations": [re.escape(word) for one in spoken for word in one.abbreviations.get("words", ())],
            "frames": [
                frame.replace("<nth>", f"({_joined(chain(*one.ordinals.words))})")
                for one in spoken
                for frame in one.ordinals.frames
            ],
        }
        self._named = _GRAMMAR | {name: _joined(expressions) for name, expressions in said.items()}
        self._patterns: dict[str, re.Pattern[str]] = {}

    def pattern(self, template: str) -> re.Pattern[str]:
        """Compile an expression without case; in it <name> stands for all that the languages have under that name."""
        if template not in self._patterns:
            self._patterns[template] = re.compile(self._filled(template), re.IGNORECASE)
        return self._patterns[template]

    def _filled(self, template: str) -> str:
        return _NAME.sub(lambda name: self._filled(self._named[name[1]]), template)

    def meaning(self, kind: str, word: str | None) -> int:
        """Return what a word of `[calendar]` means, 0 for none."""
        return next((value for said, value in self._meant[kind] if word and self.pattern(said).fullmatch(word)), 0)

    def number_in(self, text: str) -> int | None:
        """Return the number of the session that a text names ("second round", 제2차), or None."""
        match = self.pattern("<frames>").search(text)
        said = next(filter(None, match.groups())) if match else ""
        if said.isdecimal():
            return int(said)
        return next((n for n, form in self._nth if said and re.fullmatch(form, said, re.IGNORECASE)), None)

    def goes_on(self, text: str, dot: int) -> bool:
        """Whether a dot ends no sentence: after an abbreviation or ordinal ("am 26. Juni"), before a small letter."""
        near, after = max(0, dot - _WORD), text[dot + 1 : dot + _WORD].lstrip()
        initials = self.pattern(r"(?-i:(?:^|[\s(\"'“‘])(?:[A-Z]|[A-Z]\.[A-Z]|<abbreviations>)$)").search(
            text, near, dot
        )
        dotted = _DOTTED.search(text, near, dot) and _ON.match(after)
        dated = _NUMBER.search(text, near, dot) and self.pattern(r"<dated_month>\b").match(after)
        return bool(after[:1].islower() or initials or dotted or dated)


def _names(lists: Iterable[tuple[Words, ...]]) -> Iterator[str]:
    return chain.from_iterable(chain.from_iterable(lists))


def _numbered(lists: Iterable[tuple[Words, ...]]) -> dict[str, int]:
    return {squeeze(name): n for names in lists for n, forms in enumerate(names) for name in forms}


def _escaped(word: str) -> str:
    """An expression for a word: a space in it may be missing, "*" is a short ending, Latin letters stand alone."""
    edges = (r"\b" if is_latin(letter.casefold()) else "" for letter in (word[0], word.strip("*")[-1]))
    return re.escape(word).replace(r"\ ", r"\s?").replace(r"\*", r"\w{0,3}").join(edges)


def _joined(expressions: Iterable[str]) -> str:
    """An expression for any of several, the longest first; for nothing where there is none."""
    return f"(?:{'|'.join(sorted(set(expressions), key=lambda one: (-len(one), one))) or '(?!)'})"
