"""The nouns of telling: channels, alerts, deliveries, messages. Frozen."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from extractors.story import Report


class DeliveryState(StrEnum):
    """Where one alert stands on one channel."""

    PENDING = "pending"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    ABANDONED = "abandoned"
    SUPPRESSED = "suppressed"


class BundleKind(StrEnum):
    """Why several deliveries go out as one message."""

    DIGEST = "digest"
    STORM = "storm"
    BASELINE = "baseline"
    CATCH_UP = "catch_up"
    RELEASE = "release"


class ResultKind(StrEnum):
    """How one attempt at sending ended."""

    SENT = "sent"
    REFUSED = "refused"  # permanent: the receiver will not take it as it is
    TRANSIENT = "transient"
    RATE_LIMITED = "rate_limited"
    UNKNOWN = "unknown"  # the reply was lost: it may have arrived
    BROKEN = "broken"  # our own words could not be rendered, or the channel's URL is unusable


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A named destination, as configured. The Apprise URL stays in the environment."""

    name: str
    url_env: str  # "" stands for the console
    tracks: tuple[str, ...] = ()  # empty: all
    stages: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    mode: str = "now"  # or "digest"
    digest_at: str = "Mon-Fri 08:00"
    timezone: str = "Asia/Seoul"
    quiet_from: time | None = None
    quiet_to: time | None = None
    urgent_tracks: tuple[str, ...] = ()
    language: str = "en"  # of the labels
    storm_cap: int = 10
    unknown: str = "again"  # or "hold"
    operators: bool = False
    problem: str = ""  # why nothing can be sent to it now, in words: what is due waits, and the operators are told


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One report behind an alert."""

    outlet: str
    language: str
    title: str
    url: str
    published_at: datetime | None
    sentence: str = ""  # the one that tells the act and the next, without the title
    tells: bool = False  # what is told now: title, link, sentence and date of the message may be this report's
    event_date: date | None = None  # as it says it
    date_precision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An event in one line: of a baseline's list, of the chain before another, or as it was told before a change."""

    event_id: str
    title: str
    stage: str
    event_date: date | None
    date_precision: str = ""
    place: str = ""
    url: str = ""
    alert_id: str = ""
    titles: tuple[tuple[str, str, str], ...] = ()  # (language, title, URL) of its reports, one a language


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an alert says, frozen when it was queued; the words are made at delivery."""

    kind: str  # "event"; "health" for feeds, deliveries, cycles, the archive; "baseline" for a first run's list
    title: str
    detail: str = ""  # the health notice in words
    track: str = ""
    tracks: tuple[str, ...] = ()
    stage: str = ""
    event_date: date | None = None
    date_precision: str = ""
    place: str = ""
    was: Part | None = None  # as it was told last, where it changed
    contested: bool = False  # one outlet alone says so, and others have just said what was so before
    actors: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    chain: tuple[Part, ...] = ()  # the last acts of the same body or project, the latest first
    reports: int = 0
    outlets: int = 0
    origins: int = 0
    sources: tuple[Source, ...] = ()  # those that brought the change first
    parts: tuple[Part, ...] = ()  # of a baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """The decision that a change, or a failure of our own, is worth telling."""

    alert_id: str  # hash of event and change: equal on every channel and after a restore
    event_id: str | None
    change: str  # "new", "advanced", "corrected", "corroborated"; for health: "unhealthy", "gap", "recovered", …
    created_at: datetime
    reason: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One alert to one channel, with its state."""

    alert_id: str
    channel: str
    state: DeliveryState
    attempts: int = 0  # completed ones
    first_attempt_at: datetime | None = None
    next_attempt_at: datetime | None = None
    release_at: datetime | None = None  # of a held one
    sent_at: datetime | None = None
    bundle_id: str | None = None
    bundle_kind: BundleKind | None = None
    message_id: str | None = None  # the id that the message carried: alert's or bundle's
    reason: str = ""
    repeat: bool = False  # an earlier attempt's reply was lost: the message says that it may be a repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What one message will carry to one channel: a single delivery, or a bundle of several."""

    channel: str
    kind: BundleKind | None  # None: a single alert
    message_id: str  # the alert's id, or the bundle's: a hash of channel, kind and the ids in it
    parts: tuple[tuple[Alert, Delivery], ...]
    note: str = ""  # for a catch-up: the window that nobody watched, in words
    aside: tuple[Report, ...] = ()  # for a digest: what was relevant and deserved no alert
    briefing: str = ""  # where the briefing is public, ending in "/"; "" for nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Rendered words for one medium."""

    message_id: str
    title: str
    text: str
    html: str | None = None
    alert_ids: tuple[str, ...] = ()
    channel: str = ""  # its name: a mail's List-Id
    thread: str = ""  # id of the message that this one follows up: an event's first; "" for a bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """How one attempt ended, in words that carry no secret."""

    kind: ResultKind
    reason: str
    status: int | None = None
    retry_after: timedelta | None = None
    milliseconds: int = 0
