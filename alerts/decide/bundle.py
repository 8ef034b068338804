"""What is due for each channel → messages: digest, release, storm, catch-up, or one by one. One mechanism for all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from alerts.decide.quiet import quiet_until
from alerts.decide.retry import LONGEST_WAIT
from alerts.decide.rules import BASELINE, identity
from alerts.model import Alert, BundleKind, Channel, Delivery, DeliveryState, Outgoing
from extractors.learned import ChangeKind
from extractors.story import Track

PARTS_MAX = 50  # deliveries in one message: Slack refuses a longer list, mail clients cut it
ORDER: tuple[str, ...] = (ChangeKind.ADVANCED, ChangeKind.NEW, ChangeKind.CORRECTED, ChangeKind.CORROBORATED)
"""What is told first; after all of them comes what is no event's: lists and our own health."""

_Pair = tuple[Alert, Delivery]
_Window = tuple[datetime, datetime]


def plan(
    due: Sequence[_Pair], channels: Mapping[str, Channel], *, now: datetime, unwatched: _Window | None = None
) -> tuple[Outgoing, ...]:
    """Group what is due into messages, channel by channel in the order of `channels`, which is by name.

    `now` is the cycle's clock: a held delivery counts as released from its `release_at` on. `unwatched` is the time in
    which no cycle ran, where it was long enough to speak of. What advanced a chain goes first, then by track and age;
    what may have arrived already goes out as it was, alone or in its old bundle, under its old id.
    """
    messages: list[Outgoing] = []
    for channel in channels.values():
        ours = (pair for pair in due if pair[1].channel == channel.name and not _waits(pair, channel, now))
        messages.extend(_planned(sorted(ours, key=_rank), channel, now, unwatched))
    return tuple(messages)


def _waits(pair: _Pair, channel: Channel, now: datetime) -> bool:
    """Whether a delivery stays due for a later cycle: a repeat that is backed off, a further attempt in quiet hours.

    What quiet hours held themselves is released at its own time, also when that cycle comes late.
    """
    alert, delivery = pair
    ahead = (delivery.next_attempt_at or now) - now
    if timedelta() < ahead <= LONGEST_WAIT:
        return True  # longer: planned before the clock went back
    quiet = quiet_until(channel, now) is not None and set(channel.urgent_tracks).isdisjoint(alert.facts.tracks)
    return quiet and delivery.state is not DeliveryState.HELD


def _planned(pairs: Sequence[_Pair], channel: Channel, now: datetime, unwatched: _Window | None) -> Iterator[Outgoing]:
    alone: dict[str, list[_Pair]] = {}  # under an id that stays: a first run's list, what may have arrived
    rest = list[_Pair]()
    for alert, delivery in pairs:
        own = delivery.repeat or alert.change == BASELINE
        (alone.setdefault(delivery.bundle_id or alert.alert_id, []) if own else rest).append((alert, delivery))
    for message_id, members in alone.items():
        alert, delivery = members[0]
        kind = BundleKind.BASELINE if alert.change == BASELINE else delivery.bundle_kind
        yield _outgoing(channel, kind, members, message_id)
    digest = channel.mode == "digest"
    if unwatched and len(rest) > 1 and not digest:
        start, end = (moment.astimezone(ZoneInfo(channel.timezone)) for moment in unwatched)
        window = f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M} {end:%Z}"
        yield from _bundles(channel, BundleKind.CATCH_UP, rest, note=window)
        return
    held = [one for one in rest if one[1].release_at is not None and one[1].release_at <= now]
    at_once = [one for one in rest if one not in held]
    yield from _bundles(channel, BundleKind.STORM, at_once, alone=channel.storm_cap)
    yield from _bundles(channel, BundleKind.DIGEST if digest else BundleKind.RELEASE, held, alone=0 if digest else 1)


def _bundles(
    channel: Channel, kind: BundleKind, pairs: Sequence[_Pair], *, note: str = "", alone: int = 0
) -> Iterator[Outgoing]:
    """Bundles as long as receivers take; up to `alone` pairs go out one by one instead, under their own ids."""
    if len(pairs) <= alone:
        yield from (_outgoing(channel, None, [pair], pair[0].alert_id) for pair in pairs)
        return
    for start in range(0, len(pairs), PARTS_MAX):
        parts = pairs[start : start + PARTS_MAX]
        message_id = identity(channel.name, kind, *(alert.alert_id for alert, _ in parts))
        yield _outgoing(channel, kind, parts, message_id, note=note)


def _outgoing(
    channel: Channel, kind: BundleKind | None, parts: Iterable[_Pair], message_id: str, *, note: str = ""
) -> Outgoing:
    """Seal a message; its deliveries remember the bundle, so that a repeat is the same one."""
    seal = partial(replace, bundle_id=message_id if kind else None, bundle_kind=kind, message_id=message_id)
    sealed = tuple((alert, seal(delivery)) for alert, delivery in parts)
    return Outgoing(channel=channel.name, kind=kind, message_id=message_id, parts=sealed, note=note)


def _rank(pair: _Pair) -> tuple[int, tuple[int, str], datetime, str]:
    """Advanced chains, new ones, corrections, corroborations, health; within them by track and age."""
    alert, _ = pair
    change = ORDER.index(alert.change) if alert.change in ORDER else len(ORDER)
    track = Track(alert.facts.track).precedence if alert.facts.track else (0, "")
    return change, track, alert.created_at, alert.alert_id
