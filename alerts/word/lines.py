"""One line of a message: an event, a further report, a feed's trouble; linked only where a link is safe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alerts.model import Alert, Facts, Part
from alerts.word.escape import TITLE_MAX, clean, link
from alerts.word.labels import Words
from extractors.story import ChangeKind

_MOVED = re.compile(r"(?P<what>date|place) moved from (?P<old>\S+) to (?P<new>\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One linked line. `url` is safe to link, or empty; `host` is what a reader sees of it."""

    text: str
    url: str = ""
    host: str = ""
    detail: str = ""
    ids: str = ""  # alert ids, and the event's where it is known


def linked(text: str, url: str, said: str = "", ids: str = "") -> Line:
    """A line with its link, where that is one that may be shown."""
    target, host = link(url)
    return Line(text=text, url=target, host=host, detail=said, ids=ids)


def event_line(alert: Alert, say: Words) -> Line:
    """An event with what is told of it in short; linked to the report that brought the change."""
    facts = alert.facts
    said = (
        *standing(alert, say),
        say.when(facts.event_date, facts.date_precision),
        say.of("track", facts.track),
        say.count("outlets", facts.outlets),
    )
    return linked(
        clean(facts.title, TITLE_MAX), _url(facts), " · ".join(filter(None, said)), _ids(say, alert.event_id, alert)
    )


def part_line(part: Part, say: Words) -> Line:
    """An event of a baseline's list."""
    said = f"{say.of('stage', part.stage)} · {say.when(part.event_date, part.date_precision)}"
    return linked(clean(part.title, TITLE_MAX), part.url, said, _ids(say, part.event_id))


def groups(alerts: Sequence[Alert], say: Words) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """What advanced first, then what is new, corrected, reported further (counts alone), and health at the end."""
    for change in (ChangeKind.ADVANCED, ChangeKind.NEW, ChangeKind.CORRECTED):
        if lines := tuple(event_line(alert, say) for alert in alerts if alert.change == change):
            yield say.of("change", change), lines
    further: dict[str, list[Alert]] = {}
    for alert in alerts:
        if alert.change == ChangeKind.CORROBORATED:
            further.setdefault(alert.event_id or "", []).append(alert)
    if further:
        yield say.of("change", ChangeKind.CORROBORATED), tuple(_further(group, say) for group in further.values())
    if lines := tuple(_ailing(alert, say) for alert in alerts if alert.facts.kind == "health"):
        yield say.of("row", "health"), lines


def counts(facts: Facts, say: Words) -> str:
    """How many reports, outlets and origins stand behind an event."""
    numbers = {"reports": facts.reports, "outlets": facts.outlets, "origins": facts.origins}
    return say.say("text", "counts", **{name: say.count(name, number) for name, number in numbers.items()})


def standing(alert: Alert, say: Words) -> tuple[str, ...]:
    """The stage and what changed, the stage once."""
    stage, changed = say.of("stage", alert.facts.stage), _detail(alert, say)
    return (changed,) if changed.endswith(stage) else (stage, changed)


def _detail(alert: Alert, say: Words) -> str:
    """What changed, in the channel's language where it is one of our own phrases (extractors/event/changes.py)."""
    if alert.change not in {ChangeKind.ADVANCED, ChangeKind.CORRECTED}:
        return ""
    told = clean(alert.facts.detail)
    if moved := _MOVED.fullmatch(told):
        places = moved["what"] == "place"
        old, new = (say.name(moved[name]) if places else moved[name] for name in ("old", "new"))
        return say.say("text", f"{moved['what']}_moved", old=old, new=new)
    return " → ".join(say.of("stage", stage, stage) for stage in told.split(" → "))


def _further(alerts: Sequence[Alert], say: Words) -> Line:
    facts = max((alert.facts for alert in alerts), key=lambda facts: facts.reports)
    said = say.say("text", "corroborated", counts=counts(facts, say))
    return linked(clean(facts.title, TITLE_MAX), _url(facts), said, _ids(say, alerts[0].event_id, *alerts))


def _ailing(alert: Alert, say: Words) -> Line:
    title = f"{say.of('health', alert.change, alert.change)}: {clean(alert.facts.title, TITLE_MAX)}"
    return Line(text=title, detail=clean(alert.facts.detail), ids=_ids(say, None, alert))


def _url(facts: Facts) -> str:
    return facts.sources[0].url if facts.sources else ""


def _ids(say: Words, event_id: str | None, *alerts: Alert) -> str:
    numbers = " ".join(alert.alert_id for alert in alerts)
    named = (("id", numbers), ("event", event_id or ""))
    return " · ".join(f"{say.of('row', name)} {value}" for name, value in named if value)
