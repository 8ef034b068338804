"""Published rows → the files of the site: index and a page an event, in English and Korean, and the feeds out.

Pure: the same rows give the same bytes. All text of feeds goes through `clean` and the template's escape; only http and
https links are made, each beside its host.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, cast

import msgspec
from icalendar import Calendar, Event
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from alerts.word.escape import clean, link
from alerts.word.labels import Words, words
from extractors.calendar import last_day
from extractors.story import DatePrecision

Row = Mapping[str, object]
Rows = Sequence[Row]
TEMPLATES: Final = Path(__file__).parent / "templates"
BACK: Final = timedelta(days=548)
SPAN: Final = timedelta(days=730)  # of a timeline: it ends half a year ahead
PLANNED: Final = ("scheduled", "postponed")
SHAPES: Final = {
    "proposed": "proposed", "scheduled": "scheduled", "postponed": "scheduled", "held": "held", "outcome": "held",
    "agreed": "agreed", "signed": "agreed", "joined": "agreed", "cancelled": "cancelled",
}  # fmt: skip
NEW: Final = timedelta(days=30)
MOST: Final = {"new": 20, "ahead": 40, "track": 60, "seen": 40, "atom": 100, "calendar": 200}
"""How many of each are listed, the latest; so the index stays under 300 KB. events.json has all."""
STATUS: Final = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}
KEPT: Final = (
    "event_id", "version", "track", "tracks", "stage", "event_date", "date_precision", "place", "title", "title_en",
    "title_ko", "url", "reports", "outlets", "languages", "domains", "actors", "predecessor", "first_reported_at",
    "last_reported_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the site shows; rows as the published tables have them, an event's with `version`, `page` and `changes`."""

    published_at: datetime
    events: Rows  # alertable ones and the chain known before, latest first; `page` where it has a page of its own
    details: Mapping[str, Mapping[str, Rows]]  # reports, evidence, deliveries of the events whose page is to be written
    seen: Rows  # relevant and not alerted, latest first, with the reason
    feeds: Mapping[str, int]  # by health
    outlets: Rows  # outlet, first: how many events it reported first
    waits: tuple[float | None, float | None]  # seconds from publication to alert, p50 and p95


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Yield each file's path within the site and its text: the overview, and the pages of the events with details.

    `events.json`, which names each event's version, comes last: whoever reads it finds what it lists.
    """
    shown = [event for event in site.events if event["page"]]
    known = {str(event["event_id"]): event for event in site.events}
    after: dict[str, list[Row]] = {}
    for event in site.events:
        after.setdefault(str(event["predecessor"]), []).append(event)
    for language, folder in (("en", ""), ("ko", "ko/")):
        common = {"say": words(language), "own": _own(language), "site": site, "language": language, "known": known}
        root = "../" * bool(folder)
        for name, details in site.details.items():
            told = {"event": known[name], "after": after.get(name, ()), "root": f"../{root}", **details}
            yield f"{folder}events/{name}.html", _filled("event.html", common, told)
        yield f"{folder}index.html", _filled("index.html", common, {"root": root, **_index(site, shown)})
    latest = sorted(shown, key=lambda event: str(event["last_reported_at"]), reverse=True)[: MOST["atom"]]
    yield "events.atom", _filled("events.atom", {"say": words("en"), "site": site}, {"events": latest})
    yield "events.ics", _calendar(shown)
    yield "events.schema.json", (TEMPLATES / "events.schema.json").read_text("utf-8")
    yield "events.json", _json(site, shown)


def _index(site: Site, shown: Rows) -> dict[str, object]:
    today = site.published_at.date()
    start = today - BACK
    planned = sorted((one for one in shown if one["stage"] in PLANNED and one["event_date"]), key=_day)
    tracks = {
        name: [one for one in site.events if one["track"] == name][: MOST["track"]]
        for name in {str(one["track"]) for one in site.events}
    }
    dated = [event for event in site.events if event["event_date"]]
    counts = Counter((f"{_day(event):%Y-%m}", str(event["track"])) for event in dated)
    return {
        "new": [one for one in shown if site.published_at - _moment(one) < NEW][: MOST["new"]],
        "ahead": [one for one in planned if _last(one) >= today][: MOST["ahead"]],
        "overdue": [one for one in planned if _last(one) < today][-MOST["ahead"] :],
        "tracks": {name: (of, _timeline(of, start)) for name, of in sorted(tracks.items())},
        "span": (start, start + SPAN),
        "seen": site.seen[: MOST["seen"]],
        "months": sorted({month for month, _ in counts})[-12:],
        "counts": counts,
        "shapes": SHAPES,
    }


def _last(event: Row) -> date:
    """Return the last day that the event's date may mean."""
    return last_day((_day(event), DatePrecision(str(event["date_precision"] or "day"))))


def _timeline(events: Rows, start: date) -> list[tuple[float, float, Row]]:
    """Place events and their first reports on a line from `start` over SPAN, from 0 to 1; others are left out."""
    dated = [event for event in events if event["event_date"]]
    placed = [((_day(one) - start) / SPAN, (_moment(one).date() - start) / SPAN, one) for one in dated]
    return [(at, max(0.0, first), event) for at, first, event in placed if 0 <= at <= 1]


def _moment(event: Row) -> datetime:
    return cast("datetime", event["first_reported_at"])


def _day(event: Row) -> date:
    return cast("date", event["event_date"] or _moment(event).date())


def _json(site: Site, events: Rows) -> str:
    listed = [{**{key: event[key] for key in KEPT}, "page": f"events/{event['event_id']}.html"} for event in events]
    told = {"published_at": site.published_at, "events": listed}
    return msgspec.json.format(msgspec.json.encode(told), indent=1).decode() + "\n"


def _calendar(events: Rows) -> str:
    """Write whatever was ever planned: another SEQUENCE replaces the entry; a date known roughly is its whole span."""
    calendar = Calendar()
    calendar.add("prodid", "-//Konato//events//EN")
    calendar.add("version", "2.0")
    for event in [one for one in events if one["planned"] and one["event_date"]][: MOST["calendar"]]:
        entry = Event()
        entry.add("uid", f"{event['event_id']}@konato")
        entry.add("dtstamp", event["last_reported_at"])
        entry.add("dtstart", _day(event))
        entry.add("dtend", _last(event) + timedelta(days=1))
        entry.add("sequence", event["changes"])
        entry.add(
            "status", STATUS.get(str(event["stage"]), "CONFIRMED" if _last(event) == _day(event) else "TENTATIVE")
        )
        entry.add("summary", title(event, words("en")))
        if url := link(str(event["url"]))[0]:
            entry.add("url", url)
        calendar.add_component(entry)
    return str(calendar.to_ical().decode())


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """Mark the evidence in a text, of spans that overlap the first."""
    found, at = Markup(""), 0
    for start, end in sorted(spans):
        if start >= at:
            found += Markup("{}<mark>{}</mark>").format(_plain(text[at:start]), _plain(text[start:end]))
            at = end
    return found + _plain(text[at:])


def _plain(text: str) -> str:
    """A part of a text without what is not to be seen; its outer spaces stay."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


@cache
def _own(language: str) -> dict[str, str]:
    return cast("dict[str, str]", tomllib.loads((TEMPLATES / "words.toml").read_text("utf-8"))[language])


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    style = (TEMPLATES / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    made.globals |= {"style": Markup(style), "digest": digest, "link": link, "marked": marked, "title": title}  # noqa: S704
    return made


def _filled(name: str, *values: Mapping[str, object]) -> str:
    return _environment().get_template(name).render({key: one for more in values for key, one in more.items()})


def _seen(value: object) -> object:
    return _cleaned(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=4096)
def _cleaned(text: str) -> str:
    """Make a text readable and inert; most are said more than once."""
    return clean(text)


def title(event: Row, say: Words) -> str:
    """An event's title in a language, or as it was reported."""
    return _cleaned(str(event.get(f"title_{say.language}") or event["title"]))
