"""Commands that show a channel's messages: a sample sent to it, an event's alert as it would go out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from alerts.model import Alert, Channel, Delivery, DeliveryState, Facts, Message, Outgoing, Source
from flows.cli.options import Config, Home, refuse


def channel_test(
    *, name: Annotated[str, typer.Argument(metavar="NAME", help="A channel's name.")], config: Config
) -> None:
    """Send a sample to a channel, now: an alert as it would look."""
    from alerts.decide.rules import identity
    from alerts.model import ResultKind
    from alerts.send.door import send
    from flows.configure.tables import channel_url

    channel, now = _channel(config, name), datetime.now(UTC)
    if channel.problem:
        refuse(f"{name}: {channel.problem}")
    facts = _sample(channel, now)
    number = identity("sample", name, now.isoformat())  # mail servers drop a Message-ID that they know
    alert = Alert(alert_id=number, event_id="sample", change="new", created_at=now, reason="a sample", facts=facts)
    result = send(_rendered(alert, channel), channel_url(channel), timeout=30.0)
    print(f"{name}: {result.kind.value} {result.reason}".rstrip())
    if result.kind is not ResultKind.SENT:
        raise typer.Exit(1)


def _sample(channel: Channel, now: datetime) -> Facts:
    """Return what an alert of this channel says, invented and saying so."""
    track = (*channel.tracks, "consultation_body")[0]
    title = {
        "en": "SAMPLE, nothing happened: Korea and NATO hold the first session of their consultation body",
        "ko": "[견본, 실제 아님] 한국과 나토, 방산협의체 첫 회의 개최",
    }[channel.language]
    report = Source(
        outlet="Konato",
        language=channel.language,
        title=title,
        url="https://konato.example/sample",
        published_at=now,
        tells=True,
    )
    return Facts(
        kind="event",
        title=title,
        track=track,
        tracks=(track,),
        stage="held",
        event_date=now.date(),
        date_precision="day",
        place="brussels",
        reports=1,
        outlets=1,
        origins=1,
        sources=(report,),
    )


def preview(
    *,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="An event's id.")],
    channel: Annotated[str, typer.Option("--channel", metavar="NAME", help="A channel's name.")],
    config: Config,
    home: Home,
    html: Annotated[Path | None, typer.Option("--html", help="Where to write the HTML part.")] = None,
) -> None:
    """Show an event's message as it would go out on a channel; HTML into a file."""
    from warehouse.published.tell import last_alert

    asked = _channel(config, channel)
    alert = last_alert(home, event)
    if alert is None:
        refuse(f"{event} has no alert to preview")
    message = _rendered(alert, asked)
    print(f"{message.title}\n\n{message.text}")
    if message.html:
        place = html or home / f"preview-{event}.html"
        place.write_text(message.html, encoding="utf-8")
        print(f"\nHTML: {place}")


def _channel(config: Path, name: str) -> Channel:
    from flows.configure.settings import read_settings

    channels = {channel.name: channel for channel in read_settings(config).channels}
    if name not in channels:
        raise typer.BadParameter(f"{name!r} is no channel; there are: {', '.join(channels)}")
    return channels[name]


def _rendered(alert: Alert, channel: Channel) -> Message:
    """Return an alert's message as this channel would get it; nobody waits for it."""
    from alerts.send.door import medium_of
    from alerts.word.render import render
    from flows.configure.tables import channel_url

    delivery = Delivery(alert_id=alert.alert_id, channel=channel.name, state=DeliveryState.PENDING)
    outgoing = Outgoing(channel=channel.name, kind=None, message_id=alert.alert_id, parts=((alert, delivery),))
    return render(outgoing, channel, medium_of(channel_url(channel)))
