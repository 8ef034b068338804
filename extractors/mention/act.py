"""What was done: the verb that the track's own words go with, how firmly it is said, and the kind of act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from extractors.mention.clause import WEAK, Clause, apart, hedge_of, same_clause
from extractors.story import Act, Stage, Track
from extractors.words.matcher import Hit
from extractors.words.text import is_cjk

_TURNED: Final = ("stage:postponed", "stage:cancelled")
_SESSIONS: Final = frozenset({Stage.SCHEDULED, Stage.HELD, Stage.OUTCOME})
_SHORT_OF: Final = frozenset({"stage:proposed", "stage:agreed"})
_TURN_REACH: Final = 90  # code points between a turn and the words for what it turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """The act an item reports: how far it got, its kind, the sentence that says it, how it is hedged."""

    stage: Stage
    act: Act
    sentence: Clause
    hit: Hit | None
    hedge: str = ""
    moved: bool = False


def act_of(told: Sequence[Clause], core: Sequence[Clause], track: Track) -> Verb:
    """Find the act in the title or the lead: firm before hedged, beside the track's words before anywhere."""
    best: tuple[float, Clause, Hit] | None = None
    calm = told[0].having("stage:") and not told[0].having(*_TURNED)
    for sentence in told:
        hit = main_verb(sentence, track, turns=sentence is told[0] or not calm)
        if hit is not None:
            worth = (
                sentence.weight
                + 0.3 * (hit.concept in _TURNED and sentence is told[0])
                + 0.4 * bool(sentence.anchors(track))
                + 0.2 * (sentence in core)
            )
            worth -= 0.5 * (hedge_of(sentence, hit) in WEAK)
            if best is None or worth > best[0]:
                best = worth, sentence, hit
    if best is None:
        return _without(told, core)
    sentence, hit = _tensed(best[1], best[2], told, track)
    stage = _temper(Stage(hit.concept.partition(":")[2]), sentence, told, track)
    act = kind(stage, track, told, sentence)
    moved = bool(sentence.speech.clause("moved").search(sentence.text)) and stage in {Stage.SCHEDULED, Stage.POSTPONED}
    return Verb(stage=stage, act=act, sentence=sentence, hit=hit, hedge=hedge_of(sentence, hit), moved=moved)


def _tensed(sentence: Clause, hit: Hit, told: Sequence[Clause], track: Track) -> tuple[Clause, Hit]:
    """A Korean headline's noun (개최) has no tense: where the lead says that it will be, it will be."""
    if sentence.field != "title" or hit.concept != "stage:held" or not is_cjk(hit.term[0]):
        return sentence, hit
    for lead in told[1:]:
        verb = main_verb(lead, track)
        if verb is not None and lead.anchors(track):
            return (lead, verb) if verb.concept == "stage:scheduled" else (sentence, hit)
    return sentence, hit


def _without(told: Sequence[Clause], core: Sequence[Clause]) -> Verb:
    """Without any verb: a document's name says that there is one, else the act is none of the known."""
    for sentence in told:
        if sentence.having("statement") and sentence.field == "title":
            return Verb(stage=Stage.AGREED, act=Act.DOCUMENT, sentence=sentence, hit=sentence.having("statement")[0])
    moved = next(
        (one for one in told if one.speech.clause("moved").search(one.text) and one.having("session_word", "body")),
        None,
    )
    if moved is not None:  # "일정이 17일로 변경됐다": a plan stands, for another day
        return Verb(stage=Stage.SCHEDULED, act=Act.SESSION, sentence=moved, hit=None, moved=True)
    return Verb(stage=Stage.OTHER, act=Act.OTHER, sentence=(*core, *told)[0], hit=None)


def main_verb(sentence: Clause, track: Track, *, turns: bool = True) -> Hit | None:
    """The verb of the clause that has the track's words; a turn beside them comes first, for it reverses the others."""
    verbs = sentence.having("stage:")
    if not verbs:
        return None
    anchors = (*sentence.anchors(track), *sentence.having("session_word"))
    for verb in verbs if turns else ():
        near = verb.concept in _TURNED and any(apart(verb, a) <= _TURN_REACH for a in anchors)
        if near and hedge_of(sentence, verb) != "negated":
            return verb
    calm = tuple(v for v in verbs if v.concept not in _TURNED)
    clause = [v for v in calm if any(same_clause(sentence, v, anchor) for anchor in anchors)] or calm
    firm = [v for v in clause if not hedge_of(sentence, v)] or clause
    return _head(sentence, firm) if firm else None


def _head(sentence: Clause, verbs: Sequence[Hit]) -> Hit:
    """The main verb: the last where verbs end the sentence (Korean), a signature before others; else the first."""
    if not is_cjk(verbs[0].term[0]):
        return verbs[0]
    formal = [verb for verb in verbs if verb.concept in {"stage:signed", "stage:joined"}]
    for verb, following in pairwise(verbs):  # 가입 신청, 가입 합의: asked and agreed to join
        if verb in formal and following.start - verb.end <= 1 and following.concept in _SHORT_OF:
            return following
    saying = sentence.speech.clause("saying")  # what its own verb did: 開くと発表した
    return (formal or [verb for verb in verbs if not saying.fullmatch(verb.term)] or verbs)[-1]


def _temper(stage: Stage, sentence: Clause, told: Sequence[Clause], track: Track) -> Stage:
    """Take a verb for what it means: a pact "signed" in principle is agreed, a session that agrees was held."""
    if sentence.having("hedge:declined") or (_called(told) and stage not in {Stage.SIGNED, Stage.JOINED}):
        return Stage.OTHER
    if stage == Stage.SIGNED and sentence.having("hedge:principle"):
        return Stage.AGREED
    return _of_the_body(stage, sentence, told) if track == Track.CONSULTATION_BODY else stage


def _of_the_body(stage: Stage, sentence: Clause, told: Sequence[Clause]) -> Stage:
    """Tell a session's outcome, its date's being agreed, and the body's founding from one another."""
    track = Track.CONSULTATION_BODY
    numbered = any(s.number for s in told[:3])
    if stage in {Stage.AGREED, Stage.SIGNED} and numbered and any(s.having("statement") for s in told[:2]):
        return Stage.OUTCOME
    ahead = sentence.having("stage:scheduled") and not any(s.having("stage:held") for s in told[:2])
    if stage == Stage.AGREED and numbered and (ahead or _planned(told[0], track)):
        return Stage.SCHEDULED
    if stage == Stage.SCHEDULED and not numbered and len(told) > 1 and _founds(sentence, told[1]):
        return Stage.AGREED
    session = any(s.having("stage:held") and s.number for s in told[:2])
    return Stage.HELD if stage == Stage.AGREED and session else stage


def _planned(sentence: Clause, track: Track) -> bool:
    verb = main_verb(sentence, track)
    return verb is not None and verb.concept == "stage:scheduled"


def _founds(sentence: Clause, lead: Clause) -> bool:
    """Whether "to open" is said of a body that was agreed on: "Seoul and NATO to open talks; they agreed …"."""
    opening = sentence.speech.clause("opens")
    opens = any(opening.fullmatch(verb.term) for verb in sentence.having("stage:scheduled"))
    return opens and "stage:agreed" in lead.firm


def _called(told: Sequence[Clause]) -> bool:
    """Whether the act is a telephone call: the title or the first sentence says so."""
    return any(s.having("call") for s in told[:2])


def kind(stage: Stage, track: Track, told: Sequence[Clause], sentence: Clause) -> Act:
    """The kind of act that a stage on a track is."""
    session = any(s.having("session_word") for s in told[:2])
    sitting = stage in _SESSIONS or (stage == Stage.OTHER and any(s.number for s in told[:2]))
    if track == Track.CONSULTATION_BODY and sitting and not _called(told):
        return Act.SESSION
    if stage == Stage.JOINED:
        return Act.MEMBERSHIP
    if _called(told):
        return Act.OTHER
    if stage in {Stage.SIGNED, Stage.PROPOSED, Stage.AGREED}:
        return Act.MEMBERSHIP if track == Track.NATO_PROJECTS and stage != Stage.SIGNED else Act.DOCUMENT
    if (sentence.having("call", "meeting") or stage == Stage.OTHER) and not session:
        return Act.OTHER
    return Act.SESSION
