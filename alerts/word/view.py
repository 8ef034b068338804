"""What one message says, as a plain table of cleaned words: the same for every medium, escaped by none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from alerts.model import Alert, BundleKind, Channel, Facts, Outgoing, Source
from alerts.word.escape import clean
from alerts.word.labels import Words, words
from alerts.word.lines import (
    Line,
    ailing_title,
    firmer,
    foreign,
    groups,
    happened,
    part_line,
    source_line,
    speaker,
    spoken,
    undated,
)
from extractors.story import Stage, Track

_SUMS = re.compile(
    r"(?:US\$|[$€£₩])\s?\d[\d.,]*(?:\s?(?:thousand|million|billion|trillion|[mb]n)\b)?"
    r"|\d[\d.,]*\s?(?:million|billion|trillion)\s(?:won|dollars|euros|pounds)\b"
    r"|\d[\d.,조억만천백\s]*(?:원|달러|유로)(?![가-힣]{2})"
)
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
    groups: tuple[tuple[str, tuple[Line, ...]], ...] = ()  # (heading, lines)
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
        seen = _event(spoken(alert, say.language), say, ZoneInfo(channel.timezone))
    number = (say.of("row", "id"), outgoing.message_id)
    return replace(seen, notes=tuple(_notes(outgoing, say)), footer=(*seen.footer, number))


def _notes(outgoing: Outgoing, say: Words) -> Iterator[str]:
    if any(delivery.repeat for _, delivery in outgoing.parts):
        yield say.of("text", "repeat")
    if outgoing.note:
        yield say.say("text", "unwatched", window=outgoing.note)


def _event(alert: Alert, say: Words, zone: ZoneInfo) -> View:
    facts, told = alert.facts, speaker(alert.facts, say.language)
    head = source_line(told, say, zone)
    others = [source_line(one, say, zone, (head.text,)) for one in facts.sources if one is not told]
    lists = ("before", [part_line(part, say) for part in facts.chain]), ("sources", others)
    why = say.say("why", "event", track=say.of("track", facts.track))
    return View(
        language=say.language,
        title=f"{happened(alert, say)}: {head.text}",
        headline=head,
        rows=tuple((say.of("row", name), value) for name, value in _rows(alert, told, say) if value),
        quote=clean(told.sentence),
        quote_note=foreign(told, say),
        groups=tuple((say.of("row", name), tuple(lines)) for name, lines in lists if lines),
        footer=((say.of("row", "why"), why), (say.of("row", "mute"), f"konato mute {alert.event_id}")),
    )


def _rows(alert: Alert, told: Source, say: Words) -> Iterator[tuple[str, str]]:
    facts, was = alert.facts, alert.facts.was
    yield "what", happened(alert, say)
    yield "stage", say.of("stage", facts.stage)
    yield "when", _when(facts, say)
    place = say.name(facts.place) if facts.place else ""
    moved = was and was.place and place and was.place != facts.place
    yield "where", say.say("text", "instead", new=place, old=say.name(was.place)) if was and moved else place
    yield "track", ", ".join(say.of("track", track) for track in _tracks(facts))
    yield "who", ", ".join(map(say.name, facts.actors))
    yield "domains", ", ".join(say.of("domain", domain, domain) for domain in facts.domains)
    yield "sums", ", ".join(dict.fromkeys(one.strip() for one in _SUMS.findall(clean(f"{told.title} {told.sentence}"))))
    yield "reports", counts(facts, say)


def _when(facts: Facts, say: Words) -> str:
    """The date and, of a plan that turned or an act told for another day, the one that was told before."""
    was, plan = facts.was, facts.stage in {Stage.SCHEDULED, Stage.PROPOSED, Stage.POSTPONED}
    put_off = facts.stage == Stage.POSTPONED and undated(facts)
    new = say.of("date", "open") if put_off else say.when(facts.event_date, facts.date_precision)
    if was is None or was.event_date is None or firmer(facts.event_date, was) or not (plan or was.stage == facts.stage):
        return new
    old = say.when(was.event_date, was.date_precision)
    return say.say("text", "instead", new=new, old=old) if old != new else new


def _tracks(facts: Facts) -> list[str]:
    """What it is about; cooperation in general goes without saying beside anything else."""
    named = list(facts.tracks or (facts.track,))
    return [track for track in named if track != Track.COOPERATION or len(named) == 1]


def counts(facts: Facts, say: Words) -> str:
    """How many reports and outlets stand behind an event, and how many texts where some are copies."""
    copies = facts.origins if facts.origins < facts.reports else 0
    numbers = {"reports": facts.reports, "outlets": facts.outlets, "origins": copies}
    return ", ".join(say.count(name, number) for name, number in numbers.items() if number)


def _health(alert: Alert, say: Words) -> View:
    title = ailing_title(alert, say)
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
        title=say.count("baseline", len(parts)),
        groups=((say.of("row", "baseline"), tuple(part_line(part, say) for part in parts[:LINES_MAX])),),
        more=say.say("text", "more", n=left) if left > 0 else "",
        footer=_bundle_footer(BundleKind.BASELINE, say),
    )


def _bundle(outgoing: Outgoing, kind: BundleKind, say: Words) -> View:
    found = tuple(groups([alert for alert, _ in outgoing.parts], say))
    first = found[0][1][0]
    news = first.text if found[0][0] == say.of("row", "health") else f"{first.detail.partition(' · ')[0]}: {first.text}"
    return View(
        language=say.language,
        title=say.say("subject", kind, count=sum(len(lines) for _, lines in found), first=news),
        groups=found,
        footer=_bundle_footer(kind, say),
    )


def _bundle_footer(kind: BundleKind, say: Words) -> tuple[tuple[str, str], ...]:
    return (say.of("row", "why"), say.of("why", kind)), (say.of("row", "mute"), say.of("text", "mute"))
