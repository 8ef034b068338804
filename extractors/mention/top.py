"""Talks at the top: Korea's president, adviser or minister with NATO's secretary general, deputy or military chair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.mention.clause import WEAK, Clause, apart, hedge_of
from extractors.story import Stage
from extractors.words.matcher import Hit
from extractors.words.text import is_cjk

_OFFICES: Final = ("office:president", "office:minister", "office:adviser")
_TALKS: Final = (
    "call", "meeting", "stage:held", "stage:agreed", "stage:scheduled", "stage:postponed", "stage:cancelled",
)  # fmt: skip
_UNSURE: Final = WEAK | {"forecast"}
"""Hedges of talks that were not, or that may yet be."""
_OTHERS: Final = ("country:", "contrary:sale", "contrary:eu")


def at_the_top(told: Sequence[Clause], stage: Stage) -> bool:
    """Whether they talked: one sentence says who with whom, and neither denies nor merely considers it.

    A weaker way decides where no sentence names both: one in the title, one in the lead, and no other country.
    """
    talks = [(s, verb) for s in told if (verb := _talk(s)) and hedge_of(s, verb) not in _UNSURE]
    if stage == Stage.SCHEDULED or not talks or _doubted(told[0]):
        return False
    understood = _understood(told)
    if any(_ours(s, understood=understood) and s.heads and not _with_another(s, verb) for s, verb in talks):
        return True
    alone = not any(s.having(*_OTHERS) for s in told[:2]) and not any(s.having("hedge:negated") for s in told[:1])
    return alone and any(_ours(s, understood=understood) for s in told) and any(s.heads for s in told)


def _doubted(title: Clause) -> bool:
    """Whether a title denies the talks or has them under consideration."""
    named = title.having("call", "meeting")
    denied = any(hedge_of(title, hit) == "negated" for hit in title.having(*_TALKS))
    return denied or (bool(named) and all(hedge_of(title, hit) in _UNSURE for hit in named))


def _talk(one: Clause) -> Hit | None:
    """The talks that a sentence tells of: its last verb where verbs end it, else its first."""
    verbs = one.having(*_TALKS)
    return (verbs[-1] if is_cjk(verbs[0].term[0]) else verbs[0]) if verbs else None


def _ours(one: Clause, *, understood: bool) -> bool:
    return bool(one.leaders or (understood and one.having(*_OFFICES)))


def _understood(told: Sequence[Clause]) -> bool:
    """Whether a president or minister without a country is Korea's: the report names no other's."""
    near = [s for s in told if s.field == "title" or s.index == 0]
    offices = any(s.having(*_OFFICES) for s in near)
    spoken = any(s.having("korea", "korea_nato") or any(h.language == "ko" for h in s.hits) for s in near)
    return offices and spoken and not any(s.having("country:", "contrary:sale", "ministerial") for s in near)


def _with_another(one: Clause, verb: Hit) -> bool:
    """Whether another country stands nearer to the talks than NATO's head does: then they were with its leader."""
    others = [apart(verb, hit) for hit in one.having(*_OTHERS)]
    return bool(others) and min(others) < min(apart(verb, hit) for hit in one.heads)
