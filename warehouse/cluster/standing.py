"""How polling on other machines stands, as a learner saw it: whoever judges health needs no PostgreSQL for it.

All spans are seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

START: Final = "Start `konato poll --shard {} --every 30s` on some machine."


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """How a shard stands."""

    shard: int
    feeds: int
    leased: int  # feeds that a poller has now, or a dead one until its lease ends
    refused: int  # polls that came too late, of all time
    idle: float | None  # since a poller was last at it; None: none ever was
    waits: float  # that its longest due feed has waited

    def __str__(self) -> str:
        at = "never polled" if self.idle is None else f"polled {self.idle:,.0f} s ago"
        counts = f"{self.feeds:,} feeds, {self.leased:,} leased, {self.refused:,} polls too late"
        return f"shard {self.shard}: {counts}, {at}, longest wait {self.waits:,.0f} s"

    def unpolled(self, patience: float) -> str:
        """Say why its feeds are not polled in time; "" where they are, or it has none."""
        if not self.feeds or (self.idle is not None and max(self.idle, self.waits) <= patience):
            return ""
        if self.idle is None:
            return f"no poller has ever been at the shard. {START.format(self.shard)}"
        if self.idle > patience:
            return f"no poller has been at the shard for {self.idle / 60:,.0f} min. {START.format(self.shard)}"
        return f"its poller is {self.waits / 60:,.0f} min behind. Raise `shards`, or lengthen the feeds' `every`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All configured shards, and how far a home is behind."""

    shards: tuple[Shard, ...]
    behind: int  # batches that the home has yet to take …
    lag: float  # … and since when the first of them waits
    patience: float  # that a shard, or a batch, may wait before it is told

    def troubles(self) -> Iterator[tuple[str, str]]:
        """Name what is wrong, in words: a home whose pollers are gone has nothing to learn, and is not well."""
        if all(one.idle is None for one in self.shards):
            yield "shards", f"No poller has ever run: nothing is polled. {START.format('K')}"
            return
        for one in self.shards:
            if why := one.unpolled(self.patience):
                yield f"shard {one.shard}", f"Shard {one.shard}: {one.feeds:,} feeds are not polled in time, {why}"
        if self.behind and self.lag > self.patience:
            yield "batches", f"{self.behind:,} batches of polls wait to be learned from, for {self.lag / 60:,.0f} min."
