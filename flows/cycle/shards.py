"""Polling on several machines: a poller's round, and the learner's side of it.

Feeds are parted into shards by their registrable domain, so that a site's politeness lives in one place; a poller
claims what is ready of a shard, fetches, reads, and commits one batch. In place of polling, the home takes batches in
their order, noting each in the transaction that learns it: a crash repeats none. What the home remembers of a feed is
its own (health, gaps, notices); the shared state says when and how the feed is asked.
"""

import logging
import os
import platform
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zlib import crc32

from extractors.model import ConfigError, FeedNotice, FeedState, OutcomeKind
from extractors.polling import schedule
from extractors.polling.poll import Poll
from flows.configure.packaged import extra
from flows.configure.settings import Settings
from flows.cycle import state
from flows.cycle.gather import ROUND, Gathered, ask, record
from flows.cycle.home import Cycle
from flows.cycle.learn import Summary, learn
from flows.cycle.read import begun, judged, parsed
from warehouse.connection import reading
from warehouse.live import cycles, feeds

with extra("cluster", file="konato.toml"):
    from publicsuffixlist import PublicSuffixList

    from warehouse.cluster import store
    from warehouse.cluster.standing import Standing

LOG: Final = logging.getLogger("konato.poll")
EVER: Final = datetime.min.replace(tzinfo=UTC)
MARGIN: Final = timedelta(minutes=1)  # of a lease beyond a round's deadline
_suffixes: Final = cache(PublicSuffixList)
LATE: Final = timedelta(minutes=30)  # that a shard waits for its poller, beyond a round's deadline, before it is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What a poller did."""

    shard: int
    polls: int = 0
    refused: int = 0  # that came too late: somebody else had claimed their feeds by then
    busy: bool = False  # another poller is at the shard

    def __str__(self) -> str:
        if self.busy:
            return f"shard {self.shard}: another poller is at it"
        return f"shard {self.shard}: {self.polls} polls{f', {self.refused} too late' if self.refused else ''}"


def poll_shard(settings: Settings, shard: int, *, now: datetime) -> Round:
    """Poll what is ready of a shard and commit it as one batch.

    Raises ConfigError, ClusterError (an OSError): the claims' lease then ends by itself, and they are polled again.
    """
    if not 0 <= shard < settings.shards:
        reason, mend = f"has no shard {shard}", f"Name one from 0 to {settings.shards - 1}, or set `shards` higher."
        raise _refused(settings, "shards", reason, mend)
    who = f"{platform.node()} {os.getpid()}"
    with store.connected(address(settings)) as con:
        if not store.alone(con, shard):
            return Round(shard=shard, busy=True)
        place = partial(shard_of, shards=settings.shards)
        store.register(con, settings.feeds.all, place, shards=settings.shards, now=now)
        claims = store.claim(con, shard, who=who, now=now, lease=settings.deadline + MARGIN, most=ROUND)
        if not claims:
            return Round(shard=shard)
        cycle = Cycle(settings=settings, home=Path(), now=now, who=who)
        asked = ask(cycle, [(one.feed, one.state) for one in claims])
        polls = parsed(cycle, [begun(cycle, one) for one in asked])
        polls = tuple(replace(one, fetched=replace(one.fetched, body=b"")) for one in polls)
        after = [_after(one) for one in polls]
        refused = store.commit(con, shard, claims, polls, after)
    return Round(shard=shard, polls=len(polls) - refused, refused=refused)


def go_on(settings: Settings, shard: int, *, every: timedelta) -> None:
    """Poll a shard round after round until SIGTERM or SIGINT, a round in hand to its end; outlives the database's."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    while not over.is_set():
        full = False
        try:
            done = poll_shard(settings, shard, now=datetime.now(UTC))
            full = done.polls + done.refused >= ROUND  # more may be ready
            LOG.info("%s", done)
        except OSError as error:
            LOG.warning("%s", error)
        over.wait(0.0 if full else every.total_seconds())


def standing(settings: Settings) -> list[str]:
    """Say how each shard stands, a line each."""
    with store.connected(address(settings)) as con:
        return [*map(str, _standing(con, settings, after=0, now=datetime.now(UTC)).shards)]


def _standing(con: store.Connection, settings: Settings, *, after: int, now: datetime) -> Standing:
    patience = LATE + settings.deadline  # a round takes its time, too
    return store.standing(con, shards=settings.shards, after=after, now=now, patience=patience)


def take(cycle: Cycle) -> Summary:
    """Learn from the batches that the home has not taken yet, in their order, as far as time goes.

    Raises ConfigError, ClusterError (a ConnectionError).
    """
    settings, name = cycle.settings, f"{platform.node()}:{cycle.home.resolve()}"
    record(cycle)
    with reading(cycle.home) as con:
        last = cycles.taken(con)
    with store.connected(address(settings)) as con:
        at, lost = store.resumed(con, name, after=last)
        notices = (_lost(cycle, last, at),) if lost else ()
        done = learn(cycle, Gathered(polls=(), batch=at, notices=notices))
        store.taken(con, name, batch=at)
        for number, polls in store.batches(con, beyond=at):
            found = judged(cycle, Gathered(polls=tuple(_ours(cycle, polls)), batch=number))
            if left := [one.feed.name for one in found.polls if one.fetched.cut_short]:
                store.again(con, left)  # time was up: no later poll of the same body would bring it
            done += learn(cycle, found)
            at = number
            store.taken(con, name, batch=at)
            if cycle.late:
                LOG.warning("batches after %d wait for the next cycle", at)
                break
        seen = _standing(con, settings, after=at, now=cycle.now)
    state.put(cycle.home, cluster=seen)
    return replace(done, idle="none came")


def shard_of(url: str, shards: int) -> int:
    """Return the shard of an address: that of its registrable domain, or of a host that has none."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        ip_address(host)
        return crc32(host.encode()) % shards
    return crc32((_suffixes().privatesuffix(host) or host).encode()) % shards


def address(settings: Settings) -> str:
    """Return PostgreSQL's address. Raises ConfigError where konato.toml or the environment has none."""
    if url := os.environ.get(settings.database_env, ""):
        return url
    if not settings.database_env:
        raise _refused(settings, "database_env", "is not set", "Name the variable that holds PostgreSQL's address.")
    mend = f"Export {settings.database_env} with PostgreSQL's address."
    raise _refused(settings, "database_env", f"names {settings.database_env}, which is not set", mend)


def _refused(settings: Settings, key: str, reason: str, mend: str) -> ConfigError:
    return ConfigError(file=str(settings.config / "konato.toml"), table="cluster", key=key, reason=reason, mend=mend)


def _after(poll: Poll) -> tuple[FeedState, datetime]:
    """Return a feed's shared state after a poll, and when it is ready again: what the last poll had not is new here."""
    last = set(poll.before.last_keys)
    unseen = tuple(item for item in poll.items if item.key not in last)
    seen = replace(poll, unseen=unseen, kind=OutcomeKind.NEW if unseen else poll.kind)
    state, _ = schedule.after(seen)
    return state, schedule.ready_at(poll.feed, state, now=poll.now)


def _ours(cycle: Cycle, polls: Sequence[Poll]) -> Iterator[Poll]:
    """See polls with this home's eyes: feeds as enabled here, and what was remembered of them here."""
    with reading(cycle.home) as con:
        known = feeds.known(con, [one.feed.name for one in polls])
    here = {feed.name: (feed, before) for feed, before in known if feed.enabled}
    for poll in (one for one in polls if one.feed.name in here):
        feed, before = here[poll.feed.name]
        first, oldest = before.first_polled_at is None, poll.now - feed.age_gate
        items = tuple(replace(one, baseline=first and (one.published_at or EVER) < oldest) for one in poll.items)
        yield replace(poll, feed=feed, before=before, items=items)


def _lost(cycle: Cycle, last: int, at: int) -> FeedNotice:
    """Tell that batches are gone which the home has not taken."""
    detail = (
        f"This home may miss what pollers brought after batch {last}: up to batch {at} all is deleted."
        " It was put back from an older copy, or took nothing for 14 days."
        if at > last
        else f"The numbers of batches began anew: the last is {at}, the home's {last}."
        " The shared database is a new one, or was put back from an older copy."
    )
    detail += " All feeds are polled in full again; what none of them shows any longer is lost."
    return FeedNotice(feed="batches", outlet="", kind="gap", since=cycle.now, detail=detail, key=f"{last} {at}")
