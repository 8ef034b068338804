"""A page rewritten: which of the acts that it told before it tells again, and which are new.

A rolling story, a status page, a corrected article keep their URL. An act told before keeps its event and its report,
whatever the page says now; what it tells anew is a report of its own. So an item's acts are numbered for good.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from extractors.event.contradiction import one_act
from extractors.event.facts import fact
from extractors.event.likeness import strength
from extractors.story import Report


def numbered(known: Iterable[Report], new: Iterable[Report]) -> list[Report]:
    """Give each new report the number of the act that its item told before, or the item's next one."""
    told: defaultdict[str, dict[int, Report]] = defaultdict(dict)
    for report in known:
        told[report.mention.item_id][report.mention.n] = report
    found: list[Report] = []
    for report in new:
        item_id = report.mention.item_id
        before = told.get(item_id, {})
        again = [n for n, one in before.items() if one not in found and _same(one, report)]
        n = [*again, max(before, default=-1) + 1][0] if before else report.mention.n
        name = f"{item_id}.{n}" if n else item_id
        found.append(replace(report, item_id=name, mention=replace(report.mention, n=n)))
        if before:
            before[n] = found[-1]
    return found


def _same(before: Report, now: Report) -> bool:
    """Whether a revision tells the act again: likely one with what was told, or too vague to be another."""
    one, other = fact(before), replace(fact(now), item="revised")
    vague = (one.first is None or other.first is None) and (one.track, one.stage) == (other.track, other.stage)
    return one_act([one], [other]) and (vague or strength(one, other) > 0)
