"""The one door to what an item says: track, stage, act, date, place, actors, and whether it deserves an alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from extractors.calendar import Dated
from extractors.mention import act as verbs
from extractors.mention import policy
from extractors.mention.day import date_of
from extractors.mention.formal import Telling
from extractors.mention.parts import Part, parts
from extractors.mention.relevance import Finding, detect, spoken_for
from extractors.mention.sentence import FOUR, LEAD, Sentence, read
from extractors.mention.substance import substance
from extractors.mention.tracks import tracks_of
from extractors.model import Item
from extractors.story import Act, Domain, Evidence, Mention, Rejection, Stage, Track
from extractors.words.concepts import ACTORS
from extractors.words.lexicon import Lexicon

HORIZON: Final = timedelta(days=30)
_SUBJECTS: Final = ("body", "project:", "agency:", "posting")
_STANDARDS: Final = {"interoperability": "standardization", "ac135": "standardization"}


def describe(item: Item, lexicon: Lexicon, *, horizon: timedelta = HORIZON) -> tuple[Mention, ...] | Rejection:
    """Say which acts of our subject one item tells, with their evidence (at least one), or why it tells none.

    `horizon` is the age at publication from which an act is a recap ("old_act") and no news.
    """
    understood = spoken_for(item)
    if not understood and not lexicon.interesting(f"{item.title}\n{item.summary}\n{item.text}", item.language):
        return Rejection(item_id=item.item_id, reason="no_subject")
    sentences = read(item, lexicon)
    found = detect(item.item_id, sentences, understood=understood)
    if isinstance(found, Rejection) and all(s.index < LEAD for s in sentences):
        return found  # a text that tells no more than its lead does
    lead = found if isinstance(found, Finding) else None
    mentions: list[Mention] = []
    before: Dated | None = None
    for act in parts(sentences, lead):
        one, before = _mention(item, act, sentences, horizon, before)
        mentions.append(one)
    told = [one for n, one in enumerate(mentions) if one.alertable or (lead and not n and one.reason != policy.ASIDE)]
    if told:
        return tuple(replace(one, n=n) for n, one in enumerate(told))
    if isinstance(found, Rejection):
        return found
    return Rejection(item_id=item.item_id, reason=policy.ASIDE, evidence=mentions[0].evidence)


def _mention(
    item: Item, part: Part, sentences: Sequence[Sentence], horizon: timedelta, before: Dated | None
) -> tuple[Mention, Dated | None]:
    """Make what a part tells a mention, with its date; "the same day" is that of the act told `before`."""
    told, whole = part.told, (*part.told, *part.more)
    tracks = tracks_of(told)
    besides = (tracks_of([s])[0] for s in part.more if s.firm)
    verb = verbs.act_of(told, part.core, tracks[0], part.more)
    dated = date_of(verb.sentence, told, stage=verb.stage, horizon=horizon)
    if dated is None and verb.sentence.pattern("<same_day>").search(verb.sentence.text):
        dated = before
    stage = _settle(verb.stage, dated, item)
    alertable, reason = policy.judge(
        Telling(item=item, told=told, verb=verb, stage=stage, dated=dated, track=tracks[0], horizon=horizon)
    )
    numbers = (s.number for s in told if s.having("body", "body_word", "session_word", "industry"))
    mention = Mention(
        item_id=item.item_id,
        track=tracks[0],
        tracks=tuple(dict.fromkeys((*tracks, *(track for track in besides if track != Track.COOPERATION)))),
        stage=stage,
        act=verb.act,
        alertable=alertable,
        reason=reason,
        score=part.score,
        event_date=dated[0] if dated else None,
        date_precision=dated[1] if dated else None,
        place=_place((verb.sentence, *told)),
        ordinal=next(filter(None, numbers), None) if verb.act == Act.SESSION else None,
        actors=tuple(dict.fromkeys((*_named(whole, *ACTORS), *(FOUR if any(s.four for s in whole) else ())))),
        domains=_domains(whole),
        projects=_named(told, *_SUBJECTS),
        moved=verb.moved,
        sentence=verb.sentence.text,
        substance=substance(verb.sentence, sentences),
        lexicon_version=verb.sentence.lexicon.version,
        evidence=tuple(hit for s in whole for hit in s.hits),
    )
    return mention, dated


def _settle(stage: Stage, dated: Dated | None, item: Item) -> Stage:
    """Let the date decide between held and scheduled, where the words have no tense (개최)."""
    today = item.local_day
    ahead = dated and today and (dated[0] - today).days > 1
    return Stage.SCHEDULED if ahead and stage in {Stage.HELD, Stage.OTHER} else stage


def _named(told: Sequence[Sentence], *groups: str) -> tuple[str, ...]:
    """Return the concepts of some groups, in the order in which they are named first."""
    return tuple(dict.fromkeys(hit.concept for s in told for hit in s.having(*groups)))


def _domains(told: Sequence[Sentence]) -> tuple[Domain, ...]:
    names = [concept.partition(":")[2] for concept in (*_named(told, "domain:"), *_named(told, "agency:ac135"))]
    return tuple(dict.fromkeys(Domain(_STANDARDS.get(name, name)) for name in names))


def _place(told: Sequence[Sentence]) -> str:
    """Return where: the first sentence's that names any, abroad before Seoul."""
    for s in told:
        if places := [hit.concept.partition(":")[2] for hit in s.having("place:") if _venue(s, hit)]:
            return next((place for place in places if place != "seoul"), "seoul")
    return ""


def _venue(sentence: Sentence, hit: Evidence) -> bool:
    """Whether a capital's name is a place and not its government: "in Seoul", and no "Seoul, NATO agree"."""
    before = sentence.between(sentence.start, hit.start)
    government = hit.concept == "place:seoul" and hit.term.isascii()
    return not government or bool(sentence.pattern("<venue>").search(before))
