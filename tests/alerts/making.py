"""What several tests of alerts begin with: a change of an event, its alerts on channels, their words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any

from alerts.decide.rules import for_changes
from alerts.model import Alert, Channel, Delivery, DeliveryState, Facts, Message, Outgoing, Part, Source
from alerts.word.render import render
from extractors.learned import ChangeKind, EventChange
from extractors.story import Event
from tests import builders
from tests.builders import NOW
from tests.table import typed

SLACK = "slack://TCANARYAA/BCANARYBB/CANARYcanaryCANARYcanary"
HTML = "<p>Some <b>text</b>, id m1</p>"
MESSAGE = Message(message_id="m1", title="A title", text="Some text, id m1\n", html=HTML, alert_ids=("a1", "a2"), channel="Desk 1")  # fmt: skip
OLD, NEW = date(2026, 12, 10), date(2027, 1, 20)
PLAN = Part(event_id="e", title="", stage="scheduled", event_date=OLD, date_precision="day", place="place:seoul")


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


TOLD = Source(
    outlet="Herald", language="en", title="Korea, NATO to set up body", url="https://herald.example/a/1?x=1&y=2",
    published_at=NOW, sentence="Both sides agreed to set up a standing body. It is to meet in September.", tells=True,
)  # fmt: skip
TOLD_KO = Source(
    outlet="연합", language="ko", title="한-나토 방산협의체 신설", url="https://yonhap.example/AKR1", published_at=NOW - timedelta(hours=1),
    sentence="양측은 방산협의체를 신설하기로 합의했다. 첫 회의는 9월에 열린다.", tells=True,
)  # fmt: skip
BEFORE = Part(
    event_id="e0", title="DAPA's head proposes a standing body", url="https://herald.example/a/0", stage="proposed",
    titles=(("ko", "방사청장, 상설 협의체 제안", "https://yonhap.example/AKR0"),),
    event_date=date(2025, 4, 23), date_precision="day",
)  # fmt: skip
AGREED = Facts(
    kind="event", title="South Korea, NATO agree on a defence industry body", stage="agreed", place="place:the_hague",
    track="consultation_body", tracks=("consultation_body", "cooperation"), domains=("procurement",),
    event_date=date(2025, 6, 25), date_precision="day", actors=("person:wi_sung_lac", "person:mark_rutte"),
    chain=(BEFORE,), sources=(TOLD, TOLD_KO), reports=12, outlets=9, origins=2,
)  # fmt: skip
FAILED = (
    "herald (https://herald.example/rss) has failed 5 times in a row since 2025-06-26 00:00 UTC. The last time: gone (status 404 <gone>)."
    " The address no longer exists. Look for the feed's new one and set it in feeds.toml."
    " It is tried again for ever, at 2025-06-26 03:10 UTC next. (on desk1, home /var/lib/konato)"
)
HEALTH = replace(AGREED, kind="health", title="The Herald: herald", track="", tracks=(), sources=(), detail=FAILED)


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
