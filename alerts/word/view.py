"""What one message says, as a plain table of cleaned words: the same for every medium, escaped by none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from alerts.model import Alert, BundleKind, Channel, Facts, Outgoing, Source
from alerts.word.escape import TITLE_MAX, clean
from alerts.word.labels import Words, words
from alerts.word.lines import Line, counts, event_line, groups, linked, part_line, standing

_ACT = re.compile(r"an? \w+ (act|document)\b")
LINES_MAX = 100  # of a baseline's list: mail clients cut a longer one


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One message, before its medium is known. Rows are (label, value)."""

    language: str
    title: str  # the subject
    headline: Line | None = None  # of a single alert
    notes: tuple[str, ...] = ()  # a repeat, a time that nobody watched
    rows: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    quote_note: str = ""
    sources: tuple[Line, ...] = ()
    groups: tuple[tuple[str, tuple[Line, ...]], ...] = ()  # of a bundle: (heading, lines)
    more: str = ""  # how many lines were left out
    footer: tuple[tuple[str, str], ...] = ()


def view(outgoing: Outgoing, channel: Channel) -> View:
    """Everything that a message says, in the channel's language."""
    say = words(channel.language)
    alert = outgoing.parts[0][0]
    if outgoing.kind is BundleKind.BASELINE:
        seen = _baseline(alert, say)
    elif outgoing.kind is not None:
        seen = _bundle(outgoing, outgoing.kind, say)
    elif alert.facts.kind == "health":
        seen = _health(alert, say)
    else:
        seen = _event(alert, say, ZoneInfo(channel.timezone))
    number = (say.of("row", "id"), outgoing.message_id)
    return replace(seen, notes=tuple(_notes(outgoing, say)), footer=(*seen.footer, number))


def _notes(outgoing: Outgoing, say: Words) -> Iterator[str]:
    if any(delivery.repeat for _, delivery in outgoing.parts):
        yield say.of("text", "repeat")
    if outgoing.note:
        yield say.say("text", "unwatched", window=outgoing.note)


def _event(alert: Alert, say: Words, zone: ZoneInfo) -> View:
    facts = alert.facts
    headline = event_line(alert, say)
    change, stage = say.of("change", alert.change), say.of("stage", facts.stage)
    quote = clean(facts.sentence)
    why = say.say("why", "event", change=change, track=say.of("track", facts.track), reason=_reason(facts, say))
    return View(
        language=say.language,
        title=say.say("subject", "event", change=change, stage=stage, title=headline.text),
        headline=headline,
        rows=tuple((say.of("row", name), value) for name, value in _rows(alert, say) if value),
        quote="" if quote == headline.text else quote,
        quote_note=_said(facts.sentence_language, say),
        sources=tuple(_source(source, say, zone) for source in facts.sources),
        footer=((say.of("row", "why"), why), (say.of("row", "mute"), f"konato mute {alert.event_id}")),
    )


def _reason(facts: Facts, say: Words) -> str:
    """Why the event deserves an alert, in the channel's language where it is the common one (mention/policy.py)."""
    reason = clean(facts.why).replace("_", " ")
    return say.say("text", "act", stage=say.of("stage", facts.stage)) if _ACT.match(reason) else reason


def _rows(alert: Alert, say: Words) -> Iterator[tuple[str, str]]:
    facts = alert.facts
    yield "stage", " · ".join(filter(None, standing(alert, say)))
    yield "when", say.when(facts.event_date, facts.date_precision)
    yield "where", say.name(facts.place) if facts.place else ""
    yield "track", ", ".join(say.of("track", track) for track in facts.tracks or (facts.track,))
    yield "who", ", ".join(map(say.name, facts.actors))
    yield "domains", ", ".join(say.of("domain", domain, domain) for domain in facts.domains)
    yield "before", _before(facts, say)
    yield "sources", counts(facts, say)


def _before(facts: Facts, say: Words) -> str:
    if not facts.chain:
        return ""
    last = facts.chain[0]
    day, stage = say.when(last.event_date, last.date_precision), say.of("stage", last.stage)
    return say.say("text", "before", title=clean(last.title, TITLE_MAX), stage=stage, date=day)


def _said(language: str, say: Words) -> str:
    return say.say("text", "said", language=say.of("language", language, language)) if language else ""


def _source(source: Source, say: Words, zone: ZoneInfo) -> Line:
    day = say.when(source.published_at.astimezone(zone).date(), "day") if source.published_at else ""
    language = say.of("language", source.language, source.language)
    said = " · ".join(filter(None, (clean(source.outlet), language, day)))
    return linked(clean(source.title, TITLE_MAX), source.url, said)


def _health(alert: Alert, say: Words) -> View:
    title = clean(alert.facts.title, TITLE_MAX)
    return View(
        language=say.language,
        title=say.say("subject", "health", title=title, what=say.of("health", alert.change, alert.change)),
        headline=Line(text=title),
        rows=((say.of("row", "what"), clean(alert.facts.detail)),),
        footer=((say.of("row", "why"), say.of("why", "health")),),
    )


def _baseline(alert: Alert, say: Words) -> View:
    parts = alert.facts.parts
    left = len(parts) - LINES_MAX
    return View(
        language=say.language,
        title=say.say("subject", "baseline", count=len(parts)),
        groups=((say.of("row", "baseline"), tuple(part_line(part, say) for part in parts[:LINES_MAX])),),
        more=say.say("text", "more", n=left) if left > 0 else "",
        footer=_bundle_footer(BundleKind.BASELINE, say),
    )


def _bundle(outgoing: Outgoing, kind: BundleKind, say: Words) -> View:
    alerts = [alert for alert, _ in outgoing.parts]
    return View(
        language=say.language,
        title=say.say("subject", kind, count=len(alerts)),
        groups=tuple(groups(alerts, say)),
        footer=_bundle_footer(kind, say),
    )


def _bundle_footer(kind: BundleKind, say: Words) -> tuple[tuple[str, str], ...]:
    return (say.of("row", "why"), say.of("why", kind)), (say.of("row", "mute"), "konato mute EVENT")
