"""The feeds out of the demo's site, as other tools read them: by the standards' rules, by Konato itself."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import jsonschema
from icalendar import Calendar
from lxml import etree

from tests.alerts.brief.test_pages import EVENT, SITE, made
from tests.conftest import Demo
from tests.publisher import Answer, Publisher
from tests.stage import Stage

ATOM: Final = "{http://www.w3.org/2005/Atom}"
STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
NAME: Final = re.compile(r"urn:[a-z0-9-]+:\S+|https?://\S+")
ONCE: Final = ("id", "title", "updated")
AT_MOST_ONCE: Final = ("published", "summary", "content", "rights", "source")
KNOWN: Final = {
    *ONCE, *AT_MOST_ONCE, "author", "category", "contributor", "link", "entry", "generator", "icon", "logo", "subtitle",
}  # fmt: skip


def broken_rules(feed: bytes) -> list[str]:
    """What the W3C's validator would say of an Atom feed, as far as RFC 4287 states it: section, element."""
    root = etree.fromstring(feed, etree.XMLParser(resolve_entities=False))
    entries, found = root.findall(f"{ATOM}entry"), [] if root.tag == f"{ATOM}feed" else ["4.1.1 root"]
    for element in (root, *entries):
        count = Counter(child.tag.removeprefix(ATOM) for child in element)
        links = [child.attrib for child in element.findall(f"{ATOM}link")]
        alternate = [link for link in links if link.get("rel", "alternate") == "alternate"]
        kinds = Counter((link.get("type"), link.get("hreflang")) for link in alternate)
        found += [f"4.1 {name}" for name in ONCE if count[name] != 1]
        found += [f"4.1 {name}" for name in AT_MOST_ONCE if count[name] > 1]
        found += [f"unknown {name}" for name in count.keys() - KNOWN]
        found += ["4.1.1 alternate" for most in kinds.values() if most > 1]
        found += ["4.1.2 author"] * (not count["author"] and root.find(f"{ATOM}author") is None)
        found += ["4.1.2 alternate"] * (element is not root and not kinds and not count["content"])
        found += ["4.2.7 href" for link in links if not link.get("href")]
        found += ["4.2.2 term" for child in element.findall(f"{ATOM}category") if not child.get("term")]
        ids, authors = element.findall(f"{ATOM}id"), element.findall(f"{ATOM}author")
        stamps = [*element.findall(f"{ATOM}updated"), *element.findall(f"{ATOM}published")]
        texts = [*element.findall(f"{ATOM}title"), *element.findall(f"{ATOM}summary")]
        found += ["4.2.6 id" for one in ids if not NAME.fullmatch(one.text or "")]
        found += ["3.3 date" for one in stamps if not STAMP.fullmatch(one.text or "")]
        found += ["3.2 name" for one in authors if not (one.findtext(f"{ATOM}name") or "").strip()]
        found += ["3.1 text" for one in texts if len(one) or not (one.text or "").strip()]
    names = Counter(child.findtext(f"{ATOM}id") for child in (root, *entries))
    latest = max((entry.findtext(f"{ATOM}updated") or "" for entry in entries), default="")
    self_links = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    return [
        *found,
        *(f"4.2.6 {name} twice" for name, times in names.items() if times > 1),
        *["4.2.15 updated"] * ((root.findtext(f"{ATOM}updated") or "") < latest),
        *["4.1.1 self"] * (len(self_links) != 1),
    ]  # fmt: skip


def test_the_atom_feed_breaks_no_rule(demo: Demo) -> None:
    feed = (demo.site / "events.atom").read_bytes()
    assert broken_rules(feed) == []
    assert broken_rules(feed.replace(b"<author>", b"<no>").replace(b"</author>", b"</no>")) != []
    public = made(address="https://desk.example/konato/")["events.atom"]
    assert broken_rules(public.encode()) == []
    assert {urlsplit(link).hostname for link in re.findall(r'href="([^"]*)"', public)} == {"desk.example", "a.example"}


def test_konato_polls_konato_and_finds_the_same_acts(demo: Demo, tmp_path: Path) -> None:
    with Publisher() as site:
        stage = Stage(tmp_path, site)
        body = (demo.site / "events.atom").read_bytes()
        site.answers["/k/events.atom"] = Answer(body=body, headers={"Content-Type": "application/atom+xml"})
        stage.feeds({"konato": {"url": site.url("/k/events.atom"), "age_gate": "3650d"}})
        cycle = stage.run(datetime.fromisoformat("2025-08-04T13:00:00+00:00"))
        listed = json.loads((demo.site / "events.json").read_bytes())["events"]
        assert (cycle.items, dict(cycle.outcomes)) == (len(listed), {"new": 1})
        pages = {site.url(f"/k/{one['page']}") for one in listed}
    assert {url for (url,) in stage.ask("SELECT url FROM items")} <= pages
    known = {(one["track"], one["stage"], date.fromisoformat(one["event_date"])) for one in listed if one["event_date"]}
    again = set(stage.ask("SELECT track, stage, event_date FROM events WHERE alertable AND reports > 0"))
    assert ("consultation_body", "agreed", date(2025, 6, 25)) in again & known
    assert len(again & known) >= len(known) // 2


def test_the_calendar_is_read_strictly_and_a_changed_session_replaces_its_entry(demo: Demo) -> None:
    whole = Calendar.from_ical((demo.site / "events.ics").read_bytes())
    assert [error for part in whole.walk() for error in part.errors] == []
    assert all(part.decoded("SEQUENCE") >= 0 for part in whole.walk("VEVENT"))
    moved = {**EVENT, "event_date": date(2025, 10, 14), "date_precision": "day", "stage": "postponed", "changes": 3}
    kept: dict[str, tuple[int, str, date, date]] = {}
    for event in (EVENT, moved):
        [entry] = Calendar.from_ical(made(replace(SITE, events=[event]))["events.ics"]).walk("VEVENT")
        told = (int(entry.decoded("SEQUENCE")), str(entry["STATUS"]), entry.decoded("DTSTART"), entry.decoded("DTEND"))
        kept[str(entry["UID"])] = max(kept.get(str(entry["UID"]), told), told)  # as RFC 5546 has it
    assert kept == {"e1@konato": (3, "TENTATIVE", date(2025, 10, 14), date(2025, 10, 15))}


def test_the_listing_keeps_its_schema(demo: Demo) -> None:
    listed, schema = (json.loads((demo.site / name).read_bytes()) for name in ("events.json", "events.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert list(checker.iter_errors(listed)) == []
    del listed["events"][0]["page"]
    assert len(list(checker.iter_errors(listed))) == 1
