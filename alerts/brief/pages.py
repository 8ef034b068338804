"""Published rows → the files of the site: overview, coverage, feeds, a page an event, in English and Korean; feeds out.

Pure: the same rows give the same bytes. All text of feeds goes through `clean` and the template's escape; only http and
https links are made, each beside its host.
"""

import base64
import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from itertools import groupby
from typing import Final, TypeAlias, cast
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Calendar, Event
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from alerts.brief import charts
from alerts.brief.charts import TEMPLATES
from alerts.word.escape import clean, link
from alerts.word.labels import Words, words

Row: TypeAlias = charts.Row
Rows: TypeAlias = Sequence[Row]
PLANNED: Final = ("scheduled", "postponed")
NEW: Final = timedelta(days=30)
MOST: Final = {"new": 20, "ahead": 40, "track": 60, "seen": 20, "atom": 100, "calendar": 200}
"""How many of each are listed, the latest; so the index stays under 300 KB. events.json has all."""
STATUS: Final = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}
GAP: Final = 300  # characters without evidence that are shown whole
_cleaned: Final = lru_cache(maxsize=4096)(clean)  # most texts are said more than once


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the site shows; rows as the published tables have them, an event's with `version`, `page` and `changes`."""

    published_at: datetime
    events: Rows  # alertable ones and the chain known before, latest first; `page` where it has a page of its own
    details: Mapping[str, Mapping[str, Rows]]  # reports, evidence, deliveries of the events whose page is to be written
    seen: Rows  # relevant and not alerted, latest first, with the reason
    feeds: Rows  # enabled ones, what fails first, with the last poll's outcome and those of 14 days
    outlets: Rows  # with how many events each reported first, and how long it came after the first otherwise
    waits: Rows  # a channel: seconds from publication to alert
    shards: Rows = ()  # of polling on other machines: how each stands, `well` whether its feeds are polled in time


def pages(site: Site, address: str = "") -> Iterator[tuple[str, str]]:
    """Yield each file's path within the site and its text: the overview, and the pages of the events with details.

    `address` is where the site is public, ending in "/", or empty. `events.json`, which names each event's version,
    comes last: whoever reads it finds what it lists.
    """
    shown = [event for event in site.events if event["page"]]
    known = {str(event["event_id"]): event for event in site.events}
    after: dict[str, list[Row]] = {}
    for event in site.events:
        after.setdefault(str(event["predecessor"]), []).append(event)
    folders = {"": _common(site, known, "en"), "ko/": _common(site, known, "ko")}
    for name, details in site.details.items():
        own = {"event": known[name], "after": after.get(name, ()), "path": f"events/{name}.html"}
        for folder, common in folders.items():
            yield f"{folder}events/{name}.html", _filled("event.html", common, own, details)
    overview = {"index": _index(site, shown), "coverage": _coverage(site), "feeds": {}, "seen": {}}
    for page, told in overview.items():
        for folder, common in folders.items():
            yield f"{folder}{page}.html", _filled(f"{page}.html", common, {"path": f"{page}.html"}, told)
    latest = sorted(shown, key=lambda event: str(event["last_reported_at"]), reverse=True)[: MOST["atom"]]
    feed = {"say": words("en"), "site": site, "events": latest, "address": address}
    yield "events.atom", _filled("events.atom", feed)
    yield "events.ics", _calendar(shown)
    schema = (TEMPLATES / "events.schema.json").read_text("utf-8")
    yield "events.schema.json", schema
    yield "events.json", _json(site, shown, schema)


def _common(site: Site, known: Mapping[str, Row], language: str) -> dict[str, object]:
    own = tomllib.loads((TEMPLATES / "words.toml").read_text("utf-8"))[language]
    return {"say": words(language), **own, "site": site, "language": language, "known": known}


@cache
def look() -> str:
    """Return a digest of what the pages are made with: with another one, all are to be written again."""
    made = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(TEMPLATES.glob("*.*"))))
    return made.hexdigest()[:16]


def _index(site: Site, shown: Rows) -> dict[str, object]:
    today = site.published_at.date()
    planned = sorted((one for one in shown if one["stage"] in PLANNED and one["event_date"]), key=charts.day)
    by_track = groupby(sorted(site.events, key=lambda one: str(one["track"])), key=lambda one: one["track"])
    listed = {track: [*events][: MOST["track"]] for track, events in by_track}
    span = charts.axis((event for events in listed.values() for event in events), today)
    return {
        "new": [one for one in shown if site.published_at - charts.moment(one) < NEW][: MOST["new"]],
        "ahead": [one for one in planned if charts.last(one) >= today][: MOST["ahead"]],
        "overdue": [one for one in planned if charts.last(one) < today][-MOST["ahead"] :],
        "tracks": {track: (events, charts.columns(events, span)) for track, events in listed.items()},
        "axis": span,
        "today": today,
        "most": MOST,
    }


def _coverage(site: Site) -> dict[str, object]:
    months = charts.months(site.events)
    tracks = sorted({track for counts in months.values() for track in counts})
    domains = Counter(str(name) for one in site.events for name in cast("Sequence[str]", one["domains"]))
    most = max((max(counts.values(), default=0) for counts in months.values()), default=1)
    return {"months": months, "most": most, "tracks": tracks, "fields": domains.most_common()}


def _json(site: Site, events: Rows, schema: str) -> str:
    columns = json.loads(schema)["properties"]["events"]["items"]["properties"].keys()
    listed = [{key: event[key] for key in columns} | {"page": f"events/{event['event_id']}.html"} for event in events]
    told = {"published_at": site.published_at, "look": look(), "events": listed}
    return msgspec.json.format(msgspec.json.encode(told), indent=1).decode() + "\n"


def _calendar(events: Rows) -> str:
    """Write whatever was ever planned: another SEQUENCE replaces the entry; a date known roughly is its whole span."""
    calendar = Calendar()
    calendar.add("prodid", "-//Konato//events//EN")
    calendar.add("version", "2.0")
    for event in [one for one in events if one["planned"] and one["event_date"]][: MOST["calendar"]]:
        first, final = charts.day(event), charts.last(event)
        entry = Event()
        entry.add("uid", f"{event['event_id']}@konato")
        entry.add("dtstamp", event["last_reported_at"])
        entry.add("dtstart", first)
        entry.add("dtend", final + timedelta(days=1))
        entry.add("sequence", event["changes"])
        entry.add("status", STATUS.get(str(event["stage"]), "CONFIRMED" if final == first else "TENTATIVE"))
        entry.add("summary", title(event, words("en")))
        if url := link(str(event["url"]))[0]:
            entry.add("url", url)
        calendar.add_component(entry)
    return str(calendar.to_ical().decode())


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """Mark the evidence in a text, of spans that overlap the first; what stands far from any is left out."""
    found, at = list[str](), 0
    for start, end in sorted(spans):
        if start >= at:
            found += escape(_between(text[at:start], at)), "<mark>", escape(_plain(text[start:end])), "</mark>"
            at = end
    return Markup("".join([*found, escape(_between(text[at:], at, last=True))]))  # noqa: S704  escaped, each part


def _between(text: str, at: int, *, last: bool = False) -> str:
    """What stands between two marks: of a long stretch what is near either, of the first and last what is near one."""
    half = GAP // 2
    if len(text) <= GAP:
        return _plain(text)
    return f"{_plain(text[:half]) if at else ''} … {'' if last and at else _plain(text[-half:])}"


def _plain(text: str) -> str:
    """A part of a text without what is not to be seen; its outer spaces stay."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def local(at: datetime, language: str) -> datetime:
    """Return a moment on the clocks of the page's readers."""
    return at.astimezone(ZoneInfo("Asia/Seoul" if language == "ko" else "UTC"))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: _cleaned(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
    )
    style = (TEMPLATES / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    made.globals |= {"style": Markup(style), "digest": digest, **charts.MARKS}  # noqa: S704
    made.globals |= {one.__name__: one for one in (lru_cache(4096)(link), marked, title, local)}
    return made


def _filled(name: str, *values: Mapping[str, object]) -> str:
    return _environment().get_template(name).render({key: one for more in values for key, one in more.items()})


def title(event: Row, say: Words) -> str:
    """An event's title in a language, or as it was reported."""
    return _cleaned(str(event.get(f"title_{say.language}") or event["title"]))
