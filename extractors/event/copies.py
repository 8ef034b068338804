"""Near-copies among the reports of one event: wire copy, AMP and mobile editions, clones with words spliced in.

They share an origin, the earliest of them, so that thirty mastheads over one dispatch count as one voice. Copying is
judged by runs of characters in title and summary, which every script has: by likeness of the sets, as lead and tail
get cut and single words replaced. Texts that differ in a number, a name or a date are two, however alike they are:
recurring headlines. Each text is compared with the few that share its lowest hashes: cost grows with their number.
"""

import re
import unicodedata
import zlib
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from extractors.story import Report

WINDOW: Final = timedelta(days=5)  # wire copy appears within hours; the slack is for outlets that give only a day
ALIKE: Final = 0.55  # share of common runs (Jaccard): rewrites of one dispatch stay below, edited copies above
WITHIN: Final = 0.85  # share of the shorter text found in the longer: a copy cut short
FEWEST: Final = 20  # runs; below, two texts are alike by chance
RUN: Final = 5  # characters of an alphabet's run
WIDE_RUN: Final = 3  # of Han, kana and Hangul, each of which says more
SKETCH: Final = 16  # a text's lowest hashes, by which texts to compare are found: a third of a text is found too
LATEST: Final = 4  # texts that share a hash, the latest of them: more are copies of those

_SPACE = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+")
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class _Text:
    report: Report
    plain: str
    runs: frozenset[str]
    numbers: frozenset[str]
    marks: tuple[tuple[object, ...], ...]  # a copy has one too: origin, words or one of the lowest hashes


def origins(reports: Sequence[Report]) -> dict[str, str]:
    """Tell each report's origin by item_id: the origin of the earliest report with its text."""
    texts = [_text(report) for report in sorted(reports, key=lambda report: (report.when, report.item_id))]
    first = list(range(len(texts)))  # of each, the earliest with its text
    latest: defaultdict[tuple[object, ...], deque[int]] = defaultdict(partial(deque, maxlen=LATEST))
    for number, text in enumerate(texts):
        alike = {of for mark in text.marks for of in latest[mark]}
        bound = {first[of] for of in alike if _copies(texts[of], text)} | {number}
        first[number] = min(bound)
        if bound - {number, min(bound)}:  # this one binds texts that were two
            first = [min(bound) if of in bound else of for of in first]
        for mark in text.marks:
            latest[mark].append(number)
    names = [text.report.origin or text.report.item_id for text in texts]
    return {text.report.item_id: names[of] for text, of in zip(texts, first, strict=True)}


def _text(report: Report) -> _Text:
    text = unicodedata.normalize("NFKC", f"{report.title} {report.summary}").casefold()
    plain = _SPACE.sub("", text)
    run = WIDE_RUN if len(_WIDE.findall(plain)) * 2 > len(plain) else RUN
    runs = frozenset(plain[at : at + run] for at in range(len(plain) - run + 1))
    sketch = sorted(zlib.crc32(of.encode()) for of in runs)[:SKETCH]
    marks = ((report.origin,), (report.language, plain), *((report.language, mark) for mark in sketch))
    return _Text(report=report, plain=plain, runs=runs, numbers=frozenset(_NUMBER.findall(text)), marks=marks)


def _copies(one: _Text, other: _Text) -> bool:
    here, there = one.report, other.report
    if here.origin and here.origin == there.origin:
        return True
    if here.language != there.language or abs(here.when - there.when) > WINDOW or _differ(one, other):
        return False
    common, fewer = len(one.runs & other.runs), min(len(one.runs), len(other.runs))
    if fewer < FEWEST:
        return one.plain == other.plain
    return common >= ALIKE * len(one.runs | other.runs) or common >= WITHIN * fewer


def _differ(one: _Text, other: _Text) -> bool:
    """Whether each names a number or somebody that the other does not, or they name two days or two sessions."""
    here, there = one.report.mention, other.report.mention
    days, sessions = (here.event_date, there.event_date), (here.ordinal, there.ordinal)
    named = (one.numbers, other.numbers), (set(here.actors), set(there.actors))
    two = any(None not in pair and len(set(pair)) > 1 for pair in (days, sessions))
    return two or any(mine - yours and yours - mine for mine, yours in named)
