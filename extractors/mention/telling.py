"""An act as an item tells it, over one sentence or several: what is told of it is put together here, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Final

from extractors.calendar import Dated
from extractors.mention.act import Act, having
from extractors.mention.day import date_of
from extractors.mention.relevance import Finding
from extractors.mention.tracks import tracks_of
from extractors.mention.verb import verb_of
from extractors.model import Item
from extractors.story import Act as Kind
from extractors.story import Evidence, Stage, Track

_PLANS: Final = (Stage.SCHEDULED, Stage.POSTPONED)


@dataclass(frozen=True, kw_only=True, eq=False)  # no slots, as `Act`
class Telling:
    """What the sentences of one act tell together."""

    item: Item
    found: Finding
    horizon: timedelta
    before: Telling | None = None  # what the item tells just before: whose day "the same day" is

    def having(self, *concepts: str) -> bool:
        """Whether any sentence has any of these concepts."""
        return having(self.told, *concepts)

    @property
    def told(self) -> tuple[Act, ...]:
        """The sentences that tell it."""
        return self.found.told

    @property
    def title(self) -> Act:
        """What the item, or the act further on, begins with."""
        return self.told[0]

    @cached_property
    def tracks(self) -> tuple[Track, ...]:
        """The lines of cooperation that it names as its act, the main one first."""
        return tracks_of(self.told)

    @property
    def track(self) -> Track:
        """The main one."""
        return self.tracks[0]

    @cached_property
    def _done(self) -> tuple[Act, Evidence | None, Stage, Kind]:
        return verb_of(self.told, self.found.core, self.track, self.found.more)

    @property
    def act(self) -> Act:
        """The act of the sentence that tells it, by its verb where it has any."""
        return self._done[0]

    @property
    def verb(self) -> Evidence | None:
        """The verb; None where none is found, and what kind of act it is shows otherwise."""
        return self._done[1]

    @property
    def kind(self) -> Kind:
        """The kind of act, which decides the stages that it may pass through."""
        return self._done[3]

    @property
    def hedge(self) -> str:
        """The hedge of its verb, as in `Act.verbs`."""
        return self.act.hedge(self.verb) if self.verb else ""

    @cached_property
    def dated(self) -> Dated | None:
        """When it took or takes place."""
        dated = date_of(self.act, self.told, stage=self._done[2], horizon=self.horizon)
        same = dated is None and self.before and self.act.pattern("<same_day>").search(self.act.text)
        return self.before.dated if same and self.before else dated

    @cached_property
    def stage(self) -> Stage:
        """How far it got: the date decides between held and scheduled, where the words have no tense (개최)."""
        stage, today = self._done[2], self.item.local_day
        ahead = self.dated and today and (self.dated[0] - today).days > 1
        return Stage.SCHEDULED if ahead and stage in {Stage.HELD, Stage.OTHER} else stage

    @property
    def moved(self) -> bool:
        """Whether it says itself, there or in its title, that a plan was moved."""
        said = (one.pattern("<moved>").search(one.text) for one in (self.act, self.title))
        return self.stage in _PLANS and any(said)
