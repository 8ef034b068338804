"""Writes [calendar.names] of every language in the lexicon from CLDR's data, as babel and dateparser have them.

    python scripts/calendars.py [FOLDER]

Run by hand, for a new language or new data. Months and weekdays in all their cases; as `short` what is no whole name.
A form that stands in the section already stays.
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
SECTION = re.compile(r"\n*\[calendar\.names\]\n.*?(?=\n\n|\n\[[a-z]|\Z)", re.DOTALL)
MONTHS = [name.lower() for name in calendar.month_name[1:]]
WEEKDAYS = [name.lower() for name in calendar.day_name]
STEM = 3  # letters that the cases of a name have in common


def main(arguments: list[str]) -> None:
    """Rewrite the section in every language's file, but where months have numbers: Korean, Japanese, Chinese."""
    for path in sorted(Path((arguments or [str(FOLDER)])[0]).glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
        stored = data.get("calendar", {})
        if path.name != "concepts.toml" and "marks" not in stored:
            lines = section(path.stem, stored.get("names", {}), _ordinals(data))
            path.write_text("\n".join([SECTION.sub("", text).rstrip("\n"), "", *lines, ""]), encoding="utf-8")


def section(code: str, known: dict[str, list[list[str]]], ordinals: set[str]) -> list[str]:
    """The lines of one language's section."""
    locale = Locale.parse({"no": "nb"}.get(code, code))
    more = import_module(f"dateparser.data.date_translation_data.{ {'no': 'nb'}.get(code, code) }").info
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
