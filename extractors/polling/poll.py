"""One poll as it ended, all things considered."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from extractors.model import Feed, FeedState, Fetched, Item, OutcomeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What is known of one poll; it fills as its body is read and its items are compared with the archive."""

    feed: Feed  # as configured now; a URL other than the state's drops what belonged to the old one
    before: FeedState  # what was remembered of the feed
    fetched: Fetched  # what the exchange brought; one cut short by our own deadline changes nothing
    kind: OutcomeKind = OutcomeKind.UNCHANGED
    reason: str = "the same body as before"
    items: tuple[Item, ...] = ()  # empty where nothing was parsed
    unseen: tuple[Item, ...] = ()  # those that the archive did not know, and that no other feed of this cycle brought
    told: int = 0  # characters that the acts they tell count for
    worn: tuple[str, ...] = ()  # titles of articles whose text has changed too often to be read again
    ttl: timedelta | None = None  # what RSS `ttl` asks for
    body_hash: str | None = None  # None: no body came
    now: datetime  # the cycle's clock
    jitter: float  # from 0 to 1, how much earlier than the interval the next poll is

    @property
    def changed(self) -> bool:
        """Whether a body came, and another one than the last."""
        return self.body_hash not in {None, self.before.body_hash}

    @property
    def keys(self) -> tuple[int, ...]:
        """Those of all items."""
        return tuple(item.key for item in self.items)

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The earliest and the latest publication among the items."""
        dates = [item.published_at for item in self.items if item.published_at]
        return (min(dates), max(dates)) if dates else None

    @property
    def fresh(self) -> int:
        """How many characters of new text its feed has brought this day (UTC), this poll's included."""
        before = self.before.fresh if self.before.fresh_on == self.now.astimezone(UTC).date() else 0
        return before + self.size + self.told

    @property
    def size(self) -> int:
        """How many characters the unseen items have that are stored."""
        return sum(len(f"{one.title}{one.summary}{one.text}{one.url}{one.published_raw}") for one in self.unseen)
