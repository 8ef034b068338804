"""The one door to what an item says: track, stage, act, date, place, actors, and whether it deserves an alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from extractors.calendar import Dated
from extractors.mention import act as verbs
from extractors.mention import day as when
from extractors.mention import policy
from extractors.mention.clause import FOUR, Clause, clauses
from extractors.mention.parts import Part, parts
from extractors.mention.relevance import Finding, detect, spoken_for
from extractors.mention.substance import substance
from extractors.mention.tracks import tracks_of
from extractors.model import Item
from extractors.story import Act, Domain, Mention, Rejection, Stage, Track
from extractors.words.concepts import ACTORS
from extractors.words.lexicon import Lexicon
from extractors.words.matcher import Hit
from extractors.words.sentences import LEAD, Sentence, evidence, ordinal_of, read

HORIZON: Final = timedelta(days=30)
_SUBJECTS: Final = ("body", "project:", "agency:", "posting")


def describe(item: Item, lexicon: Lexicon, *, horizon: timedelta = HORIZON) -> tuple[Mention, ...] | Rejection:
    """Say which acts of our subject one item tells, with their evidence (at least one), or why it tells none.

    `horizon` is the age at publication from which an act is a recap ("old_act") and no news.
    """
    understood = spoken_for(item)
    if not understood and not any(lexicon.interesting(text) for text in (item.title, item.summary, item.text)):
        return Rejection(item_id=item.item_id, reason="no_subject")
    sentences = read(item, lexicon)
    found = detect(item.item_id, sentences, lexicon, understood=understood)
    if isinstance(found, Rejection) and not (_goes_on(sentences) and found.reason != "no_subject"):
        return found
    rejection = found if isinstance(found, Rejection) else None
    lead = found if isinstance(found, Finding) else None
    acts = parts(item, clauses(sentences, item, lexicon), lead, lexicon)
    mentions = [_mention(item, act, sentences, lexicon, horizon) for act in acts]
    told = [one for n, one in enumerate(mentions) if one.alertable or (lead and not n and one.reason != policy.ASIDE)]
    if told:
        return tuple(replace(one, n=n) for n, one in enumerate(told))
    return rejection or Rejection(item_id=item.item_id, reason=policy.ASIDE, evidence=mentions[0].evidence)


def _goes_on(sentences: Sequence[Sentence]) -> bool:
    """Whether a text is long enough to tell more than its lead does."""
    return any(s.index >= LEAD for s in sentences)


def _mention(item: Item, part: Part, sentences: Sequence[Sentence], lexicon: Lexicon, horizon: timedelta) -> Mention:
    told = part.told
    tracks = tracks_of(told, lexicon)
    besides = (
        track for s in part.more if s.firm for track in tracks_of([s], lexicon)[:1] if track != Track.COOPERATION
    )
    verb = verbs.act_of(told, part.core, tracks[0])
    dated = when.date_of(verb.sentence, told, item, stage=verb.stage, horizon=horizon)
    stage = _settle(verb.stage, dated, item)
    alertable, reason = policy.judge(
        policy.Telling(item=item, told=told, verb=verb, stage=stage, dated=dated, track=tracks[0], horizon=horizon)
    )
    return Mention(
        item_id=item.item_id,
        track=tracks[0],
        tracks=tuple(dict.fromkeys((*tracks, *besides))),
        stage=stage,
        act=verb.act,
        alertable=alertable,
        reason=reason,
        score=part.score,
        event_date=dated[0] if dated else None,
        date_precision=dated[1] if dated else None,
        place=_place(verb.sentence, told),
        ordinal=ordinal_of(told) if verb.act == Act.SESSION else None,
        actors=_actors((*told, *part.more)),
        domains=_domains((*told, *part.more)),
        projects=_named(told, _SUBJECTS),
        moved=verb.moved,
        sentence=verb.sentence.text,
        substance=substance(verb.sentence, sentences),
        lexicon_version=lexicon.version,
        evidence=evidence((*told, *part.more)),
    )


def _settle(stage: Stage, dated: Dated | None, item: Item) -> Stage:
    """Let the date decide between held and scheduled, where the words have no tense (개최)."""
    today = item.local_day
    if dated is None or today is None or stage not in {Stage.HELD, Stage.OTHER}:
        return stage
    return Stage.SCHEDULED if (dated[0] - today).days > 1 else stage


def _named(told: Sequence[Sentence], groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return the concepts of some groups, in the order in which they are named first."""
    return tuple(dict.fromkeys(hit.concept for s in told for hit in s.having(*groups)))


def _actors(told: Sequence[Clause]) -> tuple[str, ...]:
    """Return who acts; the four partners each by name, whatever they were called."""
    return tuple(dict.fromkeys((*_named(told, ACTORS), *(FOUR if any(s.four for s in told) else ()))))


def _domains(told: Sequence[Sentence]) -> tuple[Domain, ...]:
    names = [concept.partition(":")[2] for concept in _named(told, ("domain:",))]
    if "agency:ac135" in _named(told, ("agency:",)):
        names.append("standardization")
    return tuple(dict.fromkeys(Domain("standardization" if name == "interoperability" else name) for name in names))


def _venue(sentence: Sentence, hit: Hit) -> bool:
    """Whether a capital's name is a place and not its government: "in Seoul", and no "Seoul, NATO agree"."""
    before = sentence.text[: hit.start - sentence.start]
    return (
        hit.concept != "place:seoul" or not hit.term.isascii() or bool(sentence.speech.clause("venue").search(before))
    )


def _place(sentence: Sentence, told: Sequence[Sentence]) -> str:
    for s in (sentence, *told):
        places = [hit.concept.partition(":")[2] for hit in s.having("place:") if _venue(s, hit)]
        abroad = [place for place in places if place != "seoul"]
        if places:
            return (abroad or places)[0]
    return ""
