"""The site's files: what they say, that foreign text is inert, that other tools can read them, how large they get."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alerts.brief.pages import Site, marked, pages
from tests.table import table

NOW = datetime(2025, 8, 4, 12, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script> {{ 7*7 }} \u202egnp.exe & "quoted"'
EVENT: Mapping[str, Any] = {
    "event_id": "e1", "version": "v1", "track": "consultation_body", "tracks": ["consultation_body"], "stage": "scheduled",
    "event_date": date(2025, 9, 21), "date_precision": "part_of_month", "place": "brussels", "title": "A title",
    "title_en": None, "title_ko": "제목", "url": "https://a.example/1", "reports": 1, "outlets": ["A"], "languages": ["en"],
    "domains": ["space"], "actors": ["person:mark_rutte"], "predecessor": None, "first_reported_at": NOW,
    "last_reported_at": NOW, "page": True, "changes": 2, "planned": True, "reason": "an act", "sentence": "It says so.",
}  # fmt: skip
REPORT = {"url": "https://a.example/1", "title": "A title", "outlet": "A", "language": "en", "published_at": NOW, "seconds": 10800.0,
          "copied": None, "total": 1002}  # fmt: skip
TOLD: dict[str, list[dict[str, Any]]] = {
    "reports": [REPORT, {**REPORT, "outlet": "B", "copied": "A"}],
    "evidence": [{"language": "en", "text": "NATO agrees", "spans": [(0, 4)], "outlet": "A", "field": "title"}],
    "deliveries": [
        {"channel": "desk", "state": "sent", "sent_at": NOW, "change": "new", "alert_id": "a1", "reason": ""}
    ],
}
FEED = {"feed": "a-rss", "outlet": "A", "url": "https://a.example/rss?key=CANARY", "health": "unhealthy", "since": NOW,
        "last_polled_at": NOW, "outcome": "gone", "status": 404, "polls": 5, "good": 2}  # fmt: skip
OUTLET = {"outlet": "A", "events": 4, "firsts": 3, "behind": 172800.0, "languages": ["en"]}
SITE = Site(
    published_at=NOW, events=[EVENT], details={"e1": TOLD}, seen=[{**REPORT, "reason": "essay"}], feeds=[FEED],
    outlets=[OUTLET], waits=[{"channel": "desk", "alerts": 3, "p50": 75.0, "p95": 7200.0, "slowest": None}],
    shards=[{"shard": 7, "feeds": 51, "leased": 3, "refused": 2, "idle": 3000.0, "waits": 30.0, "well": False}],
)  # fmt: skip


def made(site: Site = SITE, address: str = "") -> dict[str, str]:
    return dict(pages(site, address))


def hostile() -> dict[str, str]:
    event = {
        **EVENT,
        **dict.fromkeys(("title", "title_ko", "sentence", "reason"), HOSTILE),
        "url": "javascript:alert(1)",
    }
    report = {**REPORT, "title": HOSTILE, "outlet": HOSTILE, "url": "data:text/html,x"}
    told = {**TOLD, "reports": [report], "evidence": [{**TOLD["evidence"][0], "text": HOSTILE, "spans": [(0, 8)]}]}
    seen, named = [{**report, "reason": HOSTILE}], {"outlet": HOSTILE}
    outlets, feeds = [{**OUTLET, **named}], [{**FEED, **named}]
    return made(replace(SITE, events=[event], details={"e1": told}, seen=seen, outlets=outlets, feeds=feeds))


@table("name, said")
def test_each_page_says_what_it_should(name: str, said: list[str]) -> None:
    assert [one for one in said if one not in made()[name]] == []
    assert "CANARY" not in made()[name]  # a feed's address may hold a key: its host is enough


@pytest.mark.parametrize("name", sorted(made()))
def test_what_feeds_wrote_is_inert_and_nothing_is_loaded(name: str) -> None:
    text = hostile()[name]
    if not name.endswith((".json", ".ics")):
        assert [bad for bad in ("<script", "javascript:", "data:text", "\u202e", ">49<") if bad in text] == []
    if name.endswith(".html"):
        [style] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"default-src 'none'; style-src 'sha256-{digest}'" in text.replace("&#39;", "'")
        assert re.findall(r"<[^>]*\s(?:src|style|on\w+)=", text) == []


def test_a_span_that_is_over_is_overdue_and_a_predecessor_is_linked_both_ways() -> None:
    before = {**EVENT, "event_id": "e0", "event_date": date(2025, 7, 20), "date_precision": "day", "title": "Before"}
    files = made(replace(SITE, events=[{**EVENT, "predecessor": "e0"}, before], details={"e0": TOLD, "e1": TOLD}))
    assert "Overdue" in files["index.html"]
    assert ('href="e0.html"' in files["events/e1.html"], 'href="e1.html"' in files["events/e0.html"]) == (True, True)


def test_five_thousand_events_leave_the_index_under_300_kb() -> None:
    days = [NOW - timedelta(hours=n) for n in range(5000)]
    title = "A title as long as titles of newspapers are " * 3
    common = {**EVENT, "title": title, "title_ko": None}
    many = [
        {**common, "event_id": f"e{n}", "first_reported_at": day, "event_date": day.date()}
        for n, day in enumerate(days)
    ]
    files = made(replace(SITE, events=many, details={}, seen=[{**REPORT, "title": title, "reason": "essay"}] * 100))
    assert max(len(files[name].encode()) for name in ("index.html", "ko/index.html")) < 300_000
    assert len(json.loads(files["events.json"])["events"]) == 5000


def test_of_two_spans_that_overlap_the_first_is_marked() -> None:
    assert marked("Seoul & NATO", [(8, 12), (0, 5), (3, 9)]) == "<mark>Seoul</mark> &amp; <mark>NATO</mark>"
