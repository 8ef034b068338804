"""Telling the operators of troubles of our own: through the outbox or, where the home is broken, straight away."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from alerts.decide import rules
from alerts.model import Channel, Outgoing, ResultKind
from extractors.model import FeedNotice
from flows.configure.channels import channel_url
from flows.configure.settings import Settings
from flows.cycle.cycle import opened
from flows.cycle.deliver import SEND_SECONDS, deliver
from warehouse.connection import writing
from warehouse.live import outbox

LOG: Final = logging.getLogger("konato.telling")


def tell(settings: Settings, notices: Sequence[FeedNotice], *, home: Path, now: datetime, who: str) -> None:
    """Queue notices for the operators' channels and send them at once, and nothing else.

    Raises what a cycle raises: LockHeldError, WarehouseBusy, WarehouseUnwritable, OSError, …
    """
    with opened(settings, home=home, now=now, who=who) as cycle:
        ids: set[str] = set()
        with writing(home, now=now) as con:
            for notice in notices:
                alerts, deliveries = rules.for_notices([notice], _channels(notice, settings.channels), now=now)
                outbox.queue(con, alerts, deliveries)
                ids.update(alert.alert_id for alert in alerts)
        deliver(cycle, only=ids)


def tell_directly(channels: Sequence[Channel], notices: Sequence[FeedNotice], *, now: datetime) -> bool:
    """Send notices without the home, each to every operators' channel; returns whether one of them was taken."""
    from alerts.send.door import medium_of, send
    from alerts.word.render import render

    by_name = {channel.name: channel for channel in channels}
    taken = False
    for notice in notices:
        (alert,), deliveries = rules.for_notices([notice], _channels(notice, channels), now=now)
        for row in deliveries:
            channel = by_name[row.channel]
            outgoing = Outgoing(channel=row.channel, kind=None, message_id=alert.alert_id, parts=((alert, row),))
            url = channel_url(channel)
            result = send(render(outgoing, channel, medium_of(url), now=now), url, timeout=SEND_SECONDS)
            taken = taken or result.kind is ResultKind.SENT
            LOG.warning("told %s on %s: %s %s", notice.feed, channel.name, result.kind.value, result.reason)
    return taken


def _channels(notice: FeedNotice, channels: Sequence[Channel]) -> Sequence[Channel]:
    """Leave out the channel that the notice is about, where there is another."""
    return [channel for channel in channels if notice.feed != f"deliver: channel {channel.name}"] or channels
