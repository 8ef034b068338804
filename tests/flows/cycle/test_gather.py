from __future__ import annotations

from datetime import timedelta

import pytest

from flows.cycle.cycle import run_cycle
from tests.publisher import Answer
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss


def test_feeds_that_fail_stop_nobody_and_every_poll_has_one_outcome(stage: Stage) -> None:
    stage.site.answers = {
        "/good": rss(*noise(2)),
        "/wall": Answer(status=403, body=b"no"),
        "/page": Answer(body=b"<html><title>Home</title><body>Welcome</body></html>"),
        "/empty": Answer(body=b""),
        "/cut": Answer(body=b"<rss><channel><item><title>half"),
    }
    stage.feeds({"good": {}, "wall": {}, "page": {}, "empty": {}, "cut": {}, "missing": {}})
    done = run_cycle(stage.settings(), home=stage.home, now=NOON)
    assert done.items >= 2
    assert sum(dict(done.outcomes).values()) == 6
    outcomes = {feed: outcome for feed, outcome in stage.ask("SELECT feed, outcome FROM polls")}  # noqa: C416  typed
    assert outcomes["good"] == "new"
    assert (outcomes["wall"], outcomes["page"], outcomes["empty"]) == ("blocked", "not_a_feed", "empty")
    assert outcomes["missing"] == "gone"
    assert "blocked" in str(done)


def test_an_edited_article_is_a_revision_and_an_item_of_two_feeds_belongs_to_the_first(stage: Stage) -> None:
    first, second = noise(2, host="same.example")
    stage.site.answers = {"/a": rss(first), "/b": rss(first, second)}
    stage.feeds({"a": {"outlet": "One"}, "b": {"outlet": "One"}})
    assert run_cycle(stage.settings(), home=stage.home, now=NOON).items == 2
    stage.site.answers["/a"] = rss((first[0], first[1], first[2], "The council heard more."))
    assert run_cycle(stage.settings(), home=stage.home, now=NOON + timedelta(minutes=30)).items == 1
    assert stage.archive("feed, revision") == [("a", 0), ("a", 1), ("b", 0)]


def test_a_fault_on_one_feeds_entries_costs_that_poll(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.site.answers = {"/a": rss(FOUNDING_EN), "/b": rss(*noise(2))}
    stage.feeds({"a": {}, "b": {}})

    def fault(*_: object, **__: object) -> None:
        raise ValueError("entry")

    monkeypatch.setattr("extractors.read.items.items", fault)
    done = run_cycle(stage.settings(), home=stage.home, now=NOON)
    assert dict(done.outcomes) == {"undecodable": 2}


BARE = (FOUNDING_EN[0], "Wi Sung-lac meets Rutte", FOUNDING_EN[2], "")
FULL = (FOUNDING_EN[0], "Wi Sung-lac meets Rutte", *FOUNDING_EN[2:])


@pytest.mark.parametrize("order", ["one body", "one cycle", "full first", "a cycle later"])
def test_r1_a_fuller_text_counts_whichever_feed_brings_it_and_when(stage: Stage, order: str) -> None:
    stage.feeds({"a": {"outlet": "One"}, "b": {"outlet": "One"}})
    a, b = {
        "one body": (rss(BARE, FULL), rss()),
        "one cycle": (rss(BARE), rss(FULL)),
        "full first": (rss(FULL), rss(BARE)),
        "a cycle later": (rss(BARE), rss(*noise(1))),
    }[order]
    stage.site.answers = {"/a": a, "/b": b}
    run_cycle(stage.settings(), home=stage.home, now=NOON)
    stage.site.answers["/b"] = rss(FULL, *noise(1, 5))
    for hours in (1, 2, 3):  # and nothing is told again, nor does the bare headline take the place of the fuller text
        stage.site.answers["/a"] = rss(BARE, *noise(1, 10 + hours))
        run_cycle(stage.settings(), home=stage.home, now=NOON + timedelta(hours=hours))
    assert stage.ask("SELECT count(*), max(feed), bool_or(summary <> '') FROM items") == [(1, "a", True)]
    assert stage.ask("SELECT count(*) FROM alerts WHERE event_id IS NOT NULL") == [(1,)]


def test_r16_revisions_are_bounded_and_said(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cycle.gather.MOST", 3)
    stage.feeds({"a": {}})
    for poll in range(8):
        stage.site.answers = {"/a": rss((*noise(1)[0][:3], f"The council heard resident {chr(65 + poll)} today."))}
        run_cycle(stage.settings(), home=stage.home, now=NOON + timedelta(hours=poll))
    assert stage.archive("max(revision)") == [(3,)]
    assert stage.ask("SELECT change, count(*) FROM alerts GROUP BY ALL") == [("edits", 1)]


def test_r10_relative_links_belong_to_the_last_address(stage: Stage) -> None:
    body = (
        rss(*noise(1))
        .body.replace(b"https://noise.example/view/000000", b"story/1")
        .replace(b"<link>https://own.example/</link>", b"")
    )
    stage.site.answers = {
        "/a": Answer(status=301, headers={"Location": "/moved/feed.xml"}),
        "/moved/feed.xml": Answer(body=body),
    }
    stage.feeds({"a": {}})
    run_cycle(stage.settings(), home=stage.home, now=NOON)
    assert stage.archive("url") == [(stage.site.url("/moved/story/1"),)]
