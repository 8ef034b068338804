from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from extractors.model import Feed
from extractors.read import items
from tests.publisher import Answer
from tests.stage import NOON, Stage, noise, rss


def test_feeds_that_fail_stop_nobody_and_every_poll_has_one_outcome(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = items.items

    def fault(entries: Any, feed: Feed, **more: Any) -> Any:
        if feed.name == "fault":
            raise ValueError("entry")
        return made(entries, feed, **more)

    monkeypatch.setattr("extractors.read.items.items", fault)
    body = rss(("story/1", *noise(1, 9)[0][1:])).body.replace(b"<link>https://own.example/</link>", b"")
    stage.site.answers = {
        "/good": rss(*noise(2)),
        "/wall": Answer(status=403, body=b"no"),
        "/page": Answer(body=b"<html><title>Home</title><body>Welcome</body></html>"),
        "/empty": Answer(body=b""),
        "/fault": rss(*noise(1, 5)),
        "/went": Answer(status=301, headers={"Location": "/moved/feed.xml"}),
        "/moved/feed.xml": Answer(body=body),
    }
    feeds = ("good", "wall", "page", "empty", "fault", "missing", "went")
    stage.feeds({name: {} for name in feeds})
    done = stage.run()
    ends = ("new", "blocked", "not_a_feed", "empty", "undecodable", "gone", "new")
    assert sorted(stage.ask("SELECT feed, outcome FROM polls")) == sorted(zip(feeds, ends, strict=True))
    assert sum(dict(done.outcomes).values()) == len(feeds)
    assert "1 blocked" in str(done)
    r10 = stage.archive("url")  # a relative link belongs to the last address
    assert (stage.site.url("/moved/story/1"),) in r10


def test_r5_a_feed_that_never_had_an_entry_is_empty_whatever_it_answers(stage: Stage) -> None:
    stage.feeds({"tagged": {}, "bare": {}})
    stage.site.answers = {"/tagged": replace(rss(), headers={"ETag": '"1"'}), "/bare": rss()}
    assert stage.run().outcomes == (("empty", 2),)
    stage.site.answers["/tagged"] = Answer(status=304)
    assert stage.run(NOON + timedelta(hours=1)).outcomes == (("empty", 2),)
    assert stage.ask("SELECT status, health FROM polls JOIN feeds USING (feed) WHERE status = 304") == [(304, "new")]
