"""The nouns of what is polled: feeds, exchanges, outcomes, items.

Frozen, slotted, keyword-only; standard library only. Times are aware and UTC unless a name says otherwise.
What items say, and what happened, stands in extractors/story.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum


class ConfigError(Exception):
    """Configuration that is refused before any network use.

    Says where (file, table, key), what is wrong and how to mend it; `str()` is the whole sentence, and a line for each
    of the `others` that were found in the same reading.
    """

    others: tuple[ConfigError, ...] = ()

    def __init__(self, *, file: str, table: str = "", key: str = "", reason: str, mend: str) -> None:
        where = ", ".join(part for part in (file, table, key) if part)
        super().__init__(f"{where}: {reason}. {mend}")
        self.file, self.table, self.key, self.reason, self.mend = file, table, key, reason, mend

    def __str__(self) -> str:
        """Return a line for each fault."""
        return "\n".join([super().__str__(), *map(str, self.others)])


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


class PollError(Exception):
    """A poll that brought nothing to read: how it ended, and why in words."""

    def __init__(self, kind: OutcomeKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


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
    kept: bool = False  # whether `every` was written, and so is a promise; else a slow feed is asked less often
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
    guids: tuple[tuple[int, int, int], ...] = ()  # of them: guid, key, title and date, hashed; where guids are no links
    gaps: int = 0  # gaps in a row: shortens the interval
    fresh_on: date | None = None  # the last day (UTC) that brought new text …
    fresh: int = 0  # … and how many characters of it
    moved_to: str = ""  # where permanent redirects lead
    moved_since: datetime | None = None
    missing_since: datetime | None = None  # the first gap of those that were told as one
    missed_at: datetime | None = None  # the last one
    health: FeedHealth = FeedHealth.NEW
    since: datetime | None = None  # when `health` last changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A feed to poll, or one of its article pages; without validators the request is unconditional."""

    feed: Feed
    page: str = ""  # an article's address; "": the feed itself
    etag: str | None = None  # of the feed's last answer
    last_modified: str | None = None
    now: datetime | None = None  # the cycle's clock, for dates in an answer's headers; None: the real one

    @property
    def url(self) -> str:
        """The address to ask for."""
        return self.page or self.feed.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one HTTP exchange brought: a body to read (`kind` is None), or how it ended instead."""

    feed: str
    kind: OutcomeKind | None
    reason: str  # in words, always; empty for a body
    status: int | None = None
    body: bytes = b""  # of an error: the beginning of its page
    body_hash: str | None = None  # of a body that was looked at as it came; one like the last is let go of
    content_type: str = ""
    url: str = ""  # after redirects
    moved: bool = False  # whether they all were permanent ones (301, 308)
    etag: str | None = None
    last_modified: str | None = None
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
    content: str = ""  # the longest of the other texts: content:encoded, Atom's content, a second description
    published_raw: str = ""
    updated_raw: str = ""  # the next best date, for one that cannot be read
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
    `content` is a 64-bit hash of title, summary and text as the feed has them: another one may be a revision.
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
    text: str = ""  # the whole text, where the feed or the article's page had more than the summary
    published_at: datetime | None  # None: not given, unreadable or absurdly old; a time in the future counts as now
    utc_offset: int = 0  # minutes that the outlet's clock is ahead: of the stamp, else of the feed's zone
    published_raw: str = ""
    date_flag: str = ""  # why published_at is not what was given
    first_seen_at: datetime
    origin: str = ""
    revision: int = 0
    baseline: bool = False  # from a feed's first run, and older than its age gate
    guid: tuple[int, int, int] | None = None  # as in FeedState.guids; not stored with the item

    @property
    def local_day(self) -> date | None:
        """The outlet's own day of publication; None where the time is not known."""
        return self.published_at and self.published_at.astimezone(timezone(timedelta(minutes=self.utc_offset))).date()

    @property
    def item_id(self) -> str:
        """The identity as 16 hex digits."""
        return f"{self.key & 0xFFFFFFFFFFFFFFFF:016x}"
