"""The one door to what an item says: track, stage, act, date, place, actors, and whether it deserves an alert."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from extractors.mention import policy
from extractors.mention.act import LEAD, Act, read
from extractors.mention.parts import Telling, parts
from extractors.mention.relevance import Finding, detect, spoken_for
from extractors.mention.tracks import tracks_of
from extractors.model import Item
from extractors.story import Act as Kind
from extractors.story import Domain, Mention, Rejection, Says, Stage, Track
from extractors.words.concepts import ACTORS
from extractors.words.lexicon import Lexicon
from extractors.words.text import squeeze

HORIZON: Final = timedelta(days=30)
_STANDARDS: Final = {"domain:interoperability": "standardization", "agency:ac135": "standardization"}
_FOUR: Final = ("country:japan", "country:australia", "country:new_zealand")
"""Who stands beside Korea among NATO's four Indo-Pacific partners."""
SENTENCES: Final = 2
_NEW: Final = 0.2  # of a text's three-letter pieces: where fewer are not the title's, it says the title again


def describe(item: Item, lexicon: Lexicon, *, horizon: timedelta = HORIZON) -> Says:
    """Say which acts of our subject one item tells, with their evidence (at least one), or why it tells none.

    `horizon` is the age at publication from which an act is a recap ("old_act") and no news.
    """
    understood = spoken_for(item)
    if not understood and not lexicon.interesting(f"{item.title}\n{item.summary}\n{item.text}", item.language):
        return Rejection(item_id=item.item_id, reason="no_subject")
    acts = read(item, lexicon)
    found = detect(item.item_id, acts, understood=understood)
    if isinstance(found, Rejection) and all(act.index < LEAD for act in acts):
        return found  # a text that tells no more than its lead does
    lead = found if isinstance(found, Finding) else None
    mentions = [_mention(one, acts) for one in parts(acts, lead, horizon)]
    told = [one for n, one in enumerate(mentions) if one.alertable or (lead and not n and one.reason != policy.ASIDE)]
    if told:
        return tuple(replace(one, n=n) for n, one in enumerate(told))
    if isinstance(found, Rejection):
        return found
    return Rejection(item_id=item.item_id, reason=policy.ASIDE, evidence=mentions[0].evidence)


def _mention(one: Telling, acts: Sequence[Act]) -> Mention:
    """Make what an item tells of an act a mention; `acts` are all of the item."""
    told, whole = one.told, (*one.told, *one.found.more)
    besides = (tracks_of([act])[0] for act in one.found.more if act.firm)
    over = one.stage in {Stage.HELD, Stage.OUTCOME}  # then "a second will be held in autumn" numbers another
    numbered = [act for act in told if act.having("body", "body_word", "session_word", "industry") and act.number]
    numbers = (act.number for act in numbered if act is one.act or not (over and act.firm == {"stage:scheduled"}))
    moved = any(act.pattern("<moved>").search(act.text) for act in (one.act, one.title))
    alertable, reason = policy.judge(one)
    fields = (*_named(whole, "domain:"), *_named(whole, "agency:ac135"))
    neighbours = _FOUR if any(act.means("four") for act in whole) else ()
    return Mention(
        item_id=one.title.item.item_id,
        track=one.tracks[0],
        tracks=tuple(dict.fromkeys((*one.tracks, *(track for track in besides if track != Track.COOPERATION)))),
        stage=one.stage,
        act=one.kind,
        alertable=alertable,
        reason=reason,
        score=one.found.score,
        event_date=one.dated[0] if one.dated else None,
        date_precision=one.dated[1] if one.dated else None,
        place=next(filter(None, (act.where for act in (one.act, *told))), ""),
        ordinal=next(numbers, None) if one.kind == Kind.SESSION else None,
        actors=tuple(dict.fromkeys((*_named(whole, *ACTORS), *neighbours))),
        domains=tuple(dict.fromkeys(Domain(_STANDARDS.get(name, name.partition(":")[2])) for name in fields)),
        projects=_named(told, "told_apart"),
        moved=one.stage in {Stage.SCHEDULED, Stage.POSTPONED} and moved,
        sentence=one.act.text,
        substance=substance(one.act, acts),
        lexicon_version=one.act.lexicon.version,
        evidence=tuple(hit for act in whole for hit in act.hits),
    )


def _named(told: Sequence[Act], *groups: str) -> tuple[str, ...]:
    """Return the concepts of some groups, in the order in which they are named first."""
    return tuple(dict.fromkeys(hit.concept for s in told for hit in s.having(*groups)))


def substance(told: Act, sentences: Sequence[Act]) -> str:
    """Return what a message quotes of an item, "" where nothing says more than its title.

    `told` is the sentence that tells the act, `sentences` are all of the item. Where the title tells it, the first
    sentence below that shares most of its terms takes its place, so that what was agreed is read and not the headline.
    """
    title = _pieces(sentences[0].text if sentences[0].field == "title" else "")
    pieces = {one: _pieces(one.text) for one in sentences if one.field != "title"}
    below = [one for one, said in pieces.items() if len(said - title) > _NEW * len(said)]
    if not below:
        return ""
    shared = [len(told.concepts & one.concepts) for one in below]
    start = below.index(told) if told in below else shared.index(max(shared))
    quoted = [one.text.strip() for one in below[start : start + SENTENCES] if one.field == below[start].field]
    return " ".join(quoted)


def _pieces(text: str) -> frozenset[str]:
    letters = "".join(char for char in squeeze(text) if char.isalnum())
    return frozenset(letters[at : at + 3] for at in range(max(len(letters) - 2, 0)))
