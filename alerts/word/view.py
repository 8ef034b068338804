"""What one message says, as a plain table of cleaned words: the same for every medium, escaped by none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from alerts.model import Alert, BundleKind, Channel, Facts, Outgoing, Source
from alerts.word import lines
from alerts.word.escape import clean
from alerts.word.labels import Words, figures, notice, words
from alerts.word.lines import Line, firmer, happened, turn, undated
from extractors.learned import ChangeKind
from extractors.story import Stage, Track

DETAIL_MAX = 2500  # characters of a health notice: machine and home stand at its end
ASIDE_MAX = 20  # of what was seen beside a digest's alerts
LINES_MAX = 100  # of a baseline's list: mail clients cut a longer one
MONTHS: Final = 12  # columns at most of the digest's timeline, the latest: so many fit a telephone
MARKS: Final = {Stage.PROPOSED: "○", Stage.SCHEDULED: "○", Stage.POSTPONED: "✕", Stage.CANCELLED: "✕"}
DONE: Final = "●"
_Rows = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Months as "2025-06"; a row a track, in which each month has marks, each with what it stands for."""

    months: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[tuple[str, str], ...], ...]], ...]
    legend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One message, before its medium is known. Rows are (label, value)."""

    title: str  # the subject
    headline: Line | None = None  # of a single alert
    notes: tuple[str, ...] = ()  # a repeat, a time that nobody watched
    rows: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    quote_note: str = ""
    groups: tuple[tuple[str, tuple[Line, ...]], ...] = ()  # (heading, lines)
    more: str = ""  # how many lines were left out
    timeline: Timeline | None = None  # of a digest
    page: Line | None = None  # of the briefing, where it has a public address
    footer: tuple[tuple[str, str], ...] = ()


def view(outgoing: Outgoing, channel: Channel) -> View:
    """Everything that a message says, in the channel's language."""
    say = words(channel.language)
    alert = outgoing.parts[0][0]
    if outgoing.kind is BundleKind.BASELINE:
        seen = _baseline(alert, say)
    elif outgoing.kind is not None:
        seen = _bundle(outgoing, outgoing.kind, say, channel)
    elif alert.facts.kind == "health":
        title = lines.ailing_title(alert, say)
        subject = say.say("subject", "health", title=title, what=say.of("health", alert.change, alert.change))
        detail = clean(notice(alert.facts.detail, say.language), DETAIL_MAX)
        seen = View(title=subject, headline=Line(text=title), rows=((say.of("row", "what"), detail),))
    else:
        seen = _event(lines.spoken(alert, say.language), say, ZoneInfo(channel.timezone))
    notes = (
        say.of("text", "repeat") if any(delivery.repeat for _, delivery in outgoing.parts) else "",
        say.say("text", "unwatched", window=outgoing.note) if outgoing.note else "",
    )
    footer = _labelled(_footer(outgoing, alert, say), say)
    return replace(seen, notes=tuple(filter(None, notes)), page=_page(outgoing, alert, say), footer=footer)


def _page(outgoing: Outgoing, alert: Alert, say: Words) -> Line | None:
    """The event's page of the briefing, or the overview for several; health notices have none."""
    if not outgoing.briefing or (outgoing.kind is None and alert.facts.kind != "event"):
        return None
    name = "index" if outgoing.kind else f"events/{alert.event_id}"
    folder = "ko/" if say.language == "ko" else ""
    return lines.linked(say.of("text", "page"), f"{outgoing.briefing}{folder}{name}.html")


def _labelled(rows: _Rows, say: Words) -> tuple[tuple[str, str], ...]:
    return tuple((say.of("row", name), value) for name, value in rows if value)


def _footer(outgoing: Outgoing, alert: Alert, say: Words) -> _Rows:
    kind, track = outgoing.kind or alert.facts.kind, alert.facts.track
    yield "why", say.say("why", kind, track=track and say.of("track", track))
    if kind != "health":
        yield "mute", say.of("text", "mute") if outgoing.kind else f"konato mute {alert.event_id}"
    yield "id", outgoing.message_id


def _event(alert: Alert, say: Words, zone: ZoneInfo) -> View:
    facts = alert.facts
    told = lines.speaker(facts, say.language)
    head = lines.source_line(told, say, zone)
    listed: dict[str, list[Line]] = {"before": [lines.part_line(one, say) for one in facts.chain]}
    for one in facts.sources:
        if one is not told:
            key = "sources" if one.tells or not told.tells else "others"
            listed.setdefault(key, []).append(lines.source_line(one, say, zone, (head.text,)))
    return View(
        title=f"{happened(alert, say)}: {head.text}",
        headline=head,
        rows=_labelled(_rows(alert, told, say), say),
        quote=clean(told.sentence),
        quote_note=lines.foreign(told, say),
        groups=tuple((say.of("row", name), tuple(found)) for name, found in listed.items() if found),
    )


def _rows(alert: Alert, told: Source, say: Words) -> _Rows:
    facts, was = alert.facts, alert.facts.was
    plain = turn(facts) == facts.stage and alert.change in {ChangeKind.NEW, ChangeKind.ADVANCED} and not facts.contested
    yield "what", "" if plain else happened(alert, say)
    yield "stage", say.of("stage", facts.stage)
    yield "when", _when(facts, say)
    yield "hour", _found("hours", told.sentence) or _found("hours", told.title)
    place, old = say.name(facts.place), say.name(was.place) if was else ""
    yield "where", say.say("text", "instead", new=place, old=old) if old and place and old != place else place
    tracks = facts.tracks or (facts.track,)  # cooperation in general goes without saying beside anything else
    named = [track for track in tracks if track != Track.COOPERATION] or tracks
    yield "track", ", ".join(say.of("track", track) for track in named)
    yield "who", ", ".join(map(say.name, facts.actors))
    yield "domains", ", ".join(say.of("domain", domain, domain) for domain in facts.domains)
    yield "sums", _found("sums", f"{told.title} {told.sentence}")
    copies = facts.origins if facts.origins < facts.reports else 0
    numbers = {"reports": facts.reports, "outlets": facts.outlets, "origins": copies}
    yield "reports", ", ".join(say.count(name, number) for name, number in numbers.items() if number)


def _found(kind: str, text: str) -> str:
    """The sums or hours that a text names, as it names them."""
    return ", ".join(dict.fromkeys(one[0].strip() for one in figures(kind).finditer(clean(text))))


def _when(facts: Facts, say: Words) -> str:
    """The date and, of a plan that turned or an act told for another day, the one that was told before."""
    was, plan = facts.was, facts.stage in {Stage.SCHEDULED, Stage.PROPOSED, Stage.POSTPONED}
    put_off = facts.stage == Stage.POSTPONED and undated(facts)
    new = say.of("date", "open") if put_off else say.when(facts.event_date, facts.date_precision)
    if facts.stage == Stage.CANCELLED and facts.event_date:
        return say.say("date", "off", when=new)
    if was is None or was.event_date is None or firmer(facts.event_date, was) or not (plan or was.stage == facts.stage):
        return new
    old = say.when(was.event_date, was.date_precision)
    return say.say("text", "instead", new=new, old=old) if old != new else new


def _baseline(alert: Alert, say: Words) -> View:
    parts = alert.facts.parts
    shown = tuple(lines.part_line(part, say) for part in parts[:LINES_MAX])
    more = say.say("text", "more", n=len(parts) - LINES_MAX) if len(parts) > LINES_MAX else ""
    return View(title=say.count("baseline", len(parts)), groups=((say.of("row", "baseline"), shown),), more=more)


def _bundle(outgoing: Outgoing, kind: BundleKind, say: Words, channel: Channel) -> View:
    found = tuple(lines.groups([alert for alert, _ in outgoing.parts], say))
    first = found[0][1][0]
    news = first.text if found[0][0] == say.of("row", "health") else f"{first.detail.partition(' · ')[0]}: {first.text}"
    count = sum(len(group) for _, group in found)
    tracks = set(channel.tracks)
    asked = [one for one in outgoing.aside if not tracks or not tracks.isdisjoint(one.mention.tracks)]
    beside = tuple(lines.aside_line(one, say) for one in asked[:ASIDE_MAX])
    return View(
        title=say.say("subject", kind, count=count, first=news),
        groups=(*found, (say.of("row", "aside"), beside)) if beside else found,
        timeline=_timeline([alert for alert, _ in outgoing.parts], say) if kind is BundleKind.DIGEST else None,
        more=say.say("text", "more", n=len(asked) - ASIDE_MAX) if len(asked) > ASIDE_MAX else "",
    )


def _timeline(alerts: Sequence[Alert], say: Words) -> Timeline | None:
    """Place what alerts of events tell and the chains before them; an event counts once, as it was told last."""
    known: dict[str, tuple[str, date, str, str]] = {}
    for alert in sorted(alerts, key=lambda one: one.created_at):
        facts = alert.facts
        own = (alert.event_id or alert.alert_id, facts.event_date, facts.stage, facts.date_precision)
        before = [(part.event_id, part.event_date, part.stage, part.date_precision) for part in facts.chain]
        for name, day, stage, precision in (*before, own) if facts.kind == "event" else ():
            if day:
                known[name] = (facts.track, day, stage, f"{say.when(day, precision)}: {say.of('stage', stage)}")
    count = {day.year * 12 + day.month - 1 for _, day, _, _ in known.values()}
    if not count:
        return None
    last = max(count)
    months = tuple(f"{n // 12}-{n % 12 + 1:02}" for n in range(max(min(count), last - MONTHS + 1), last + 1))
    tracks = dict.fromkeys(track for track, *_ in known.values())
    told = [(track, f"{day:%Y-%m}", MARKS.get(Stage(stage), DONE), said) for track, day, stage, said in known.values()]
    rows = tuple(
        (say.of("track", one), tuple(tuple(of[2:] for of in told if of[:2] == (one, month)) for month in months))
        for one in tracks
    )
    return Timeline(months=months, rows=rows, legend=say.of("text", "legend"))
