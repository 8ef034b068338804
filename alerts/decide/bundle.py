"""What is due for each channel → messages: digest, release, storm, catch-up, or one by one. One mechanism for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.decide.quiet import quiet_until
from alerts.decide.retry import LONGEST_WAIT
from alerts.decide.rules import BASELINE, identity
from alerts.model import Alert, BundleKind, Channel, Delivery, DeliveryState, Outgoing
from extractors.learned import ChangeKind
from extractors.story import Track

_NO_TRACK = (99, "")  # health: after every track
PARTS_MAX = 50  # deliveries in one message: Slack refuses a longer list, mail clients cut it
_ORDER = (ChangeKind.ADVANCED, ChangeKind.NEW, ChangeKind.CORRECTED, ChangeKind.CORROBORATED)

_Pair = tuple[Alert, Delivery]


def plan(
    due: Sequence[tuple[Alert, Delivery]],
    channels: Mapping[str, Channel],
    *,
    now: datetime,
    unwatched: tuple[datetime, datetime] | None = None,
) -> tuple[Outgoing, ...]:
    """Group what is due into messages, channel by channel in the order of `channels`, which is by name.

    `now` is the cycle's clock: a held delivery counts as released from its `release_at` on. `unwatched` is the time in
    which no cycle ran, where it was long enough to speak of. What advanced a chain goes first, then by track and age;
    what may have arrived already goes out as it was, alone or in its old bundle, under its old id.
    """
    messages: list[Outgoing] = []
    for channel in channels.values():
        ours = (pair for pair in due if pair[1].channel == channel.name and not _waits(pair, channel, now))
        messages.extend(_of_channel(sorted(ours, key=_rank), channel, now, unwatched))
    return tuple(messages)


def _waits(pair: _Pair, channel: Channel, now: datetime) -> bool:
    """Whether a delivery stays due for a later cycle: a repeat that is backed off, a further attempt in quiet hours.

    What quiet hours held themselves is released at its own time, also when that cycle comes late.
    """
    alert, delivery = pair
    if delivery.state is DeliveryState.HELD:
        return False
    if delivery.state is DeliveryState.UNKNOWN and delivery.next_attempt_at is not None:
        ahead = delivery.next_attempt_at - now
        if timedelta() < ahead <= LONGEST_WAIT:  # longer: planned before the clock went back
            return True
    return quiet_until(channel, now) is not None and set(channel.urgent_tracks).isdisjoint(alert.facts.tracks)


def _of_channel(
    pairs: Sequence[_Pair], channel: Channel, now: datetime, unwatched: tuple[datetime, datetime] | None
) -> Iterator[Outgoing]:
    repeats = [pair for pair in pairs if pair[1].repeat or pair[1].state is DeliveryState.UNKNOWN]
    lists = [pair for pair in pairs if pair[0].change == BASELINE and pair not in repeats]
    rest = [pair for pair in pairs if pair not in repeats and pair not in lists]
    yield from _repeats(repeats, channel)
    for alert, delivery in lists:
        yield _outgoing(channel, BundleKind.BASELINE, alert.alert_id, [(alert, delivery)])
    if unwatched and len(rest) > 1 and channel.mode != "digest":
        yield from _bundles(channel, BundleKind.CATCH_UP, rest, note=_window(unwatched, channel))
        return
    held = [pair for pair in rest if pair[1].release_at is not None and pair[1].release_at <= now]
    at_once = [pair for pair in rest if pair not in held]
    yield from _bundles(channel, BundleKind.STORM, at_once, alone=channel.storm_cap)
    if channel.mode == "digest":
        yield from _bundles(channel, BundleKind.DIGEST, held)
    else:
        yield from _bundles(channel, BundleKind.RELEASE, held, alone=1)


def _repeats(pairs: Iterable[_Pair], channel: Channel) -> Iterator[Outgoing]:
    """What may have arrived: alone, or with its old bundle, never with others, so that the id stays true."""
    bundles: dict[str, list[_Pair]] = {}
    for alert, delivery in pairs:
        bundles.setdefault(delivery.bundle_id or alert.alert_id, []).append((alert, delivery))
    for message_id, members in bundles.items():
        yield _outgoing(channel, members[0][1].bundle_kind, message_id, members)


def _bundles(
    channel: Channel, kind: BundleKind, pairs: Sequence[_Pair], *, note: str = "", alone: int = 0
) -> Iterator[Outgoing]:
    """Bundles as long as receivers take; up to `alone` pairs go out one by one instead, under their own ids."""
    if len(pairs) <= alone:
        yield from (_outgoing(channel, None, pair[0].alert_id, [pair]) for pair in pairs)
        return
    for start in range(0, len(pairs), PARTS_MAX):
        parts = pairs[start : start + PARTS_MAX]
        message_id = identity(channel.name, kind, *(alert.alert_id for alert, _ in parts))
        yield _outgoing(channel, kind, message_id, parts, note=note)


def _outgoing(
    channel: Channel, kind: BundleKind | None, message_id: str, parts: Iterable[_Pair], *, note: str = ""
) -> Outgoing:
    """Seal a message; its deliveries remember the bundle, so that a repeat is the same one."""
    bundle_id = message_id if kind else None
    sealed = tuple(
        (alert, replace(delivery, bundle_id=bundle_id, bundle_kind=kind, message_id=message_id))
        for alert, delivery in parts
    )
    return Outgoing(channel=channel.name, kind=kind, message_id=message_id, parts=sealed, note=note)


def _rank(pair: _Pair) -> tuple[int, tuple[int, str], datetime, str]:
    """Advanced chains, new ones, corrections, corroborations, health; within them by track and age."""
    alert, _ = pair
    change = _ORDER.index(ChangeKind(alert.change)) if alert.change in tuple(ChangeKind) else len(_ORDER)
    track = Track(alert.facts.track).precedence if alert.facts.track else _NO_TRACK
    return change, track, alert.created_at, alert.alert_id


def _window(unwatched: tuple[datetime, datetime], channel: Channel) -> str:
    """The time that nobody watched, on the channel's clocks."""
    zone = ZoneInfo(channel.timezone)
    start, end = (moment.astimezone(zone) for moment in unwatched)
    return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M} {end:%Z}"
