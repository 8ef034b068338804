"""EventChange or health notice × channels → Alerts and Deliveries: at once, held, or suppressed with a reason."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from alerts.decide.content import event_facts, part_of
from alerts.decide.quiet import next_digest, quiet_until
from alerts.model import Alert, Channel, Delivery, DeliveryState, Facts, Part
from extractors.ladder import TURNS, step
from extractors.learned import ChangeKind, EventChange
from extractors.model import FeedNotice
from extractors.story import Event, Report, Stage

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
    withheld: dict[str, tuple[Part, ...]] = {}
    for change in changes:
        event = change.event
        alert_id = identity(event.event_id, change.key)
        urgent = () if change.kind is ChangeKind.CORROBORATED else event.tracks
        against = [(channel, _against(change, channel, muted)) for channel in channels if event.alertable]
        rows = [_open(alert_id, one, now, tracks=urgent, why=why) for one, why in against if why is not None]
        if not rows:
            continue
        facts, reason = event_facts(change, predecessors, reports), f"{change.detail}: {event.reason}"
        alerts.append(_alert(alert_id, change.kind, reason, facts, now, event.event_id))
        deliveries.extend(rows)
        for name in (row.channel for row in rows if row.reason == BASELINE):
            withheld[name] = (*withheld.get(name, ()), part_of(event, change.reports, alert_id))
    for parts in dict.fromkeys(withheld.values()):
        alert_id = identity(BASELINE, *(part.alert_id for part in parts))
        reason = f"{len(parts)} events of a first run, older than the age gate, listed once"
        alerts.append(_alert(alert_id, BASELINE, reason, Facts(kind=BASELINE, title="", parts=parts), now))
        theirs = [channel for channel in channels if withheld.get(channel.name) == parts]
        deliveries.extend(_open(alert_id, channel, now) for channel in theirs)
    return tuple(alerts), tuple(deliveries)


def for_notices(
    notices: Sequence[FeedNotice], channels: Sequence[Channel], *, now: datetime
) -> tuple[tuple[Alert, ...], tuple[Delivery, ...]]:
    """Tell the operators' channels (all, where none that works is marked) of feeds and of our own failures.

    Nobody is woken for a feed: quiet hours hold these too, and a digest carries them at its end.
    """
    usable = [channel for channel in channels if not channel.problem] or channels
    operators = [channel for channel in usable if channel.operators] or usable
    alerts = []
    for one in notices:
        title = f"{one.outlet}: {one.feed}" if one.outlet not in {"", one.feed} else one.feed
        facts = Facts(kind="health", title=title, detail=one.detail)
        alerts.append(_alert(identity("health", one.feed, one.kind, one.key), one.kind, one.detail, facts, now))
    return tuple(alerts), tuple(_open(alert.alert_id, channel, now) for alert in alerts for channel in operators)


def due_at(channel: Channel, now: datetime) -> datetime | None:
    """When something queued now may go out, UTC: the next digest, the end of quiet hours; None is at once."""
    digest = next_digest(channel, now) if channel.mode == "digest" else None
    release = quiet_until(channel, digest or now) or digest
    return release if release and release > now else None


def identity(*parts: str) -> str:
    """16 hex digits from what makes an alert itself, such as event and change; the same after a restore."""
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


def _against(change: EventChange, channel: Channel, muted: Collection[str]) -> str | None:
    """Why a change is not told on a channel: "" means that it is, None that it does not concern the channel."""
    refusal = _not_asked(change.event, channel)
    # A later report may make the event one that the channel asks for: there it is news.
    late = change.before is not None and bool(_not_asked(change.before, channel)) and not refusal
    further = change.kind is ChangeKind.CORROBORATED and not late
    if further and (refusal or channel.mode != "digest"):
        return None
    if refusal or change.silent:
        return refusal or change.silent
    if change.event.event_id in muted:
        return "muted"
    if change.baseline:
        return BASELINE
    repeats = change.kind is ChangeKind.CORRECTED and not late and not _reverses(change)
    return "corrected, but nothing that was told is reversed" if repeats else ""


def _not_asked(event: Event, channel: Channel) -> str:
    """Which of the channel's filters an event does not pass, or ""."""
    names, has = ("track", "stage", "language"), (event.tracks, (event.stage,), event.languages)
    asked = zip(names, (channel.tracks, channel.stages, channel.languages), has, strict=True)
    return next((f"{name} not asked for" for name, some, own in asked if some and set(some).isdisjoint(own)), "")


def _reverses(change: EventChange) -> bool:
    """Whether a correction turns round what was told: called off or on again, or less far than we said."""
    if change.before is None:
        return False
    old, new, act = change.before.stage, change.event.stage, change.event.act
    on_again = old == Stage.CANCELLED != new
    return on_again or (old in TURNS) != (new in TURNS) or step(new, act) < step(old, act)


def _open(alert_id: str, channel: Channel, now: datetime, *, tracks: Collection[str] = (), why: str = "") -> Delivery:
    """A delivery: at once, held for the digest or the end of quiet hours where no track is urgent, or suppressed."""
    if why:
        return Delivery(alert_id=alert_id, channel=channel.name, state=DeliveryState.SUPPRESSED, reason=why)
    release = due_at(channel, now) if set(channel.urgent_tracks).isdisjoint(tracks) else None
    state = DeliveryState.HELD if release else DeliveryState.PENDING
    return Delivery(alert_id=alert_id, channel=channel.name, state=state, release_at=release)


def _alert(alert_id: str, change: str, reason: str, facts: Facts, now: datetime, event_id: str | None = None) -> Alert:
    return Alert(alert_id=alert_id, event_id=event_id, change=change, created_at=now, reason=reason, facts=facts)
