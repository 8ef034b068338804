"""Messages that nobody waits for: a sample to test a channel, a preview of an event's alert."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from alerts.model import Alert, Channel, Delivery, DeliveryState, Facts, Message, Outgoing
from alerts.send.door import medium_of
from alerts.word.render import render
from flows.configure.settings import channel_url
from warehouse.published.tell import last_alert


def sample(channel: Channel, *, now: datetime) -> Message:
    """Return a message that says what it is, as this channel would get it."""
    facts = Facts(
        kind="health",
        title="A sample from Konato",
        detail=f"Channel {channel.name} works: alerts arrive like this one. Nothing happened.",
    )
    alert = Alert(
        alert_id="0" * 16, event_id=None, change="sample", created_at=now, reason="you asked for it", facts=facts
    )
    return _render(alert, channel, now)


def preview(home: Path, event_id: str, channel: Channel, *, now: datetime) -> Message | None:
    """Return an event's last alert as it would go out on a channel; None where the event has none."""
    alert = last_alert(home, event_id)
    return _render(alert, channel, now) if alert else None


def _render(alert: Alert, channel: Channel, now: datetime) -> Message:
    delivery = Delivery(alert_id=alert.alert_id, channel=channel.name, state=DeliveryState.PENDING)
    outgoing = Outgoing(channel=channel.name, kind=None, message_id=alert.alert_id, parts=((alert, delivery),))
    return render(outgoing, channel, medium_of(channel_url(channel)), now=now)
