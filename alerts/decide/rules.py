"""EventChange or health notice × channels → Alerts and Deliveries: at once, held, or suppressed with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from alerts.decide.content import event_facts, part_of
from alerts.decide.quiet import next_digest, quiet_until
from alerts.model import Alert, Channel, Delivery, DeliveryState, Facts, Part
from extractors.event.ladder import TURNS, step
from extractors.learned import ChangeKind, EventChange
from extractors.model import FeedNotice
from extractors.story import Event, Report

BASELINE = "baseline"


def for_changes(
    changes: Sequence[EventChange],
    channels: Sequence[Channel],
    *,
    now: datetime,
    muted: Collection[str],
    predecessors: Mapping[str, Event],
    reports: Mapping[str, Sequence[Report]],
) -> tuple[tuple[Alert, ...], tuple[Delivery, ...]]:
    """Decide who is told of what a cycle learned: an alert a change, a delivery for each channel that it concerns.

    Events that deserve no alert are passed over (their mentions hold the reason); a corroboration concerns digests
    alone. At the end stands a baseline alert for each set of channels from which a first run's events were withheld.
    `now` is the cycle's clock, aware; `muted` are ids, aliases followed; `predecessors` the events before, and those
    before them, by id; `reports` all reports of these and of each changed event.
    """
    alerts: list[Alert] = []
    deliveries: list[Delivery] = []
    withheld: dict[str, list[Part]] = {}
    for change in changes:
        alert_id = identity(change.event.event_id, change.key)
        if not (rows := tuple(_deliveries(change, alert_id, channels, now, muted))):
            continue
        facts = event_facts(change, predecessors, reports)
        alerts.append(_alert(alert_id, change.kind, f"{change.detail}: {facts.why}", facts, now, change.event.event_id))
        deliveries.extend(rows)
        for row in rows:
            if row.reason == BASELINE:
                withheld.setdefault(row.channel, []).append(part_of(change.event, change.reports, alert_id))
    for alert, names in _baselines(withheld, now):
        alerts.append(alert)
        deliveries.extend(_open(alert.alert_id, channel, now) for channel in channels if channel.name in names)
    return tuple(alerts), tuple(deliveries)


def for_notices(
    notices: Sequence[FeedNotice], channels: Sequence[Channel], *, now: datetime
) -> tuple[tuple[Alert, ...], tuple[Delivery, ...]]:
    """Tell the operators' channels (all, where none that works is marked) of feeds and of our own failures.

    Nobody is woken for a feed: quiet hours hold these too, and a digest carries them at its end.
    """
    usable = [channel for channel in channels if not channel.problem] or channels
    operators = [channel for channel in usable if channel.operators] or usable
    alerts = tuple(_health_alert(notice, now) for notice in notices)
    return alerts, tuple(_open(alert.alert_id, channel, now) for alert in alerts for channel in operators)


def due_at(channel: Channel, now: datetime) -> datetime | None:
    """When something queued now may go out, UTC: the next digest, the end of quiet hours; None is at once."""
    digest = next_digest(channel, now) if channel.mode == "digest" else None
    release = quiet_until(channel, digest or now) or digest
    return release if release and release > now else None


def identity(*parts: str) -> str:
    """16 hex digits from what makes an alert itself, such as event and change; the same after a restore."""
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


def _deliveries(
    change: EventChange, alert_id: str, channels: Sequence[Channel], now: datetime, muted: Collection[str]
) -> Iterator[Delivery]:
    if not change.event.alertable:
        return
    for channel in channels:
        reason = _against(change, channel, muted)
        if reason:
            yield Delivery(alert_id=alert_id, channel=channel.name, state=DeliveryState.SUPPRESSED, reason=reason)
        elif reason is not None:
            urgent = change.kind is not ChangeKind.CORROBORATED and not set(channel.urgent_tracks).isdisjoint(
                change.event.tracks
            )
            yield _open(alert_id, channel, now, urgent=urgent)


def _against(change: EventChange, channel: Channel, muted: Collection[str]) -> str | None:
    """Why a change is not told on a channel: "" means that it is, None that it does not concern the channel."""
    refusal = _not_asked(change.event, channel)
    late = _first_asked(change, channel)
    if change.kind is ChangeKind.CORROBORATED and not late and (refusal or channel.mode != "digest"):
        return None
    if refusal or change.silent:
        return refusal or change.silent
    if change.event.event_id in muted:
        return "muted"
    if change.baseline:
        return BASELINE
    if change.kind is ChangeKind.CORRECTED and not late and not _reverses(change):
        return "corrected, but nothing that was told is reversed"
    return ""


def _not_asked(event: Event, channel: Channel) -> str:
    """Which of the channel's filters an event does not pass, or ""."""
    if channel.tracks and set(channel.tracks).isdisjoint(event.tracks):
        return "track not asked for"
    if channel.stages and event.stage not in channel.stages:
        return "stage not asked for"
    if channel.languages and set(channel.languages).isdisjoint(event.languages):
        return "language not asked for"
    return ""


def _first_asked(change: EventChange, channel: Channel) -> bool:
    """Whether a later report made the event one that the channel asks for: there it is news."""
    return (
        change.before is not None and bool(_not_asked(change.before, channel)) and not _not_asked(change.event, channel)
    )


def _reverses(change: EventChange) -> bool:
    """Whether a correction turns round what was told: called off or on again, or less far than we said."""
    if change.before is None:
        return False
    old, new, act = change.before.stage, change.event.stage, change.event.act
    return (old in TURNS) != (new in TURNS) or step(new, act) < step(old, act)


def _open(alert_id: str, channel: Channel, now: datetime, *, urgent: bool = False) -> Delivery:
    """A delivery that will go out: at once, or held for the digest or the end of quiet hours."""
    release = None if urgent else due_at(channel, now)
    state = DeliveryState.HELD if release else DeliveryState.PENDING
    return Delivery(alert_id=alert_id, channel=channel.name, state=state, release_at=release)


def _alert(alert_id: str, change: str, reason: str, facts: Facts, now: datetime, event_id: str | None = None) -> Alert:
    return Alert(alert_id=alert_id, event_id=event_id, change=change, created_at=now, reason=reason, facts=facts)


def _health_alert(notice: FeedNotice, now: datetime) -> Alert:
    title = f"{notice.outlet}: {notice.feed}" if notice.outlet and notice.outlet != notice.feed else notice.feed
    alert_id = identity("health", notice.feed, notice.kind, notice.key)
    return _alert(alert_id, notice.kind, notice.detail, Facts(kind="health", title=title, detail=notice.detail), now)


def _baselines(withheld: Mapping[str, Sequence[Part]], now: datetime) -> Iterator[tuple[Alert, frozenset[str]]]:
    """One alert for all channels from which the same events were withheld, with their names."""
    for parts in dict.fromkeys(map(tuple, withheld.values())):
        names = frozenset(name for name, theirs in withheld.items() if tuple(theirs) == parts)
        alert_id = identity(BASELINE, *(part.alert_id for part in parts))
        reason = f"{len(parts)} events of a first run, older than the age gate, listed once"
        yield _alert(alert_id, BASELINE, reason, Facts(kind=BASELINE, title="", parts=parts), now), names
