"""One line of a message: an event, a report, a feed's trouble; linked only where a link is safe."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from alerts.decide.bundle import ORDER
from alerts.model import Alert, Facts, Part, Source
from alerts.word.escape import TITLE_MAX, clean, link
from alerts.word.labels import Words, notice
from extractors.calendar import NEAR, apart
from extractors.learned import ChangeKind
from extractors.story import DatePrecision, Report, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One linked line. `url` is safe to link, or empty; `host` is what a reader sees of it."""

    text: str
    url: str = ""
    host: str = ""
    detail: str = ""
    ids: str = ""  # alert ids, and the event's where it is known


def linked(text: str, url: str, said: Iterable[str] = (), ids: str = "") -> Line:
    """A line with its link, where that is one that may be shown."""
    target, host = link(url)
    shown = clean(text, TITLE_MAX) or host or "…"  # a title of invisible characters alone
    return Line(text=shown, url=target, host=host, detail=" · ".join(filter(None, said)), ids=ids)


def speaker(facts: Facts, language: str) -> Source:
    """The one report that title, link and sentence come from: it tells what is so now, in this language if one does."""
    telling = [source for source in facts.sources if source.tells] or facts.sources[:1]
    telling = telling or [Source(outlet="", language="", title=facts.title, url="", published_at=None)]
    return next((source for source in telling if source.language == language), telling[0])


def spoken(alert: Alert, language: str) -> Alert:
    """An alert with the date that the report says which speaks for it: a day or two may lie between reports."""
    told, known = speaker(alert.facts, language), alert.facts.event_date
    if not told.tells or told.event_date is None or known is None or abs(told.event_date - known) > NEAR:
        return alert
    facts = replace(alert.facts, event_date=told.event_date, date_precision=told.date_precision)
    return replace(alert, facts=facts)


def happened(alert: Alert, say: Words) -> str:
    """What happened and when, in a few words: "Postponed to January 2027"."""
    facts = alert.facts
    when = "" if undated(facts) else say.when(facts.event_date, facts.date_precision)
    said = say.say("happened", f"{turn(facts)}{'_on' if when else ''}", when=when, place=say.name(facts.place))
    if alert.change in {ChangeKind.CORRECTED, ChangeKind.CORROBORATED}:
        said = say.say("happened", alert.change, what=said)
    return say.say("happened", "one", what=said) if facts.contested else said


def undated(facts: Facts) -> bool:
    """Whether no date stands: none is known, or a plan was put off and only its old one is."""
    old = facts.stage == Stage.POSTPONED and facts.was is not None and facts.was.event_date == facts.event_date
    return facts.event_date is None or old


def turn(facts: Facts) -> str:
    """The label of what happened: the stage that was reached, or how a plan turned."""
    was, plan = facts.was, facts.stage in {Stage.SCHEDULED, Stage.PROPOSED}
    if was is None or (was.stage != facts.stage and not plan):
        return facts.stage
    again = was.stage == Stage.POSTPONED and was.event_date and facts.event_date not in {None, was.event_date}
    if was.stage != facts.stage and not again:
        return {Stage.CANCELLED.value: "back", Stage.POSTPONED.value: "date_set"}.get(was.stage, facts.stage)
    if plan and facts.event_date not in {None, was.event_date}:
        return "date_moved" if was.event_date and not firmer(facts.event_date, was) else "date_set"
    return "place_moved" if was.place and facts.place not in {"", was.place} else facts.stage


def firmer(day: date | None, was: Part) -> bool:
    """Whether a date lies within the span that was told before: known more exactly, and not moved."""
    if day is None or was.event_date is None or was.date_precision in {"", DatePrecision.DAY}:
        return False
    return not apart((was.event_date, DatePrecision(was.date_precision)), (day, DatePrecision.DAY))


def source_line(source: Source, say: Words, zone: ZoneInfo, known: Iterable[str] = ()) -> Line:
    """A report: its title, or its outlet alone where the title has been read already; outlet, language, time."""
    when = say.moment(source.published_at.astimezone(zone)) if source.published_at else ""
    said = clean(source.outlet), say.of("language", source.language, source.language), when
    if clean(source.title, TITLE_MAX) in known:
        return linked(said[0], source.url, said[1:])
    return linked(source.title, source.url, said)


def event_line(alerts: Sequence[Alert], say: Words) -> Line:
    """An event in one line: its last state, the way there, and a report of that, which may have come later."""
    last = alerts[-1].facts
    now = [one for alert in alerts if ((one := alert.facts).stage, one.event_date) == (last.stage, last.event_date)]
    told = speaker(replace(last, sources=tuple(source for facts in now for source in facts.sources)), say.language)
    steps = list(dict.fromkeys(happened(alert, say) for alert in alerts if alert.change != ChangeKind.CORROBORATED))
    steps = steps or [happened(alerts[-1], say)]
    way = say.say("text", "way", steps=" → ".join(steps[:-1])) if len(steps) > 1 else ""
    outlets = say.count("outlets", max(facts.outlets for facts in now))
    said = steps[-1], way, say.of("track", last.track), outlets, foreign(told, say)
    return linked(told.title, told.url, said, _ids(say, alerts[-1].event_id, *alerts))


def part_line(part: Part, say: Words) -> Line:
    """An event of a baseline's list or of a chain, in the channel's language where a report has it."""
    _, title, url = next((one for one in part.titles if one[0] == say.language), ("", part.title, part.url))
    said = say.of("stage", part.stage), say.when(part.event_date, part.date_precision)
    return linked(title, url, said, _ids(say, part.event_id) if part.alert_id else "")


def aside_line(report: Report, say: Words) -> Line:
    """What was relevant and deserved no alert, and why not."""
    why = report.mention.reason
    said = clean(report.outlet), say.of("language", report.language, report.language), say.of("reason", why, why)
    return linked(report.title, report.url, said)


def groups(alerts: Sequence[Alert], say: Words) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """One line an event under what it did last, what advanced first; health at the end."""
    events: dict[str, list[Alert]] = {}
    # A further report is never the last word on an event that did something.
    for alert in sorted(alerts, key=lambda one: (one.change != ChangeKind.CORROBORATED, one.created_at)):
        key = "health" if alert.facts.kind == "health" else alert.event_id or alert.alert_id
        events.setdefault(key, []).append(spoken(alert, say.language))
    ailing = events.pop("health", ())
    for change in ORDER:
        if lines := tuple(event_line(told, say) for told in events.values() if told[-1].change == change):
            yield say.of("change", change), lines
    if ailing:
        yield say.of("row", "health"), tuple(_ailing(alert, say) for alert in ailing)


def foreign(source: Source, say: Words) -> str:
    """The name of a report's language where it is not the channel's."""
    known = source.language in {"", say.language}
    return "" if known else say.say("text", "said", language=say.of("language", source.language, source.language))


def ailing_title(alert: Alert, say: Words) -> str:
    """What is not well: one of our own parts by its name, a feed by the title that it has."""
    title = clean(alert.facts.title, TITLE_MAX)
    return notice(say.of("part", title, title), say.language)


def _ailing(alert: Alert, say: Words) -> Line:
    title = f"{say.of('health', alert.change, alert.change)}: {ailing_title(alert, say)}"
    return Line(text=title, detail=clean(notice(alert.facts.detail, say.language)), ids=_ids(say, None, alert))


def _ids(say: Words, event_id: str | None, *alerts: Alert) -> str:
    """The ids that a reader may name to `konato explain` or `mute`."""
    named = (("id", " ".join(alert.alert_id for alert in alerts)), ("event", event_id or ""))
    return " · ".join(f"{say.of('row', name)} {value}" for name, value in named if value)
