"""Labels, dates, names and notices in the channel's language; the words themselves stand in templates/*.toml."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from alerts.word.escape import clean

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's table of labels; a missing label is a KeyError, as a missing template would be."""

    language: str
    table: dict[str, dict[str, str]]

    def of(self, kind: str, name: str, default: str | None = None) -> str:
        """The label of one name of a kind: `of("stage", "held")`; the default, where one is given, for an unknown."""
        return self.table[kind][name] if default is None else self.table[kind].get(name, default)

    def say(self, kind: str, name: str, **values: object) -> str:
        """A label with its gaps filled."""
        return self.of(kind, name).format(**values)

    def count(self, name: str, number: int) -> str:
        """A number of something, in the singular or plural: 1 report, 2 reports."""
        return self.say("one" if number == 1 else "many", name, n=number)

    def when(self, day: date | None, precision: str) -> str:
        """A date as exactly as it is known; the date of a span is its first day."""
        if day is None:
            return self.of("date", "unknown")
        month, quarter = self.of("months", str(day.month)), self.of("quarters", str((day.month + 2) // 3))
        parts = {"month": month, "quarter": quarter, "third": self.of("thirds", str(min((day.day - 1) // 10, 2)))}
        return self.say("date", precision or "day", day=day.day, year=day.year, **parts).replace("- ", "-")

    def moment(self, at: datetime) -> str:
        """A time of day with its zone, on the clocks of the time's own zone."""
        return self.say("date", "moment", day=self.when(at.date(), "day"), time=f"{at:%H:%M}", zone=f"{at:%Z}")

    def name(self, concept: str) -> str:
        """A person, office or place for people: "person:mark_rutte" is "Mark Rutte"."""
        bare = concept.rpartition(":")[2]
        spelled = " ".join(part.capitalize() for part in bare.split("_"))
        acronym = concept.startswith(("agency:", "office:")) and len(bare) <= len("niag") and bare.isalnum()
        return clean(self.of("name", bare, bare.upper() if acronym else spelled))


def named(concepts: Iterable[str], tracks: Iterable[str], domains: Iterable[str]) -> list[dict[str, str]]:
    """Return the labels of all that published columns name: concepts, and tracks and domains as they stand there."""
    kinds = [(name, name.partition(":")[0] if ":" in name else "word") for name in concepts]
    kinds += [*((name, "track") for name in tracks), *((name, "domain") for name in domains)]
    return [_row(*one) for one in kinds]


@cache
def _row(concept: str, kind: str) -> dict[str, str]:
    bare, own = concept.rpartition(":")[2], kind if kind in {"track", "domain", "stage"} else "name"
    said = {f"label_{code}": words(code).of(own, bare, words(code).name(concept)) for code in ("en", "ko")}
    return {"concept": concept, "kind": kind, **said}


def unlabelled(tracks: Iterable[str]) -> dict[str, str]:
    """Return the tracks of which a message could not speak, each with the languages that have no label for it."""
    lacking = {track: [code for code in ("en", "ko") if track not in words(code).table["track"]] for track in tracks}
    return {track: ", ".join(codes) for track, codes in lacking.items() if codes}


def notice(text: str, language: str) -> str:
    """Say a notice, or a part of one, in a language; what notices.toml has no pair for stays as it is."""
    for pattern, said in _pairs(language):
        if found := pattern.fullmatch(text):
            return said.format(**{name: notice(part, language) for name, part in found.groupdict().items()})
    return text


@cache
def words(language: str) -> Words:
    """The labels of a language ("en", "ko")."""
    return Words(language=language, table=_tables("labels")[language])


@cache
def figures(kind: str) -> re.Pattern[str]:
    """What the "sums" or "hours" that a text names look like, in whatever language."""
    ways = _tables("figures")
    return re.compile("|".join(ways[kind]).replace("ZONE", f"(?:{'|'.join(ways['zones'])})"))


@cache
def _pairs(language: str) -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(text)), re.DOTALL), said)
        for text, said in _tables("notices")[language].items()
    ]


def _tables(name: str) -> dict[str, Any]:
    return tomllib.loads((TEMPLATES / f"{name}.toml").read_text(encoding="utf-8"))
