"""What tells nothing of the act changes nothing of its verdict: each labelled case, told in other months, marks, places."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache, reduce

import pytest

from extractors.mention.describe import describe
from extractors.model import Item
from extractors.story import Rejection
from flows.measure.evaluate import read_cases
from tests.extractors.mention.saying import LEXICON, ROOT
from tests.table import tables

ITEMS = [case.item for path in sorted((ROOT / "tests" / "cases").glob("*.jsonl")) for case in read_cases(path)]
FEW = 300  # changes of so many cases are tried in full; of more, each fifth here and all by `make long`
NUMBERED = re.compile(r"(?<!\d)(\d{1,2})(월|月)")


@cache
def verdict(item: Item) -> tuple[bool, str, str]:
    said = describe(item, LEXICON)
    return (False, "", "") if isinstance(said, Rejection) else (said[0].alertable, said[0].track, said[0].stage)


def later_month(item: Item) -> Item | None:
    """The same a month later: its names and numbers of months, and its publication."""
    rows = [LEXICON._spoken[code].calendar.names.months for code in ("en", item.language) if code in LEXICON._spoken]
    places = {form: (row, month, n) for row in rows for month, forms in enumerate(row) for n, form in enumerate(forms)}
    named = re.compile(rf"\b(?:{'|'.join(sorted(places, key=len, reverse=True))})\b", re.IGNORECASE)
    text = f"{item.title} {item.summary} {item.text}"
    told = [places[m[0].lower()][1] for m in named.finditer(text)] + [int(m[1]) - 1 for m in NUMBERED.finditer(text)]
    when = item.published_at
    if not told or max(told) > 10 or re.search(r"20\d\d", text) or when is None or when.month == 12 or when.day > 28:
        return None

    def later(match: re.Match[str]) -> str:
        row, month, n = places[match[0].lower()]
        name = row[month + 1][min(n, len(row[month + 1]) - 1)]
        capital = match[0][0].isupper()
        return match[0] if item.language == "en" and not capital else name.capitalize() if capital else name

    def moved(text: str) -> str:
        return NUMBERED.sub(lambda m: f"{int(m[1]) + 1}{m[2]}", named.sub(later, text))

    when = when.replace(month=when.month + 1, day=min(when.day, 28))
    return told_as(replace(item, published_at=when, first_seen_at=when), moved)


def next_day(item: Item) -> Item | None:
    """The same a day later: its names of weekdays, and its publication."""
    rows = [LEXICON._spoken[code].calendar.names.weekdays for code in ("en", item.language) if code in LEXICON._spoken]
    after = {form: row[n - 6][0] for row in rows if all(row[:6]) for n, forms in enumerate(row) for form in forms}
    named = re.compile(rf"\b(?:{'|'.join(sorted(after, key=len, reverse=True))})\b", re.IGNORECASE)
    if not named.search(f"{item.title} {item.summary}") or re.search(r"\d", item.title + item.summary):
        return None
    when = (item.published_at or item.first_seen_at) + timedelta(days=1)
    moved = replace(item, published_at=when, first_seen_at=when)
    return told_as(moved, lambda text: named.sub(lambda m: after[m[0].lower()].capitalize(), text))


def told_as(item: Item, change: Callable[[str], str]) -> Item:
    return replace(item, title=change(item.title), summary=change(item.summary), text=change(item.text))


def next_year(item: Item) -> Item | None:
    """The same a year later, but for what names weekdays or weeks."""
    if item.published_at is None or re.search(
        r"day|week|요일|주|曜|週|周", f"{item.title} {item.summary}", re.IGNORECASE
    ):
        return None
    when = item.published_at.replace(year=item.published_at.year + 1)
    moved = replace(item, published_at=when, first_seen_at=when)
    return told_as(moved, lambda text: re.sub(r"20[1-4]\d", lambda m: str(int(m[0]) + 1), text))


def next_day_number(item: Item) -> Item | None:
    """The same a day later, where days are numbers: 25일."""
    text, when = f"{item.title} {item.summary}", item.published_at
    days = [int(day) for day in re.findall(r"(?<!\d)(\d{1,2})[일日]", text)]
    if not days or when is None or max(*days, when.day) > 26 or re.search(r"[~·∼-]\d{1,2}일|전날|어제|오늘|내일", text):
        return None
    moved = replace(item, published_at=when + timedelta(days=1), first_seen_at=when + timedelta(days=1))
    return told_as(moved, lambda text: re.sub(r"(?<!\d)(\d{1,2})([일日])", lambda m: f"{int(m[1]) + 1}{m[2]}", text))


def full_width(item: Item) -> Item | None:
    """The same with Latin letters and digits as wide as Hangul."""
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
    apart = item.language in {"ko", "ja", "zh"}
    return told_as(item, lambda t: re.sub(r"[A-Za-z0-9]+", lambda m: m[0].translate(wide), t)) if apart else None


def spaced(item: Item) -> Item | None:
    """The same with Hangul compounds written apart, or together."""

    def respaced(text: str) -> str:
        return reduce(lambda told, pair: told.replace(pair, SPACED[pair]), SPACED, text)

    return told_as(item, respaced) if item.language == "ko" else None


def credited(item: Item) -> Item | None:
    """The same with a photo's credit in front."""
    said = CREDITS.get(item.language) if item.summary else None
    return replace(item, summary=f"{said} {item.summary}") if said else None


SPACED, CREDITS = (tables(__file__)[name] for name in ("SPACED", "CREDITS"))
CURLY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
CHANGES: dict[str, tuple[Callable[[Item], Item | None], set[str]]] = {
    # "August 1" is a Sunday, and the next week begins on the morrow: a remark that alerts nobody gets another stage
    # 연말 is December in whatever month it is said: the next is another one
    "month": (
        later_month,
        {"https://wirekorea.example/en/AEN20270701008", "https://www.dailyguard.example/2027/11/09/61d04b71"},
    ),
    "weekday": (next_day, set()),
    "quotation marks": (lambda item: told_as(item, lambda text: text.translate(CURLY)), set()),
    "outlet": (lambda item: replace(item, outlet="elsewhere.example", url="https://elsewhere.example/1"), set()),
    "year": (next_year, set()),
    "day number": (next_day_number, {"https://hanbit-ilbo.example/pol/260203"}),  # "…行": 13일 becomes tomorrow's
    "full-width letters": (full_width, set()),
    "Hangul spacing": (spaced, set()),
    "a photo's credit": (credited, set()),
    "a last sentence": (lambda item: replace(item, summary=f"{item.summary} The weather was fine.".strip()), set()),
}
"""What is changed, and the cases that it may turn, each with its reason."""


@pytest.mark.parametrize("each", [5, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("change", sorted(CHANGES))
def test_m2_verdicts_do_not_hang_on(change: str, each: int) -> None:
    alter, listed = CHANGES[change]
    pairs = [(item, altered) for item in ITEMS if (altered := alter(item)) is not None]
    pairs = pairs if len(pairs) < FEW else pairs[:: 2 * each if each > 1 else 1]
    turned = {item.url for item, altered in pairs if verdict(altered) != verdict(item)}
    assert len(pairs) > 20
    assert turned <= listed
