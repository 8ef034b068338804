"""Does an item speak of our subject: Korea, the alliance, defence industry, and something that ties them together.

The four must meet: in the title, in a sentence, in the lead. What speaks for another subject (the EU, one
member state's purchase, shares) takes from the score as far as it is prominent, and never decides alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Final
from urllib.parse import urlsplit

from extractors.model import Item
from extractors.story import Rejection
from extractors.words.concepts import Concept
from extractors.words.lexicon import Lexicon
from extractors.words.matcher import Hit
from extractors.words.sentences import LEAD, Sentence, evidence, sides_of

THRESHOLD: Final = 0.5
_ENOUGH: Final = 0.7  # substance from which words are about defence industry
_TIES: Final = (
    "relation", "statement", "delegation", "call", "meeting", "body", "body_word", "session_word", "stage:", "project:",
    "hedge:courtesy",
)  # fmt: skip
_WITH: Final = frozenset({"ip4", "korea_nato", "nato"})
_FIELDS: Final = frozenset({"domain:munitions", "domain:space", "domain:air", "domain:supply_chain", "domain:rnd"})
"""Fields in which one joins NATO's projects, and drills less often."""
_FORMS: Final = frozenset({"korea_nato", "body_word", "statement", "delegation"})
"""What makes an industry spoken of by Korea and NATO that of defence."""
_WHOLLY: Final = frozenset({"contrary:shares", "contrary:exercise"})
_BILATERAL: Final = frozenset({"contrary:sale", "contrary:adjective"})
"""Another state's name, and NATO's as an adjective: a body may be theirs."""
_ELSEWHERE: Final = ("contrary:us_alliance", "place:washington", "contrary:adjective")
"""What "the alliance" may mean instead of NATO: Seoul's with Washington, an Asian NATO."""
_OTHERS: Final = ("country:", "contrary:twin", "contrary:eu", "contrary:sale", *_ELSEWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What makes an item relevant: the sentences in which the four meet, best first place, and the score."""

    score: float
    core: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Sentences read together, and how much it counts that the four meet only there."""

    sentences: tuple[Sentence, ...]
    weight: float


def detect(
    item_id: str, read: Sequence[Sentence], lexicon: Lexicon, *, understood: Collection[str] = ()
) -> Finding | Rejection:
    """Judge one item's sentences; a rejection names the first of the four that is missing.

    `understood` are the sides that need not be named: `spoken_for`.
    """
    best: tuple[float, Window] | None = None
    lacks: list[str] = []
    lead = [s for s in read if s.field == "title" or s.index < LEAD]
    others = frozenset(hit.concept for s in lead for hit in s.having(*_OTHERS) if not _of_members(hit, lexicon))
    for window in windows(read):
        missing, strength = _compose(window, lexicon, others, understood)
        if missing:
            lacks.append(missing)
        elif best is None or strength * window.weight > best[0]:
            best = strength * window.weight, window
    if best is None:
        return _rejection(item_id, read, lacks, lexicon)
    score = best[0] - contrary(read, best[1], lexicon)
    if score < THRESHOLD:
        return _rejection(item_id, read, ["contrary"], lexicon)
    return Finding(score=round(score, 3), core=best[1].sentences)


def finding(told: Sequence[Sentence], lexicon: Lexicon) -> Finding | None:
    """Judge the sentences of one act further on by themselves, the first as if it were a title."""
    others = frozenset(hit.concept for s in told[:1] for hit in s.having(*_OTHERS) if not _of_members(hit, lexicon))
    for reach in range(1, len(told) + 1):
        window = Window(sentences=tuple(told[:reach]), weight=1.0)
        missing, strength = _compose(window, lexicon, others, ())
        if not missing:
            score = strength - contrary(told[:reach], window, lexicon)
            return Finding(score=round(score, 3), core=window.sentences) if score >= THRESHOLD else None
    return None


def spoken_for(item: Item) -> frozenset[str]:
    """Return the sides that an item's outlet speaks for, and need not name: NATO's newsroom says "the Alliance"."""
    try:  # asked of every item, so the address is taken apart only where it can be NATO's
        host = (urlsplit(item.url).hostname or "") if "nato.int" in item.url.lower() else ""
    except ValueError:
        host = ""
    own = item.outlet.casefold() == "nato" or host == "nato.int" or host.endswith(".nato.int")
    return frozenset({"nato"}) if own else frozenset()


def _of_members(hit: Hit, lexicon: Lexicon) -> bool:
    """Whether NATO's name as an adjective is of its own members, and of no Asian NATO."""
    return hit.concept == "contrary:adjective" and not lexicon.speech(hit.language).clause("asian").search(hit.term)


def windows(read: Sequence[Sentence]) -> list[Window]:
    """Every sentence, each with its neighbour, the title with each of the lead, the whole lead."""
    title = [s for s in read if s.field == "title"]
    rest = [s for s in read if s.field != "title"]
    found = [Window(sentences=(s,), weight=s.weight) for s in read]
    found += [Window(sentences=(a, b), weight=0.9 * b.weight) for a, b in pairwise(rest) if a.field == b.field]
    found += [Window(sentences=(*title, s), weight=0.95 * s.weight) for s in rest if s.index < LEAD]
    for field in ("summary", "text"):
        lead = tuple(s for s in rest if s.field == field and s.index < LEAD)
        found.append(Window(sentences=(*title, *lead), weight=0.8 if field == "summary" else 0.65))
    return found


def _compose(
    window: Window, lexicon: Lexicon, others: frozenset[str], understood: Collection[str]
) -> tuple[str, float]:
    """Say which of the four is missing, or how strong their meeting is."""
    hits = [hit for s in window.sentences for hit in s.hits]
    concepts = {hit.concept: lexicon.concepts[hit.concept] for hit in hits}
    sides = {concept.side for concept in concepts.values()} | _implied(hits, concepts, others) | {*understood}
    if not sides & {"korea", "both", "ip4"}:
        return "no_korea", 0.0
    if not sides & {"nato", "both"}:
        return "no_alliance", 0.0
    substance = substance_of(concepts.values())
    if _together(concepts.keys()):
        substance = 1.0
    if substance < _ENOUGH:
        return "no_industry", 0.0
    tied = any(name.startswith(tie) for name in concepts for tie in _TIES)
    if not tied and any(name.startswith("contrary:") for name in concepts):
        return "no_tie", 0.0
    return "", substance


def _implied(hits: Sequence[Hit], concepts: Mapping[str, Concept], others: frozenset[str]) -> set[str]:
    """Name the parties that a report leaves to be understood, unless it names another that could be meant.

    "The alliance" beside the subject is NATO where Washington is not spoken of. In Korean, a body on arms with
    NATO is Seoul's.
    """
    implied = set()
    elsewhere = others & {"country:us", *_ELSEWHERE}
    partners = any(hit.concept == "ip4" and hit.term[:3].upper() in {"IP4", "AP4"} for hit in hits)  # NATO's word
    if ("alliance" in concepts and not elsewhere and substance_of(concepts.values()) >= _ENOUGH) or partners:
        implied.add("nato")
    if not others - {*_ELSEWHERE}:
        korean = {hit.concept for hit in hits if hit.language == "ko"}
        if "body" in korean or ("industry" in korean and "body_word" in korean):
            implied.add("korea")
    return implied


def _together(names: Collection[str]) -> bool:
    """What is defence industry only in company: a body on arms; a project of the alliance and the four, in a field."""
    have = set(names)
    body = "body_word" in have and have & {"weapons", "domain:munitions", "domain:supply_chain", "domain:procurement"}
    guarded = have & {"project:undersea", "project:cbrn"} and have & {"ip4", "korea_nato"}
    if body or (guarded and "project:itpp" not in have):
        return True
    if "industry_word" in have and have & _FORMS:
        return True
    plain = not any(name.startswith("contrary:") for name in have)
    texts = {"weapons", "statement"} <= have or ("domain:munitions" in have and have & {"relation", "statement"})
    joins = have & {"stage:joined", "stage:signed"} and have & _FIELDS and have & {"nato", "korea_nato"}
    if plain and (texts or (joins and "project:itpp" not in have)):
        return True
    if "ip4" in have and have & {"domain:munitions", "domain:supply_chain", "domain:procurement"}:
        return True
    other = ("project:itpp" in have and "industry" not in have) or "contrary:ukraine_aid" in have
    if other or not have & {"project:word", "project:joint", "project:flagship"} or not have & _WITH:
        return False
    fields = {name for name in have if name.startswith("domain:") or name == "weapons"}
    return bool(fields - {"domain:cyber", "domain:training"} or have & {"project:undersea", "project:cbrn"})


def substance_of(concepts: Iterable[Concept]) -> float:
    """How surely concepts together mean defence industry, 0 to 1: each adds to what the others leave open."""
    return 1 - prod(1 - concept.substance for concept in concepts)


def contrary(read: Sequence[Sentence], window: Window, lexicon: Lexicon) -> float:
    """What speaks for another subject: most in the title, less in the lead; half against the body or a direct pair.

    Shares, drills and the like are another subject whatever stands beside them.
    """
    total = 0.0
    strong = any(s.having("body", "korea_nato") for s in window.sentences)
    pair = any(s.having("korea_nato") for s in window.sentences)
    seen: set[str] = set()
    for sentence in read:
        for hit in sentence.having("contrary:"):
            if hit.concept not in seen:
                seen.add(hit.concept)
                share = 1.0 if sentence is read[0] else 0.5 if sentence.index < LEAD else 0.15
                half = strong and hit.concept not in _WHOLLY and (pair or hit.concept not in _BILATERAL)
                total += share * lexicon.concepts[hit.concept].weight / (2 if half else 1)
    return total + _twin(read, lexicon)


def _twin(read: Sequence[Sentence], lexicon: Lexicon) -> float:
    """Another pair: Japan and NATO without Korea or the four, or Korea and the EU, a member, with NATO only further on.

    Title or first sentence name it.
    """
    title = list(read[:1])
    first = [*title, *(s for s in read[1:] if s.field == "summary" and s.index == 0)]
    for weight, place in ((0.8, title), (0.5, first)):
        sides = sides_of(place, lexicon)
        others = any(s.having("country:", "contrary:twin", "place:tokyo") for s in place)
        if others and not sides & {"korea", "both", "ip4"}:
            return weight
    sides = sides_of(first, lexicon)
    pair = any(s.having("contrary:eu", "contrary:sale", "contrary:us_alliance") for s in title)
    return 0.5 if pair and not sides & {"nato", "both", "ip4"} and not any(s.having("alliance") for s in first) else 0.0


def _rejection(item_id: str, read: Sequence[Sentence], lacks: Sequence[str], lexicon: Lexicon) -> Rejection:
    order = ["contrary", "no_tie", "no_industry", "no_alliance", "no_korea"]
    reason = min(lacks, key=order.index, default="no_korea")
    party = any(
        lexicon.concepts[hit.concept].side or hit.concept in {"alliance", "body"} for one in read for hit in one.hits
    )
    subject = any(s.having("industry", "industry_word", "body", "body_word", "project:", "agency:") for s in read)
    if reason == "contrary":
        return Rejection(item_id=item_id, reason=f"contrary: {_against(read)}", evidence=evidence(read))
    undecided = party and subject
    return Rejection(item_id=item_id, reason=reason, undecided=undecided, evidence=evidence(read) if undecided else ())


def _against(read: Sequence[Sentence]) -> str:
    """Say which words speak for another subject."""
    hits = [hit for s in read for hit in s.having("contrary:") or s.having("country:", "place:tokyo")]
    return ", ".join(dict.fromkeys(f"{hit.term} ({hit.concept.rpartition(':')[2]})" for hit in hits))
