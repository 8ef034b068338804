"""What several tests of alerts begin with: a change of an event, its alerts on channels, their words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from typing import Any

from alerts.decide.rules import for_changes
from alerts.model import Alert, Channel, Delivery, DeliveryState, Facts, Message, Outgoing, Part, Source
from alerts.word.render import render
from extractors.learned import ChangeKind, EventChange
from extractors.story import Event
from tests import builders
from tests.builders import NOW
from tests.table import tables, typed

SLACK = "slack://TCANARYAA/BCANARYBB/CANARYcanaryCANARYcanary"
HTML = "<p>Some <b>text</b>, id m1</p>"
MESSAGE = Message(message_id="m1", title="A title", text="Some text, id m1\n", html=HTML, alert_ids=("a1", "a2"), channel="Desk 1")  # fmt: skip
OLD, NEW = date(2026, 12, 10), date(2027, 1, 20)
KNOWN = tables(__file__)
BEFORE, PLAN = (Part(**typed(Part, KNOWN[name])) for name in ("BEFORE", "PLAN"))
TOLD, TOLD_KO = (Source(**typed(Source, KNOWN[name])) for name in ("TOLD", "TOLD_KO"))
AGREED = Facts(**typed(Facts, KNOWN["AGREED"]), chain=(BEFORE,), sources=(TOLD, TOLD_KO))
NOTHING: dict[str, Any] = {"track": "", "tracks": (), "sources": ()}
HEALTH = replace(AGREED, kind="health", title="The Herald: herald", detail=KNOWN["FAILED"], **NOTHING)


def change(
    kind: ChangeKind = ChangeKind.NEW,
    *,
    before: Event | None = None,
    baseline: bool = False,
    key: str = "",
    **event: Any,
) -> EventChange:
    report = builders.report(baseline=baseline)
    return EventChange(
        kind=kind, event=builders.event(**event), before=before, key=key or kind, detail="first report", reports=(report,), baseline=baseline
    )  # fmt: skip


def told(
    changes: Sequence[EventChange], *channels: Channel, muted: frozenset[str] = frozenset()
) -> tuple[tuple[Alert, ...], dict[str, list[Delivery]]]:
    """The alerts, and each channel's deliveries."""
    alerts, deliveries = for_changes(changes, channels, now=NOW, muted=muted, predecessors={}, reports={})
    return alerts, {channel.name: [row for row in deliveries if row.channel == channel.name] for channel in channels}


def facts(**changes: Any) -> Facts:
    return replace(AGREED, **changes)


def so_now(told: dict[str, Any]) -> dict[str, Any]:
    """Read what a row tells of facts; in it stands how far what was before is not as PLAN, and a source not as TOLD."""
    known = {**told}
    if known.get("was", "") != "":
        known["was"] = replace(PLAN, **typed(Part, known["was"]))
    if "sources" in known:
        known["sources"] = tuple(replace(TOLD, **one) for one in known["sources"])
    return typed(Facts, known)


def alert(number: int = 1, **changes: Any) -> Alert:
    made = Alert(alert_id=f"{number:016x}", event_id=f"e{number:015x}", change="new", created_at=NOW, reason="a dated act", facts=AGREED)  # fmt: skip
    return replace(made, **changes)


def pair(number: int = 1, *, delivery: dict[str, Any] | None = None, **changes: Any) -> tuple[Alert, Delivery]:
    made = alert(number, **changes)
    row = Delivery(alert_id=made.alert_id, channel="desk", state=DeliveryState.PENDING)
    return made, replace(row, **(delivery or {}))


def outgoing(*pairs: tuple[Alert, Delivery], **changes: Any) -> Outgoing:
    parts = pairs or (pair(),)
    return replace(Outgoing(channel="desk", kind=None, message_id=parts[0][0].alert_id, parts=parts), **changes)


def rendered(medium: str, **words: Any) -> Message:
    """A message of one alert, its report changed."""
    return render(outgoing(pair(facts=facts(sources=(replace(TOLD, **words),)))), builders.channel(), medium)


def part(mail: EmailMessage, kind: str = "plain") -> str:
    """The words of one part of a mail: "plain" or "html"."""
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")
