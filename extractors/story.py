"""The nouns of what items say and what happened: evidence, mentions, reports and events.

Frozen, slotted, keyword-only; standard library only. Offsets in text are in code points of the text as stored.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self, TypeAlias

from extractors.model import Item


class Track(StrEnum):
    """A line of cooperation: CONTRACT.md's four, and whatever else the lexicon declares."""

    CONSULTATION_BODY = "consultation_body"
    NATO_PROJECTS = "nato_projects"
    IP4_PROJECTS = "ip4_projects"
    COOPERATION = "cooperation"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str) or re.fullmatch(r"[a-z][a-z0-9_]*", value) is None:
            return None
        track = str.__new__(cls, value)
        track._name_, track._value_ = value.upper(), value
        cls._value2member_map_[value] = track  # one object a name, as of the four
        return track

    @property
    def precedence(self) -> tuple[int, str]:
        """What sorts an event's tracks, the main one first; the last of the four takes in all else."""
        known = tuple(Track)
        return (known.index(self) if self in known[:-1] else len(known) + (self == known[-1])), self.value


class Stage(StrEnum):
    """How far an act got. No single ladder: `Act` says which stages follow one another."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    AGREED = "agreed"
    HELD = "held"
    SIGNED = "signed"
    JOINED = "joined"
    OUTCOME = "outcome"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    OTHER = "other"


class Act(StrEnum):
    """The kind of act, which decides the stages that one event may pass through."""

    SESSION = "session"  # a meeting of a body, a visit, talks: scheduled → held → outcome
    DOCUMENT = "document"  # a body's founding, a text: proposed → agreed → signed
    MEMBERSHIP = "membership"  # a programme or organisation: proposed → agreed → joined
    OTHER = "other"  # a call, a remark, a dated act that is none of these


class Domain(StrEnum):
    """The field of defence industry that a report names."""

    SPACE = "space"
    MARITIME = "maritime"
    MUNITIONS = "munitions"
    SUPPLY_CHAIN = "supply_chain"
    AIRWORTHINESS = "airworthiness"
    STANDARDIZATION = "standardization"
    PROCUREMENT = "procurement"
    RND = "rnd"
    CYBER = "cyber"
    TRAINING = "training"
    LAND = "land"
    AIR = "air"


class DatePrecision(StrEnum):
    """How exactly an event's date is known; the date itself is the first day of the span."""

    DAY = "day"
    WEEK = "week"
    PART_OF_MONTH = "part_of_month"  # early, mid or late in a month: about ten days
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One matched term; `text[start:end] == term` in the field named, always."""

    field: str  # "title", "summary", "text"
    start: int
    end: int
    term: str  # as it stands in the text
    concept: str
    language: str  # of the lexicon file


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One act that one item tells: the facts that tie it to an event, each with its evidence."""

    item_id: str
    n: int = 0  # which of the item's acts: 0 is that of title and lead
    track: Track
    tracks: tuple[Track, ...]
    stage: Stage
    act: Act
    alertable: bool
    reason: str  # why it deserves an alert, or why not ("old_act", "wish", "low_level", …)
    score: float
    event_date: date | None
    date_precision: DatePrecision | None
    place: str = ""  # canonical concept of the place, "" when none is named
    ordinal: int | None = None  # "second session", 제2차
    actors: tuple[str, ...] = ()  # canonical concepts of people, offices and countries
    domains: tuple[Domain, ...] = ()
    projects: tuple[str, ...] = ()  # canonical concepts of body, projects and programmes named
    moved: bool = False  # says itself that a planned date or place was changed
    sentence: str = ""  # the sentence that says it, in its language
    substance: str = ""  # what to quote of it: that sentence and the next, or what the title's act is told by below
    lexicon_version: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why one item says nothing of our subject: the first missing reason."""

    item_id: str
    reason: str
    undecided: bool = False  # names Korea or the alliance and something of the subject: its page may decide
    evidence: tuple[Evidence, ...] = ()


Says: TypeAlias = tuple[Mention, ...] | Rejection
"""What an item says: the acts that it tells, or why it tells none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One act as one item tells it: what identity works on."""

    item_id: str  # the item's; of its further acts with ".1", ".2", … after it
    outlet: str
    language: str
    title: str
    url: str
    published_at: datetime | None
    first_seen_at: datetime
    origin: str
    baseline: bool
    mention: Mention
    summary: str = ""  # with the title, what near-copies are recognised by

    @classmethod
    def of(cls, item: Item, mention: Mention) -> Self:
        """Put an item and what it says together."""
        return cls(
            item_id=f"{item.item_id}.{mention.n}" if mention.n else item.item_id,
            outlet=item.outlet,
            language=item.language,
            title=item.title,
            summary=item.summary,
            url=item.url,
            published_at=item.published_at,
            first_seen_at=item.first_seen_at,
            origin=item.origin or item.item_id,
            baseline=item.baseline,
            mention=mention,
        )

    @property
    def headline(self) -> str:
        """What to call the act by: a further act's sentence, since the title is of another."""
        return (self.mention.n and self.mention.sentence) or self.title

    @property
    def when(self) -> datetime:
        """When it was published or, where that is not known, first seen."""
        return self.published_at or self.first_seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an event was told once: what a change is measured against."""

    stage: Stage
    event_date: date | None
    date_precision: DatePrecision | None
    place: str
    on: date  # the day of the report that brought it
    by: str  # that report's item_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One act in the world, as far as the reports tell."""

    event_id: str
    track: Track
    tracks: tuple[Track, ...]
    stage: Stage
    act: Act
    title: str
    event_date: date | None
    date_precision: DatePrecision | None
    place: str = ""
    ordinal: int | None = None
    alertable: bool
    reason: str = ""  # why it is alertable, or why not
    predecessor: str | None = None
    merged_into: str | None = None
    first_reported_at: datetime
    last_reported_at: datetime
    reports: int
    origins: int
    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    domains: tuple[Domain, ...]
    actors: tuple[str, ...]
    sentence: str = ""  # the evidence sentence of the report that stands for the event
    history: bool = False  # from history.toml: known before we began, never alerted
    told: tuple[Standing, ...] = ()  # every standing that was told, the latest last
    titles: tuple[tuple[str, str], ...] = ()  # (language, title) of an act of history.toml in other languages
    url: str = ""  # where history.toml says that one may read of it
