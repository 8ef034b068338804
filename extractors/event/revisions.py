"""A page rewritten: which of the acts that it told before it tells again, and which are new.

A rolling story, a status page, a corrected article keep their URL. An act told before keeps its event and its report,
whatever the page says now; what it tells anew is a report of its own. So an item's acts are numbered for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.event.contradiction import one_act
from extractors.event.facts import fact
from extractors.event.likeness import strength
from extractors.story import Report


def numbered(known: Sequence[Report], new: Sequence[Report]) -> list[Report]:
    """Give each new report the number of the act that its item told before, or the item's next one."""
    told: dict[str, dict[int, Report]] = {}
    for report in known:
        told.setdefault(report.mention.item_id, {})[report.mention.n] = report
    found: list[Report] = []
    for report in new:
        before = told.get(report.mention.item_id, {})
        again = next((n for n, one in before.items() if one not in found and _same(one, report)), None)
        n = again if again is not None else max(before) + 1 if before else report.mention.n
        found.append(_as(report, n))
        if before:
            before[n] = found[-1]
    return found


def _as(report: Report, n: int) -> Report:
    item_id = report.mention.item_id
    return replace(report, item_id=f"{item_id}.{n}" if n else item_id, mention=replace(report.mention, n=n))


def _same(before: Report, now: Report) -> bool:
    """Whether a revision tells the act again: likely one with what was told, or too vague to be another."""
    one, other = fact(before), replace(fact(now), name="revised")
    if not one_act([one], [other]):
        return False
    vague = one.first is None or other.first is None
    return strength(one, other) > 0 or (vague and one.track == other.track and one.stage == other.stage)
