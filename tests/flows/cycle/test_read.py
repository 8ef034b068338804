from __future__ import annotations

from datetime import timedelta

import pytest

from tests.publisher import Answer
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss

HOUR = timedelta(hours=1)


def test_an_edited_article_is_a_revision_and_an_item_of_two_feeds_belongs_to_the_first(stage: Stage) -> None:
    first, second = noise(2, host="same.example")
    stage.site.answers = {"/a": rss(first), "/b": rss(first, second)}
    stage.feeds({"a": {"outlet": "One"}, "b": {"outlet": "One"}})
    assert stage.run().items == 2
    stage.site.answers["/a"] = rss((*first[:3], "The council heard more."))
    assert stage.run(NOON + HOUR).items == 1
    assert stage.archive("feed, revision") == [("a", 0), ("a", 1), ("b", 0)]


def test_a_fault_on_one_feeds_entries_costs_that_poll(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.site.answers = {"/a": rss(FOUNDING_EN), "/b": rss(*noise(2))}
    stage.feeds({"a": {}, "b": {}})

    def fault(*_: object, **__: object) -> None:
        raise ValueError("entry")

    monkeypatch.setattr("extractors.read.items.items", fault)
    assert stage.run().outcomes == (("undecodable", 2),)


BARE = (FOUNDING_EN[0], "Wi Sung-lac meets Rutte", FOUNDING_EN[2], "")
FULL = (FOUNDING_EN[0], "Wi Sung-lac meets Rutte", *FOUNDING_EN[2:])


@pytest.mark.parametrize(
    ("a", "b"),
    [((BARE, FULL), ()), ((BARE,), (FULL,)), ((FULL,), (BARE,)), ((BARE,), noise(1))],
    ids=["one body", "one cycle", "full first", "a cycle later"],
)
def test_r1_a_fuller_text_counts_whichever_feed_brings_it_and_when(
    stage: Stage, a: tuple[tuple[str, str, str, str], ...], b: tuple[tuple[str, str, str, str], ...]
) -> None:
    stage.feeds({"a": {"outlet": "One"}, "b": {"outlet": "One"}})
    stage.site.answers = {"/a": rss(*a), "/b": rss(*b)}
    stage.run()
    stage.site.answers["/b"] = rss(FULL, *noise(1, 5))
    for hours in (1, 2):  # and nothing is told again, nor does the bare headline take the place of the fuller text
        stage.site.answers["/a"] = rss(BARE, *noise(1, 10 + hours))
        stage.run(NOON + hours * HOUR)
    assert stage.ask("SELECT count(*), max(feed), bool_or(summary <> '') FROM items") == [(1, "a", True)]
    assert stage.ask("SELECT count(*) FROM alerts WHERE event_id IS NOT NULL") == [(1,)]


def test_r16_revisions_are_bounded_and_said(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cycle.read.MOST", 2)
    stage.feeds({"a": {}})
    for poll in range(5):
        stage.site.answers = {"/a": rss((*noise(1)[0][:3], f"The council heard resident {chr(65 + poll)} today."))}
        stage.run(NOON + poll * HOUR)
    assert stage.archive("max(revision)") == [(2,)]
    assert stage.ask("SELECT change, count(*) FROM alerts GROUP BY ALL") == [("edits", 1)]


def test_r10_relative_links_belong_to_the_last_address(stage: Stage) -> None:
    body = rss(("story/1", *noise(1)[0][1:])).body.replace(b"<link>https://own.example/</link>", b"")
    there = Answer(status=301, headers={"Location": "/moved/feed.xml"})
    stage.site.answers = {"/a": there, "/moved/feed.xml": Answer(body=body)}
    stage.feeds({"a": {}})
    stage.run()
    assert stage.archive("url") == [(stage.site.url("/moved/story/1"),)]
