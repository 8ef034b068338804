"""The nouns of Konato's inside: what is polled, what came, what it says, and what happened.

Frozen, slotted, keyword-only; standard library only. Times are aware and UTC unless a name says
otherwise; offsets in text are in code points of the text as stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self


class ConfigError(Exception):
    """Configuration that is refused before any network use.

    Says where (file, table, key), what is wrong and how to mend it; `str()` is the whole sentence.
    """

    def __init__(self, *, file: str, table: str = "", key: str = "", reason: str, mend: str) -> None:
        where = ", ".join(part for part in (file, table, key) if part)
        super().__init__(f"{where}: {reason}. {mend}")
        self.file, self.table, self.key, self.reason, self.mend = file, table, key, reason, mend


class OutcomeKind(StrEnum):
    """How one poll ended; the closed set, and exactly one for each poll."""

    NEW = "new"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    NOT_A_FEED = "not_a_feed"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    GONE = "gone"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TOO_LARGE = "too_large"
    UNDECODABLE = "undecodable"
    REFUSED = "refused"

    @property
    def failed(self) -> bool:
        """Whether the poll counts against the feed's health (an empty feed does not)."""
        return self not in {OutcomeKind.NEW, OutcomeKind.UNCHANGED, OutcomeKind.EMPTY}


class Track(StrEnum):
    """A line of cooperation; the order is the order of precedence for an event's main track."""

    CONSULTATION_BODY = "consultation_body"
    NATO_PROJECTS = "nato_projects"
    IP4_PROJECTS = "ip4_projects"
    COOPERATION = "cooperation"


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


class ChangeKind(StrEnum):
    """What a cycle learned of an event."""

    NEW = "new"
    ADVANCED = "advanced"
    CORRECTED = "corrected"
    CORROBORATED = "corroborated"


class FeedHealth(StrEnum):
    """A feed's standing; everything but `HEALTHY` and `NEW` is told to the operators."""

    NEW = "new"
    HEALTHY = "healthy"
    FAILING = "failing"  # failures, not yet five in a row and an hour
    UNHEALTHY = "unhealthy"
    SILENT = "silent"  # answers well, but nothing new for far longer than its own rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One URL we poll, as configured."""

    name: str
    url: str
    outlet: str
    language: str = "en"
    every: timedelta = timedelta(minutes=10)
    timezone: str = "UTC"
    kind: str = "feed"
    enabled: bool = True
    age_gate: timedelta = timedelta(hours=48)
    articles: bool = False
    allow_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between two polls; a feed never polled has the defaults."""

    feed: str
    url: str = ""  # the URL that the validators belong to
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None  # of the last parsed body, volatile channel dates left out
    first_polled_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_full_at: datetime | None = None  # last answer to an unconditional request
    next_due_at: datetime | None = None
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    last_new_at: datetime | None = None
    rhythm_seconds: float | None = None  # smoothed time between polls that brought something new
    last_keys: tuple[int, ...] = ()  # keys of the items in the last poll that had any
    gaps: int = 0  # gaps in a row: shortens the interval
    health: FeedHealth = FeedHealth.NEW
    since: datetime | None = None  # when `health` last changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one HTTP exchange brought: a body to read (`kind` is None), or how it ended instead."""

    feed: str
    kind: OutcomeKind | None
    reason: str  # in words, always; empty for a body
    status: int | None = None
    body: bytes = b""
    content_type: str = ""
    url: str = ""  # after redirects
    etag: str | None = None
    last_modified: str | None = None
    conditional: bool = False  # whether validators were sent
    wire_bytes: int = 0
    milliseconds: int = 0
    retry_after: timedelta | None = None
    min_wait: timedelta | None = None  # Cache-Control or Expires: a lower bound on the next poll
    cut_short: bool = False  # ended by the cycle's own deadline, which says nothing of the feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as its source wrote it, decoded, before we make sense of it."""

    title: str
    link: str
    guid: str = ""
    summary: str = ""
    published_raw: str = ""
    source_title: str = ""  # RSS <source>: the outlet behind an aggregator's item
    source_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A body read: its entries, or the outcome that says why there are none."""

    entries: tuple[Entry, ...] = ()
    ttl: timedelta | None = None  # RSS <ttl>
    problem: OutcomeKind | None = None
    reason: str = ""  # for a problem, what the body looked like; else warnings, if any


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one poll ended, as stored."""

    feed: str
    polled_at: datetime
    kind: OutcomeKind
    status: int | None
    wire_bytes: int
    milliseconds: int
    items: int
    new_items: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNotice:
    """A change of a feed's standing that a human should hear of."""

    feed: str
    outlet: str
    kind: str  # "unhealthy", "reminder", "recovered", "gap", "silent"; of our own "failing", "damaged", "abandoned"
    since: datetime
    detail: str  # in words: what, since when, the last outcome, what to do
    key: str  # makes the alert's identity, so that each is told once: since, day of the reminder, …


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One published piece of one outlet, normalised.

    `key` is the 64-bit identity within all outlets (outlet and article id, or canonical URL, or a
    fingerprint of the text), signed, as DuckDB's BIGINT; `item_id` is the same as 16 hex digits.
    `content` is a 64-bit hash of title and summary: another one under a known key is a revision.
    `origin` is the `item_id` of the first item known with this text; equal for near-copies.
    """

    key: int
    content: int
    outlet: str
    feed: str
    language: str
    url: str
    title: str
    summary: str
    text: str = ""  # the article page's main text, where it was fetched
    published_at: datetime | None  # None: not given, unreadable, in the future or absurdly old
    published_raw: str = ""
    date_flag: str = ""  # why published_at is None although something was given
    first_seen_at: datetime
    origin: str = ""
    revision: int = 0
    baseline: bool = False  # from a feed's first run, and older than its age gate

    @property
    def item_id(self) -> str:
        """The identity as 16 hex digits."""
        return f"{self.key & 0xFFFFFFFFFFFFFFFF:016x}"


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
    """What one item says of our subject: the facts that tie it to an event, each with its evidence."""

    item_id: str
    track: Track
    tracks: tuple[Track, ...]
    stage: Stage
    act: Act
    alertable: bool
    reason: str  # why it deserves an alert, or why not ("old_act", "wish", "preview", …)
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
    lexicon_version: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why one item says nothing of our subject: the first missing reason."""

    item_id: str
    reason: str
    undecided: bool = False  # names Korea or the alliance and something of the subject: its page may decide
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One relevant item with its mention: what identity works on."""

    item_id: str
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
            item_id=item.item_id,
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
    def when(self) -> datetime:
        """When it was published or, where that is not known, first seen."""
        return self.published_at or self.first_seen_at


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
    sentence_language: str = ""
    history: bool = False  # from history.toml: known before we began, never alerted


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChange:
    """What this cycle learned of one event."""

    kind: ChangeKind
    event: Event  # as it stands after the change
    before: Event | None  # as it stood, None for a new one
    key: str  # "new", "advanced:held", "advanced:date:2025-09-30", …: with event_id the alert's identity
    detail: str  # in words: "scheduled → held", "date moved from … to …"
    reports: tuple[Report, ...]  # those that brought the change
    baseline: bool = False  # all of them from a first run and older than the age gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What identity needs of the past: events near in time, their reports, and who belongs where."""

    events: tuple[Event, ...] = ()
    reports: tuple[Report, ...] = ()
    membership: tuple[tuple[str, str], ...] = ()  # (item_id, event_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The outcome of resolving one cycle's reports against what was known."""

    events: tuple[Event, ...] = ()  # new or changed rows, merged ones included
    joins: tuple[tuple[str, str, str], ...] = ()  # (item_id, event_id, why that one), new or changed
    changes: tuple[EventChange, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()  # (item_id, origin) of reports whose near-copy group was found or changed
