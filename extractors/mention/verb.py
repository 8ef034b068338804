"""What was done: the verb that the track's own words go with, how firmly it is said, and the kind of act."""

from collections.abc import Sequence
from itertools import islice, pairwise, starmap
from typing import Final

from extractors.calendar import last_day
from extractors.ladder import LADDERS, TURNS
from extractors.mention.act import BREAK, LEAD, WEAK, Act, apart, having, means
from extractors.story import Act as Kind
from extractors.story import DatePrecision, Evidence, Stage, Track
from extractors.words.text import is_cjk

_TURNED: Final = ("stage:postponed", "stage:cancelled")
_FORMAL: Final = frozenset({"stage:signed", "stage:joined"})
_VERB_LAST: Final = frozenset({"de", "nl", "tr"})  # read by their first verb, they can end with the one that counts
_OBJECT: Final = 24  # code points between a turn and the paper, signature or accession that it turns: 서명 연기
_TURN_REACH: Final = 90  # code points between a turn and the words for what it turns


def verb_of(told: Sequence[Act], core: Sequence[Act], track: Track) -> tuple[Act, Evidence | None, Stage, Kind]:
    """Find the act, its verb and what that means: firm before hedged, beside the track's words before anywhere."""
    title = told[0]
    calm = title.verbs and not any(verb.concept in _TURNED for verb in title.verbs)
    called = title.having("call")  # it is the act, whatever the two agreed on to follow
    telling = [act for act in told if act.having("call")] if called else told
    verbs = [(act, verb) for act in telling if (verb := main_verb(act, track, turns=not calm))]
    if not verbs:
        return (telling[-1], None, Stage.OTHER, Kind.OTHER) if called else _without(told, core)

    def worth(found: tuple[Act, Evidence]) -> float:
        act, verb = found
        turned, beside = verb.concept in _TURNED and act is title, bool(act.anchors(track))
        return act.weight + 0.3 * turned + 0.4 * beside + 0.2 * (act in core) - 0.5 * (act.verbs[verb] in WEAK)

    act, verb = _below(*max(verbs, key=worth), told, track)
    stage = _temper(Stage(verb.concept.partition(":")[2]), act, told, track)
    if f"stage:{stage}" == verb.concept and _to_come(act, verb):
        same = ((s, one) for s in told[1:LEAD] for one in s.verbs if one.concept == verb.concept)
        stage = Stage.SCHEDULED if all(starmap(_to_come, same)) else stage
    adopted = act.having("statement") and act.firm & {"stage:agreed", "stage:signed"}
    stage = (
        Stage.AGREED if adopted and stage == Stage.HELD and track == Track.IP4_PROJECTS else stage
    )  # they met for it
    return act, verb, stage, _kind(stage, track, told, act)


def _below(act: Act, verb: Evidence, told: Sequence[Act], track: Track) -> tuple[Act, Evidence]:
    """The verb that says more exactly below what a title's tells.

    A Korean headline's noun (개최, 서명) has no tense: where the lead says that it will be, it will be. What a title
    says was agreed or extended was signed where the lead says so, and neither that it will be.
    """
    title = act is told[0]
    if is_cjk(verb.term[0]) and (verb.concept == "stage:held" or (title and verb.concept in _FORMAL)):
        leads = ((lead, ahead) for lead in told[1:] if lead.anchors(track) and (ahead := main_verb(lead, track)))
        exact = [found for found in islice(leads, 1) if found[1].concept == "stage:scheduled"]
    else:
        agreed = title and verb.concept == "stage:agreed" and track != Track.CONSULTATION_BODY
        plan = not agreed or any(_to_come(act, one) for one in act.verbs)
        done = [one for one in told[1:LEAD] if not plan and "stage:scheduled" not in one.firm]
        firm = [(one, said) for one in done for said, hedge in one.verbs.items() if not hedge]
        exact = [(one, said) for one, said in firm if said.concept == "stage:signed" and not _to_come(one, said)]
    return exact[0] if exact else (act, verb)


def _to_come(act: Act, verb: Evidence) -> bool:
    """Whether a verb that may tell a plan as well stands beside a day ahead: 5월 서명, "unterzeichnen am 11. Mai"."""
    days = act.lexicon.days(act.item.language).found(act.text, act.today, ahead=False)
    ahead = [place for place, (day, _) in days if day > act.today]
    marked = (f"{act.text[: place.start]}§{act.text[place.stop :]}" for place in ahead)
    return any(verb.term in beside[0] for text in marked if (beside := act.pattern("<to_come>").search(text)))


def _without(told: Sequence[Act], core: Sequence[Act]) -> tuple[Act, Evidence | None, Stage, Kind]:
    """Without any verb, the weaker way: a document's name says that there is one, else the act is none of the known."""
    for act in told:
        formal = act.field == "title" or act.having("agency:", "office:")
        if act in told[:2] and formal and (document := act.having("statement")) and not act.having("hedge:"):
            return act, document[0], Stage.AGREED, Kind.DOCUMENT
        if act in told[:2] and (posted := act.having("posting:")):
            return act, posted[0], Stage.HELD, Kind.SESSION
        if act.pattern("<moved>").search(act.text) and act.having("session_word", "body"):
            return act, None, Stage.SCHEDULED, Kind.SESSION  # "일정이 17일로 변경됐다": it stands, for another day
    return (*core, *told)[0], None, Stage.OTHER, Kind.OTHER


def main_verb(act: Act, track: Track, *, turns: bool = True) -> Evidence | None:
    """The verb of the clause that has the track's words; a turn beside them comes first, for it reverses the others."""
    verbs = [*act.verbs]
    anchors = (*act.anchors(track), *act.having("session_word"))
    for verb in (one for one in verbs if turns and one.concept in _TURNED):
        around = [anchor for anchor in anchors if apart(verb, anchor) <= _TURN_REACH]
        turned = [hit for hit in act.having("statement", *_FORMAL) if apart(verb, hit) <= _OBJECT]
        # Who calls off talks after a signature turns no paper: then what is turned stands in the turn's phrase.
        beside = any(act.same_clause(verb, hit, BREAK) for hit in [*around, *turned])
        near = beside or (around and not act.firm & _FORMAL)
        elsewhere = any(0 <= place.start - verb.end <= 1 for place in act.having("place:"))  # "moved to Seoul"
        if near and not elsewhere and act.verbs[verb] != "negated":
            return verb
    calm = [verb for verb in verbs if verb.concept not in _TURNED]
    clause = [verb for verb in calm if any(act.same_clause(verb, anchor) for anchor in anchors)] or calm
    firm = [verb for verb in clause if not act.verbs[verb]] or clause
    return _head(act, firm) if firm else None


def _head(act: Act, verbs: Sequence[Evidence]) -> Evidence:
    """The main verb: the last where verbs end the sentence (Korean), a signature before others; else the first."""
    formal = [verb for verb in verbs if verb.concept in _FORMAL]
    if not is_cjk(verbs[0].term[0]):  # "results" are no verb of their own, nor is den Beitritt … beantragt
        asked = [verb for verb in verbs if verb.concept == "stage:proposed" and act.item.language in _VERB_LAST]
        main = asked if verbs[0].concept == "stage:joined" else formal if verbs[0].concept == "stage:outcome" else []
        return [*main, *verbs][0]
    for verb, following in pairwise(verbs):  # 가입 신청, 가입 합의, 申请加入: asked and agreed to join
        short = [one for one in (verb, following) if one.concept in {"stage:proposed", "stage:agreed"}]
        if len(short) == 1 and {verb, following} & {*formal} and following.start - verb.end <= 1:
            return short[0]
    saying = act.pattern("<saying>")  # what its own verb did: 開くと発表した
    return (formal or [verb for verb in verbs if not saying.fullmatch(verb.term)] or verbs)[-1]


def _temper(stage: Stage, act: Act, told: Sequence[Act], track: Track) -> Stage:
    """Take a verb for what it means: a pact "signed" in principle is agreed, a session that agrees was held.

    Of the body it tells a session's outcome, its date's being agreed, and the body's founding from one another.
    """
    lead, numbered = told[:2], any(s.number for s in told[:3])
    if having(lead, "call") or act.having("hedge:declined"):
        return Stage.OTHER
    if stage == Stage.SIGNED and act.having("hedge:principle"):
        return Stage.AGREED
    if track != Track.CONSULTATION_BODY or stage not in {Stage.AGREED, Stage.SIGNED}:
        return stage
    if numbered and having(lead, "statement"):
        return Stage.OUTCOME
    if stage == Stage.AGREED and numbered:
        verb = main_verb(told[0], track)
        ahead = not having(lead, "stage:held") and _is_ahead(act, told[0])
        if ahead or (verb and verb.concept == "stage:scheduled"):
            return Stage.SCHEDULED
    session = any(s.having("stage:held", "meeting") and s.number for s in lead)
    return Stage.HELD if stage == Stage.AGREED and session else stage


def _is_ahead(act: Act, title: Act) -> bool:
    """Whether a day ahead is agreed on, in the title or without a day gone by: on Tuesday they agreed what shall be."""
    near, far = act.when(act.pattern("<said>").sub(" ", act.text), ahead=False), act.when(ahead=True)
    met = any(day <= act.today and precision == DatePrecision.DAY for day, precision in near)
    days = [*title.when(ahead=False), *([] if met else [*near, *(one for one in far if one[1] != DatePrecision.DAY)])]
    return any(last_day(dated) > act.today for dated in days)


def _kind(stage: Stage, track: Track, told: Sequence[Act], act: Act) -> Kind:
    """The kind of act that a stage on a track is; of a telephone call, none of the known."""
    if track == Track.CONSULTATION_BODY and stage in LADDERS[Kind.SESSION]:
        return Kind.SESSION
    if stage == Stage.JOINED:
        return Kind.MEMBERSHIP
    if stage in {Stage.SIGNED, Stage.PROPOSED, Stage.AGREED}:
        return Kind.MEMBERSHIP if track == Track.NATO_PROJECTS and stage != Stage.SIGNED else Kind.DOCUMENT
    if stage == Stage.SCHEDULED or stage in TURNS:  # of a signature, an accession
        for kind, meaning in ((Kind.DOCUMENT, "paper"), (Kind.MEMBERSHIP, "accession")):
            if means((act, told[0]), meaning):
                return kind
    called, met = having(told[:2], "call"), act.having("call", "meeting") or stage == Stage.OTHER
    return Kind.OTHER if called or (met and not having(told[:2], "session_word")) else Kind.SESSION
