"""An act as an item tells it, over one sentence or several: what is told of it is put together here, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from extractors.calendar import Dated
from extractors.mention.act import Act
from extractors.mention.day import date_of
from extractors.mention.relevance import Finding
from extractors.mention.tracks import tracks_of
from extractors.mention.verb import verb_of
from extractors.model import Item
from extractors.story import Act as Kind
from extractors.story import Evidence, Stage, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What the sentences of one act tell together."""

    item: Item
    found: Finding
    told: tuple[Act, ...]  # the sentences that tell it
    title: Act  # what the item, or the act further on, begins with
    act: Act  # the one that tells it, by its verb where it has any
    verb: Evidence | None  # None where none is found, and what kind of act it is shows otherwise
    hedge: str  # its verb's, as in `Act.verbs`
    tracks: tuple[Track, ...]  # the lines of cooperation that it names as its act, the main one first
    kind: Kind  # decides the stages that it may pass through
    stage: Stage  # how far it got
    dated: Dated | None  # when it took or takes place
    horizon: timedelta  # the age from which it is a recap
    moved: bool  # says itself, there or in its title, that a plan was moved

    @property
    def track(self) -> Track:
        """The main line of cooperation."""
        return self.tracks[0]


def telling(item: Item, found: Finding, horizon: timedelta, before: Telling | None) -> Telling:
    """Put together what an act's sentences tell; `before` is what the item tells just before it ("the same day")."""
    told = found.told
    following = told[0].having("session_word") and not told[0].subject  # "the next session" is of the body told before
    tracks = before.tracks if before and following else tracks_of(told)
    act, verb, stage, kind = verb_of(told, found.core, tracks[0])
    dated = date_of(act, told, stage=stage, horizon=horizon)
    if dated is None and before and act.pattern("<same_day>").search(act.text):
        dated = before.dated
    ahead = dated and item.local_day and (dated[0] - item.local_day).days > 1
    if ahead and stage in {Stage.HELD, Stage.OTHER}:  # words without a tense (개최): the date decides
        stage = Stage.SCHEDULED
    moved = any(one.pattern("<moved>").search(one.text) for one in (act, told[0]))
    return Telling(
        item=item,
        found=found,
        told=told,
        title=told[0],
        act=act,
        verb=verb,
        hedge=act.hedge(verb) if verb else "",
        tracks=tracks,
        kind=kind,
        stage=stage,
        dated=dated,
        horizon=horizon,
        moved=moved and stage in {Stage.SCHEDULED, Stage.POSTPONED},
    )
