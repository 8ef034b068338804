"""Near-copies among the reports of one event: wire copy, AMP and mobile editions, clones with words spliced in.

They share an origin, the earliest of them, so that thirty mastheads over one dispatch count as one voice. Copying is
judged by runs of characters in title and summary, which every script has: by likeness of the sets, as lead and tail
get cut and single words replaced. Texts that differ in a number, a name or a date are two, however alike they are:
recurring headlines. Each text is compared with the few that share its lowest hashes: cost grows with their number.
"""

from __future__ import annotations

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
    plain: str
    runs: frozenset[str]
    numbers: frozenset[str]

    @property
    def sketch(self) -> list[int]:
        return sorted(zlib.crc32(run.encode()) for run in self.runs)[:SKETCH]


def origins(reports: Sequence[Report]) -> dict[str, str]:
    """Tell each report's origin by item_id: the origin of the earliest report with its text."""
    ordered = sorted(reports, key=lambda report: (report.when, report.item_id))
    leader: dict[str, Report] = {}
    latest: defaultdict[tuple[object, ...], deque[Report]] = defaultdict(partial(deque, maxlen=LATEST))
    texts = {report.item_id: _text(report) for report in ordered}
    for report in ordered:
        text = texts[report.item_id]
        marks = [(report.origin,), (report.language, text.plain), *((report.language, mark) for mark in text.sketch)]
        alike = {one.item_id: one for mark in marks for one in latest[mark]}
        found = [one for one in alike.values() if _copies(one, report, texts)]
        first = min((leader[one.item_id] for one in found), key=_age, default=report)
        joined = {leader[one.item_id].item_id for one in found} - {first.item_id}
        leader[report.item_id] = first
        if joined:  # this one binds texts that were two
            leader |= {name: first for name, one in leader.items() if one.item_id in joined}
        for mark in marks:
            latest[mark].append(report)
    return {name: first.origin or first.item_id for name, first in leader.items()}


def _age(report: Report) -> tuple[object, ...]:
    return report.when, report.item_id


def _text(report: Report) -> _Text:
    text = unicodedata.normalize("NFKC", f"{report.title} {report.summary}").casefold()
    plain = _SPACE.sub("", text)
    run = WIDE_RUN if len(_WIDE.findall(plain)) * 2 > len(plain) else RUN
    runs = frozenset(plain[at : at + run] for at in range(len(plain) - run + 1))
    return _Text(plain=plain, runs=runs, numbers=frozenset(_NUMBER.findall(text)))


def _copies(one: Report, other: Report, texts: dict[str, _Text]) -> bool:
    if one.origin and one.origin == other.origin:
        return True
    if one.language != other.language or abs(one.when - other.when) > WINDOW or _differ(one, other, texts):
        return False
    mine, theirs = texts[one.item_id], texts[other.item_id]
    common, fewer = len(mine.runs & theirs.runs), min(len(mine.runs), len(theirs.runs))
    if fewer < FEWEST:
        return mine.plain == theirs.plain
    return common >= ALIKE * len(mine.runs | theirs.runs) or common >= WITHIN * fewer


def _differ(one: Report, other: Report, texts: dict[str, _Text]) -> bool:
    """Whether each names a number or somebody that the other does not, or they name two days or two sessions."""
    here, there = one.mention, other.mention
    day = here.event_date and there.event_date and here.event_date != there.event_date
    numbers, others = texts[one.item_id].numbers, texts[other.item_id].numbers
    actors, else_ = set(here.actors), set(there.actors)
    return bool(
        day
        or (here.ordinal and there.ordinal and here.ordinal != there.ordinal)
        or (numbers - others and others - numbers)
        or (actors - else_ and else_ - actors)
    )
