"""Near-copies among the reports of one event: wire copy, AMP and mobile editions, clones with words spliced in.

They share an origin, the earliest of them, so that thirty mastheads over one dispatch count as one voice. Copying is
judged by the words of title and summary: set likeness, as lead and tail get cut and single words replaced.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta

from extractors.story import Report

WINDOW = timedelta(days=5)  # wire copy appears within hours; the slack is for outlets that give only a day
ALIKE = 0.6  # share of common words (Jaccard): rewrites of one dispatch stay below, edited copies above
WITHIN = 0.85  # share of the shorter text found in the longer: a copy cut short
FEWEST = 8  # words; below, two texts are alike by chance

_WORD = re.compile(r"\w+")


def origins(reports: Sequence[Report]) -> dict[str, str]:
    """Tell each report's origin by item_id: the origin of the earliest report with its text."""
    ordered = sorted(reports, key=lambda report: (report.when, report.item_id))
    words = {report.item_id: _words(report) for report in ordered}
    groups: list[list[Report]] = []
    for report in ordered:
        alike = [group for group in groups if any(_copies(one, report, words) for one in group)]
        kept = [one for group in alike for one in group]
        groups = [group for group in groups if group not in alike]
        groups.append([*sorted(kept, key=lambda one: (one.when, one.item_id)), report])
    return {report.item_id: group[0].origin or group[0].item_id for group in groups for report in group}


def _words(report: Report) -> frozenset[str]:
    text = unicodedata.normalize("NFKC", f"{report.title} {report.summary}").casefold()
    return frozenset(_WORD.findall(text))


def _copies(one: Report, other: Report, words: dict[str, frozenset[str]]) -> bool:
    if one.origin and one.origin == other.origin:
        return True
    if one.language != other.language or abs(one.when - other.when) > WINDOW:
        return False
    mine, theirs = words[one.item_id], words[other.item_id]
    common, fewer = len(mine & theirs), min(len(mine), len(theirs))
    if fewer < FEWEST:
        return mine == theirs
    return common >= ALIKE * len(mine | theirs) or common >= WITHIN * fewer
