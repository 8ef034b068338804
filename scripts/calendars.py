"""Writes [calendar.near] and [calendar.names] of every language from CLDR's data, as babel and dateparser have them.

    python scripts/calendars.py [FOLDER]

Run by hand, for a new language or new data. Months and weekdays in all their cases; as `short` what is no whole name.
A form that stands among the names already stays; what CLDR lacks of yesterday, last week or next year stands in
[calendar] itself.
"""

import calendar
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from babel import Locale

FOLDER = Path(__file__).resolve().parents[1] / "config" / "lexicon"
SECTION = re.compile(r"\n*\[calendar\.(?:near|names)\]\n.*?(?=\n\n|\n\[[a-z]|\Z)", re.DOTALL)
MONTHS = [name.lower() for name in calendar.month_name[1:]]
WEEKDAYS = [name.lower() for name in calendar.day_name]
STEM = 3  # letters that the cases of a name have in common
NEAR = {"days": "day", "weeks": "week", "months": "month", "years": "year"}
STEPS = {-1: "1 {} ago", 0: "0 {} ago", 1: "in 1 {}"}
LONG = 7  # letters of a word whose last two change with its case, and not its last alone


def main(arguments: list[str]) -> None:
    """Rewrite both sections in every language's file; no names where months have numbers: Korean, Japanese, Chinese."""
    for path in sorted(Path((arguments or [str(FOLDER)])[0]).glob("*.toml")):
        if path.name == "concepts.toml":
            continue
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
        stored = data.get("calendar", {})
        more = import_module(f"dateparser.data.date_translation_data.{ {'no': 'nb'}.get(path.stem, path.stem) }").info
        lines = ["", "[calendar.near]", *near(more)]
        if "marks" not in stored:
            lines += ["", *section(path.stem, more, stored.get("names", {}), _ordinals(data))]
        path.write_text("\n".join([SECTION.sub("", text).rstrip("\n"), *lines, ""]), encoding="utf-8")


def near(more: dict[str, object]) -> Iterator[str]:
    """The lines of yesterday, this week, next month, last year, as [calendar] has them; "*" stands for an ending."""
    told: dict[str, list[str]] = more["relative-type"]  # type: ignore[assignment]
    counted = str(more["relative-type-regex"])
    for kind, unit in NEAR.items():
        said: dict[str, int] = {}
        for step, name in STEPS.items():
            phrases = [one for one in told.get(name.format(unit), []) if one not in counted.replace("'", " ").split()]
            whole = [one for one in phrases if not any(_shortens(one, other) for other in phrases)]
            said |= {_inflected(one) if step and kind != "days" else one: step for one in whole}
        pairs = ", ".join(f'"{phrase}" = {step}' for phrase, step in said.items())
        yield f"{kind} = {{ {pairs} }}"


def _shortens(phrase: str, other: str) -> bool:
    """Whether one phrase abbreviates another, or a word of it to one letter."""
    words, whole = phrase.split(), other.split()
    same = len(words) == len(whole) and all(map(str.startswith, whole, words))
    return (same and phrase != other) or (len(words) > 1 and len(words[-1]) == 1)


def _inflected(phrase: str) -> str:
    """A phrase in any case, without the article or preposition before it."""
    first, *rest = words = phrase.replace("'", " ").split()
    if rest and len(words) > 1 + (len(first) > 1) and len(first) <= len("на"):
        words = rest
    return " ".join(words) if len(words) == 1 else " ".join(map(_stem, words))


def _stem(word: str) -> str:
    return word if len(word) < STEM - 1 else f"{word[: len(word) - (len(word) > STEM) - (len(word) >= LONG)]}*"


def section(code: str, more: dict[str, list[str]], known: dict[str, list[list[str]]], ordinals: set[str]) -> list[str]:
    """The lines of one language's names."""
    locale = Locale.parse({"no": "nb"}.get(code, code))
    lists: dict[str, list[list[str]]] = {"months": [], "short": [], "weekdays": []}
    for n, english in enumerate(MONTHS, start=1):
        whole = forms(locale.months, "wide", n)
        whole = added(whole, more.get(english, []))
        lists["months"].append(whole)
        lists["short"].append([one for one in forms(locale.months, "abbreviated", n) if one not in whole])
    for n, english in enumerate(WEEKDAYS):
        lists["weekdays"].append(added(forms(locale.days, "wide", n), more.get(english, [])))
    for name, rows in lists.items():
        for row, old in zip(rows, known.get(name, [[]] * len(rows)), strict=True):
            row[:] = [form for form in dict.fromkeys([*row, *old]) if form not in ordinals]  # vi: Monday is "second"
    return ["[calendar.names]", *(line for name, rows in lists.items() for line in written(name, rows))]


def _ordinals(data: dict[str, dict[str, list[list[str]]]]) -> set[str]:
    return {word for words in data.get("ordinals", {}).get("words", []) for word in words}


def forms(table: object, width: str, number: int) -> list[str]:
    """The forms of one name: within a date, and alone."""
    found = [table[context][width][number].strip(".").lower() for context in ("format", "stand-alone")]  # type: ignore[index]
    return list(dict.fromkeys(found))


def added(whole: list[str], more: list[str]) -> list[str]:
    """CLDR's forms, and dateparser's that are other cases of one of them."""
    fit = [one.strip(".").lower() for one in more]
    least = min(map(len, whole)) - 1  # shorter ones are abbreviations
    fit = [one for one in fit if len(one) >= least and any(one[:STEM] == form[:STEM] for form in whole)]
    return list(dict.fromkeys([*whole, *fit]))


def written(name: str, rows: list[list[str]]) -> Iterator[str]:
    """One list of lists, a line each."""
    yield f"{name} = ["
    for row in rows:
        yield "  [" + ", ".join(f'"{form}"' for form in row) + "],"
    yield "]"


if __name__ == "__main__":
    main(sys.argv[1:])
