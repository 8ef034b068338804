"""What was done: the verb that the track's own words go with, how firmly it is said, and the kind of act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from extractors.mention.sentence import WEAK, Sentence, apart, having
from extractors.story import Act, Evidence, Stage, Track
from extractors.words.text import is_cjk

_TURNED: Final = ("stage:postponed", "stage:cancelled")
_SESSIONS: Final = frozenset({Stage.SCHEDULED, Stage.HELD, Stage.OUTCOME})
_TEXTS: Final = frozenset({Stage.SIGNED, Stage.PROPOSED, Stage.AGREED})
_SHORT_OF: Final = frozenset({"stage:proposed", "stage:agreed"})
_TURN_REACH: Final = 90  # code points between a turn and the words for what it turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """The act an item reports: how far it got, its kind, the sentence that says it, how it is hedged."""

    stage: Stage
    act: Act
    sentence: Sentence
    hit: Evidence | None = None
    hedge: str = ""
    moved: bool = False


def act_of(told: Sequence[Sentence], core: Sequence[Sentence], track: Track, after: Sequence[Sentence] = ()) -> Verb:
    """Find the act in the title or the lead: firm before hedged, beside the track's words before anywhere.

    `after` are the sentences that go on about it: where they met and adopted a statement, the statement is the act.
    """
    title = told[0]
    calm = title.having("stage:") and not title.having(*_TURNED)
    verbs = [(s, hit) for s in told if (hit := main_verb(s, track, turns=s is title or not calm))]
    if not verbs:
        return _without(told, core)

    def worth(found: tuple[Sentence, Evidence]) -> float:
        s, hit = found
        turned, beside = hit.concept in _TURNED and s is title, bool(s.anchors(track))
        return s.weight + 0.3 * turned + 0.4 * beside + 0.2 * (s in core) - 0.5 * (s.hedge(hit) in WEAK)

    sentence, hit = _tensed(*max(verbs, key=worth), told, track)
    stage = _temper(Stage(hit.concept.partition(":")[2]), sentence, told, track)
    if stage == Stage.HELD and track == Track.IP4_PROJECTS and any(map(_adopts, (sentence, *after[:1]))):
        stage = Stage.AGREED
    moved = bool(sentence.pattern("<moved>").search(sentence.text)) and stage in {Stage.SCHEDULED, Stage.POSTPONED}
    act = _kind(stage, track, told, sentence)
    return Verb(stage=stage, act=act, sentence=sentence, hit=hit, hedge=sentence.hedge(hit), moved=moved)


def _tensed(sentence: Sentence, hit: Evidence, told: Sequence[Sentence], track: Track) -> tuple[Sentence, Evidence]:
    """A Korean headline's noun (개최) has no tense: where the lead says that it will be, it will be."""
    if sentence.field != "title" or hit.concept != "stage:held" or not is_cjk(hit.term[0]):
        return sentence, hit
    leads = ((lead, verb) for lead in told[1:] if lead.anchors(track) and (verb := main_verb(lead, track)))
    lead, verb = next(leads, (sentence, hit))
    return (lead, verb) if verb.concept == "stage:scheduled" else (sentence, hit)


def _without(told: Sequence[Sentence], core: Sequence[Sentence]) -> Verb:
    """Without any verb: a document's name says that there is one, else the act is none of the known."""
    for one in told[:2]:
        document = one.having("statement") if one.field == "title" or one.four or _signed(one) else ()
        if document and not one.having("hedge:"):
            return Verb(stage=Stage.AGREED, act=Act.DOCUMENT, sentence=one, hit=document[0])
    for one in told[:2]:
        if posted := one.having("posting"):
            return Verb(stage=Stage.HELD, act=Act.SESSION, sentence=one, hit=posted[0])
    for one in told:
        if one.pattern("<moved>").search(one.text) and one.having("session_word", "body"):
            # "일정이 17일로 변경됐다": a plan stands, for another day
            return Verb(stage=Stage.SCHEDULED, act=Act.SESSION, sentence=one, moved=True)
    return Verb(stage=Stage.OTHER, act=Act.OTHER, sentence=(*core, *told)[0])


def _adopts(one: Sentence) -> bool:
    return bool(one.having("statement")) and bool(one.firm & {"stage:agreed", "stage:signed"})


def _signed(one: Sentence) -> bool:
    return one.sides >= {"korea", "nato"} and bool(one.having("agency:", "office:"))


def main_verb(sentence: Sentence, track: Track, *, turns: bool = True) -> Evidence | None:
    """The verb of the clause that has the track's words; a turn beside them comes first, for it reverses the others."""
    verbs = sentence.having("stage:")
    anchors = (*sentence.anchors(track), *sentence.having("session_word"))
    for verb in verbs if turns else ():
        near = verb.concept in _TURNED and any(apart(verb, anchor) <= _TURN_REACH for anchor in anchors)
        if near and sentence.hedge(verb) != "negated":
            return verb
    calm = [verb for verb in verbs if verb.concept not in _TURNED]
    clause = [verb for verb in calm if any(sentence.same_clause(verb, anchor) for anchor in anchors)] or calm
    firm = [verb for verb in clause if not sentence.hedge(verb)] or clause
    return _head(sentence, firm) if firm else None


def _head(sentence: Sentence, verbs: Sequence[Evidence]) -> Evidence:
    """The main verb: the last where verbs end the sentence (Korean), a signature before others; else the first."""
    if not is_cjk(verbs[0].term[0]):
        return verbs[0]
    formal = [verb for verb in verbs if verb.concept in {"stage:signed", "stage:joined"}]
    for verb, following in pairwise(verbs):  # 가입 신청, 가입 합의: asked and agreed to join
        if verb in formal and following.start - verb.end <= 1 and following.concept in _SHORT_OF:
            return following
    saying = sentence.pattern("<saying>")  # what its own verb did: 開くと発表した
    return (formal or [verb for verb in verbs if not saying.fullmatch(verb.term)] or verbs)[-1]


def _temper(stage: Stage, sentence: Sentence, told: Sequence[Sentence], track: Track) -> Stage:
    """Take a verb for what it means: a pact "signed" in principle is agreed, a session that agrees was held."""
    called = having(told[:2], "call") and stage not in {Stage.SIGNED, Stage.JOINED}
    if called or sentence.having("hedge:declined"):
        return Stage.OTHER
    if stage == Stage.SIGNED and sentence.having("hedge:principle"):
        return Stage.AGREED
    return _of_the_body(stage, sentence, told) if track == Track.CONSULTATION_BODY else stage


def _of_the_body(stage: Stage, sentence: Sentence, told: Sequence[Sentence]) -> Stage:
    """Tell a session's outcome, its date's being agreed, and the body's founding from one another."""
    numbered = any(s.number for s in told[:3])
    if stage in {Stage.AGREED, Stage.SIGNED} and numbered and having(told[:2], "statement"):
        return Stage.OUTCOME
    if stage == Stage.AGREED and numbered:
        verb = main_verb(told[0], Track.CONSULTATION_BODY)
        ahead = sentence.having("stage:scheduled") and not having(told[:2], "stage:held")
        if ahead or (verb and verb.concept == "stage:scheduled"):
            return Stage.SCHEDULED
    if stage == Stage.SCHEDULED and not numbered and _founds(sentence, told[1:2]):
        return Stage.AGREED
    session = any(s.having("stage:held") and s.number for s in told[:2])
    return Stage.HELD if stage == Stage.AGREED and session else stage


def _founds(sentence: Sentence, lead: Sequence[Sentence]) -> bool:
    """Whether "to open" is said of a body that was agreed on: "Seoul and NATO to open talks; they agreed …"."""
    opens = any(sentence.pattern("<opens>").fullmatch(verb.term) for verb in sentence.having("stage:scheduled"))
    return opens and any("stage:agreed" in s.firm for s in lead)


def _kind(stage: Stage, track: Track, told: Sequence[Sentence], sentence: Sentence) -> Act:
    """The kind of act that a stage on a track is; of a telephone call, none of the known."""
    called = having(told[:2], "call")
    sitting = stage in _SESSIONS or (stage == Stage.OTHER and any(s.number for s in told[:2]))
    if track == Track.CONSULTATION_BODY and sitting and not called:
        return Act.SESSION
    if stage == Stage.JOINED:
        return Act.MEMBERSHIP
    if called:
        return Act.OTHER
    if stage in _TEXTS:
        return Act.MEMBERSHIP if track == Track.NATO_PROJECTS and stage != Stage.SIGNED else Act.DOCUMENT
    met = sentence.having("call", "meeting") or stage == Stage.OTHER
    return Act.OTHER if met and not having(told[:2], "session_word") else Act.SESSION
