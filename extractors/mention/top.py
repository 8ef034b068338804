"""Talks at the top: Korea's president, adviser or minister with NATO's secretary general, deputy or military chair."""

from collections.abc import Sequence
from typing import Final

from extractors.mention.act import WEAK, Act, apart, having
from extractors.story import Evidence, Stage
from extractors.words.text import is_cjk

_OFFICES: Final = ("office:president", "office:minister", "office:adviser")
_TALKS: Final = (
    "call", "meeting", "stage:held", "stage:agreed", "stage:scheduled", "stage:postponed", "stage:cancelled",
)  # fmt: skip
_UNSURE: Final = WEAK | {"forecast"}
"""Hedges of talks that were not, or that may yet be."""
_INDUSTRY: Final = ("industry", "body", "weapons", "domain:", "project:", "agency:")
_OTHERS: Final = ("country:", "contrary:sale", "contrary:eu")


def at_the_top(told: Sequence[Act], stage: Stage) -> bool:
    """Whether they talked: one sentence says who with whom, and neither denies nor merely considers it.

    A weaker way decides where no sentence names both: one in the title, one in the lead, and no other country.
    """
    talks = [(s, verb) for s in told if (verb := _talk(s)) and s.hedge(verb) not in _UNSURE]
    unsaid = all(s.having("hedge:negated") for s in told if s.having(*_INDUSTRY))
    doubted = told[0].having("hedge:considering", "hedge:negated")  # "Seoul mulls …", whatever the lead recalls
    if stage == Stage.SCHEDULED or not talks or doubted or unsaid:
        return False
    offices = _OFFICES if _understood(told) else ()
    if any((s.leaders or s.having(*offices)) and s.heads and not _with_another(s, verb) for s, verb in talks):
        return True
    alone = not having(told[:2], *_OTHERS)
    return alone and any(s.leaders or s.having(*offices) for s in told) and any(s.heads for s in told)


def _talk(one: Act) -> Evidence | None:
    """The talks that a sentence tells of: its last verb where verbs end it, else its first."""
    verbs = one.having(*_TALKS)
    return (verbs[-1] if is_cjk(verbs[0].term[0]) else verbs[0]) if verbs else None


def _understood(told: Sequence[Act]) -> bool:
    """Whether a president or minister without a country is Korea's: the report names no other's."""
    near = [s for s in told if s.index == 0]
    spoken = having(near, "korea", "korea_nato") or any(hit.language == "ko" for s in near for hit in s.hits)
    return having(near, *_OFFICES) and spoken and not having(near, "country:", "contrary:sale", "ministerial")


def _with_another(one: Act, verb: Evidence) -> bool:
    """Whether another country stands nearer to the talks than NATO's head does: then they were with its leader."""
    others = [apart(verb, hit) for hit in one.having(*_OTHERS)]
    return bool(others) and min(others) < min(apart(verb, hit) for hit in one.heads)
