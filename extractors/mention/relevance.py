"""Does an item speak of our subject: Korea, the alliance, defence industry, and something that ties them together.

The four must meet: in the title, in a sentence, in the lead. What speaks for another subject (the EU, one
member state's purchase, shares) takes from the score as far as it is prominent, and never decides alone.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Final

from extractors.mention.act import LEAD, Act, having, means
from extractors.model import Item
from extractors.story import Rejection

THRESHOLD: Final = 0.5
_ENOUGH: Final = 0.7  # substance from which words are about defence industry
_NEWSROOM: Final = re.compile(r"https?://(?:[^/@]*\.)?nato\.int(?:[:/]|$)", re.IGNORECASE)
_REASONS: Final = ("contrary", "no_tie", "no_industry", "no_alliance", "no_korea")  # the nearer to us, the earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What makes an item, or an act further on, relevant: the sentences, by what they are to it, and the score."""

    score: float
    core: tuple[Act, ...]  # in which the four meet
    told: tuple[Act, ...] = ()  # which tell it, the title or the act's own sentence first
    more: tuple[Act, ...] = ()  # which go on about it: facts, and no act


def detect(item_id: str, read: Sequence[Act], *, understood: Collection[str] = ()) -> Finding | Rejection:
    """Judge one item's sentences; a rejection names the first of the four that is missing.

    `understood` are the sides that need not be named: `spoken_for`.
    """
    elsewhere = _elsewhere(read)
    windows = _windows(read) if read else ()
    judged = [(window, weight, *_compose(window, understood, elsewhere=elsewhere)) for window, weight in windows]
    strong = [(strength * weight, window) for window, weight, missing, strength in judged if not missing]
    if not strong:
        lacks = {missing for _, _, missing, _ in judged}
        return _rejection(item_id, read, next((one for one in _REASONS if one in lacks), "no_korea"))
    strength, window = max(strong, key=lambda found: found[0])
    score = strength - _contrary(read, window)
    return Finding(score=round(score, 3), core=window) if score >= THRESHOLD else _rejection(item_id, read, "contrary")


def finding(told: Sequence[Act]) -> Finding | None:
    """Judge the sentences of one act further on by themselves, the first as if it were a title."""
    for reach in range(1, len(told) + 1):
        window = tuple(told[:reach])
        score = round(_compose(window, elsewhere=_elsewhere(window[:1]))[1] - _contrary(window, window), 3)
        if score >= THRESHOLD:
            return Finding(score=score, core=window, told=window, more=tuple(told[reach:]))
    return None


def spoken_for(item: Item) -> frozenset[str]:
    """Return the sides that an item's outlet speaks for, and need not name: NATO's newsroom says "the Alliance"."""
    return frozenset({"nato"} if item.outlet.casefold() == "nato" or _NEWSROOM.match(item.url) else ())


def _elsewhere(told: Iterable[Act]) -> bool:
    """Whether another alliance is named; NATO's name as an adjective, of its own members and no Asian NATO, is none."""
    others = [(s, hit) for s in told for hit in s.having("elsewhere")]
    return any(hit.concept != "contrary:adjective" or s.pattern("<asian>").search(hit.term) for s, hit in others)


def _windows(read: Sequence[Act]) -> Iterator[tuple[tuple[Act, ...], float]]:
    """Sentences read together, and how much it counts that the four meet only there.

    Every sentence, each with its neighbour, the title with each of the lead, the whole lead.
    """
    title = read[:1]
    yield from (((s,), s.weight) for s in read)
    yield from (((a, b), 0.9 * b.weight) for a, b in pairwise(read))
    yield from (((*title, s), 0.95 * s.weight) for s in read[1:] if s.index < LEAD)
    for field, weight in (("summary", 0.8), ("text", 0.65)):
        yield (*title, *(s for s in read if s.field == field and s.index < LEAD)), weight


def _compose(window: Sequence[Act], understood: Collection[str] = (), *, elsewhere: bool) -> tuple[str, float]:
    """Say which of the four is missing, or how strong their meeting is."""
    named = {side for s in window for side in s.who} | _implied(window, elsewhere=elsewhere) | {*understood}
    if not named & {"korea", "both", "ip4"}:
        return "no_korea", 0.0
    if not named & {"nato", "both"}:
        return "no_alliance", 0.0
    whole = means(window, "defence") or any(means([s], "deal") for s in window)
    substance = 1.0 if whole else _substance(window)
    if substance < _ENOUGH:
        return "no_industry", 0.0
    return ("no_tie", 0.0) if means(window, "untied") else ("", substance)


def _implied(window: Sequence[Act], *, elsewhere: bool) -> set[str]:
    """Name the parties that a report leaves to be understood, unless it names another that could be meant.

    "The alliance" beside the subject is NATO where Washington is not spoken of. In Korean, a body on arms with
    NATO is Seoul's.
    """
    hits = [hit for s in window for hit in s.hits]
    partners = any(hit.term[:3].upper() in {"IP4", "AP4"} for hit in hits)  # NATO's word
    alliance = having(window, "alliance") and not elsewhere and _substance(window) >= _ENOUGH
    natos = alliance or partners or means(window, "natos_programme")
    ours = window[0].lexicon.named.hold("korean_body", {hit.concept for hit in hits if hit.language == "ko"})
    return {side for side, so in (("nato", natos), ("korea", ours)) if so}


def _substance(window: Sequence[Act]) -> float:
    """How surely concepts together mean defence industry, 0 to 1: each adds to what the others leave open."""
    concepts = {hit.concept: s.lexicon.concepts[hit.concept] for s in window for hit in s.hits}
    return 1 - prod(1 - concept.substance for concept in concepts.values())


def _contrary(read: Sequence[Act], window: Sequence[Act]) -> float:
    """What speaks for another subject: most in the title, less in the lead; half against the body or a direct pair.

    Shares, drills and the like are another subject whatever stands beside them.
    """
    first = {hit.concept: s for s in reversed(read) for hit in s.having("contrary:")}  # where each is said first
    strong = having(window, "body", "korea_nato", "agency:")
    total = _twin(read)
    for name, sentence in first.items():
        share = 1.0 if sentence is read[0] else 0.5 if sentence.index < LEAD else 0.15
        half = strong and name not in sentence.lexicon.named["wholly",]
        total += share * sentence.lexicon.concepts[name].weight / (2 if half else 1)
    return total


def _twin(read: Sequence[Act]) -> float:
    """Another pair: Japan and NATO without Korea or the four, or Korea and the EU, a member, with NATO only further on.

    Title or first sentence name it.
    """
    title = read[:1]
    first = [*title, *(s for s in read[1:] if s.index == 0)]
    for weight, place in ((0.8, title), (0.5, first)):
        others = [hit for s in place for hit in s.having("country:", "contrary:twin", "place:tokyo") if not s.at(hit)]
        if others and not having(place, "korean"):
            return weight
    pair = having(title, "contrary:eu", "contrary:sale", "contrary:us_alliance")
    return 0.5 if pair and not having(first, "allied") else 0.0


def _rejection(item_id: str, read: Sequence[Act], reason: str) -> Rejection:
    found = tuple(hit for one in read for hit in one.hits)
    if reason == "contrary":
        against = [hit for s in read for hit in s.having("contrary:") or s.having("country:", "place:tokyo")]
        words = ", ".join(dict.fromkeys(f"{hit.term} ({hit.concept.rpartition(':')[2]})" for hit in against))
        return Rejection(item_id=item_id, reason=f"contrary: {words}", evidence=found)
    subject = having(read, "industry", "industry_word", "body", "body_word", "project:", "agency:")
    undecided = subject and having(read, "party")
    return Rejection(item_id=item_id, reason=reason, undecided=undecided, evidence=found if undecided else ())
