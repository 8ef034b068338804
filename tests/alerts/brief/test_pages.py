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
from tests.table import table, tables

NOW = datetime(2025, 8, 4, 12, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script> {{ 7*7 }} \u202egnp.exe & "quoted"'
KNOWN = tables(__file__)
EVENT: Mapping[str, Any] = {**KNOWN["EVENT"], "title_en": None, "predecessor": None}
REPORT: dict[str, Any] = {**KNOWN["REPORT"], "copied": None}
TOLD: dict[str, list[dict[str, Any]]] = {
    "reports": [REPORT, {**REPORT, "outlet": "B", "copied": "A"}],
    "evidence": [KNOWN["EVIDENCE"]],
    "deliveries": [KNOWN["DELIVERY"]],
}
FEED, OUTLET = KNOWN["FEED"], KNOWN["OUTLET"]
SITE = Site(
    published_at=NOW, events=[EVENT], details={"e1": TOLD}, seen=[{**REPORT, "reason": "essay"}], feeds=[FEED],
    outlets=[OUTLET], waits=[{**KNOWN["WAITS"], "slowest": None}], shards=[KNOWN["SHARD"]],
)  # fmt: skip


def made(site: Site = SITE, address: str = "") -> dict[str, str]:
    return dict(pages(site, address))


def hostile() -> dict[str, str]:
    said = dict.fromkeys(("title", "title_ko", "sentence", "reason"), HOSTILE)
    event = {**EVENT, **said, "url": "javascript:alert(1)"}
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
    own = [{"event_id": f"e{n}", "first_reported_at": day, "event_date": day.date()} for n, day in enumerate(days)]
    many = [{**common, **one} for one in own]
    files = made(replace(SITE, events=many, details={}, seen=[{**REPORT, "title": title, "reason": "essay"}] * 100))
    assert max(len(files[name].encode()) for name in ("index.html", "ko/index.html")) < 300_000
    assert len(json.loads(files["events.json"])["events"]) == 5000


def test_of_two_spans_that_overlap_the_first_is_marked() -> None:
    assert marked("Seoul & NATO", [(8, 12), (0, 5), (3, 9)]) == "<mark>Seoul</mark> &amp; <mark>NATO</mark>"
