"""Commands that show a channel's messages: a sample sent to it, an event's alert as it would go out."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from alerts.decide.rules import identity
from alerts.model import Alert, Channel, Delivery, DeliveryState, Facts, Message, Outgoing, ResultKind, Source
from alerts.send.door import medium_of, send
from alerts.word.render import render
from extractors.model import ConfigError
from flows.cli.options import Refused
from flows.configure.settings import read_settings
from flows.configure.tables import channel_url
from warehouse.published.tell import last_alert

SAMPLES: Final = {
    "en": "SAMPLE, nothing happened: Korea and NATO hold the first session of their consultation body",
    "ko": "[견본, 실제 아님] 한국과 나토, 방산협의체 첫 회의 개최",
}
URL: Final = "https://konato.example/sample"


def channel_test(*, name: str, config: Path) -> int:
    """Send a sample to a channel; exit code 1 where it did not arrive."""
    channel, _ = _channel(config, name)
    if channel.problem:
        raise Refused(f"{name}: {channel.problem}")
    result = send(_rendered(_sample(channel), channel), channel_url(channel), timeout=30.0)
    print(f"{name}: {result.kind.value} {result.reason}".rstrip())
    return 0 if result.kind is ResultKind.SENT else 1


def _sample(channel: Channel) -> Alert:
    """Return an alert that this channel could get, invented and saying so."""
    now, title = datetime.now(UTC), SAMPLES[channel.language]
    track = (*channel.tracks, "consultation_body")[0]
    report = Source(outlet="Konato", language=channel.language, title=title, url=URL, published_at=now, tells=True)
    facts = Facts(
        kind="event", title=title, track=track, tracks=(track,), stage="held", event_date=now.date(),
        date_precision="day", place="brussels", reports=1, outlets=1, origins=1, sources=(report,),
    )  # fmt: skip
    number = identity("sample", channel.name, now.isoformat())  # mail servers drop a Message-ID that they know
    return Alert(alert_id=number, event_id="sample", change="new", created_at=now, reason="a sample", facts=facts)


def preview(*, event: str, channel: str, config: Path, home: Path, html: Path | None) -> None:
    """Print an event's last alert as a channel would get it; its HTML part goes into a file."""
    asked, briefing = _channel(config, channel)
    if (alert := last_alert(home, event)) is None:
        raise Refused(f"{event} has no alert to preview")
    message = _rendered(alert, asked, briefing)
    print(f"{message.title}\n\n{message.text}")
    if message.html:
        place = html or home / f"preview-{event}.html"
        place.write_text(message.html, encoding="utf-8")
        print(f"\nHTML: {place}")


def _channel(config: Path, name: str) -> tuple[Channel, str]:
    """Return a channel by its name, and where the briefing is public."""
    settings = read_settings(config)
    channels = {channel.name: channel for channel in settings.channels}
    if name not in channels:
        there = f"There are: {', '.join(channels)}."
        raise ConfigError(file=str(config / "channels.toml"), reason=f"{name!r} is no channel", mend=there)
    return channels[name], settings.briefing


def _rendered(alert: Alert, channel: Channel, briefing: str = "") -> Message:
    """Return an alert's message as this channel would get it; nobody waits for it."""
    delivery = Delivery(alert_id=alert.alert_id, channel=channel.name, state=DeliveryState.PENDING)
    outgoing = Outgoing(
        channel=channel.name, kind=None, message_id=alert.alert_id, parts=((alert, delivery),), briefing=briefing
    )
    return render(outgoing, channel, medium_of(channel_url(channel)))
