from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from extractors.model import Feed
from extractors.read import items
from flows.cycle import gather
from flows.cycle import read as reading
from tests.publisher import Answer
from tests.stage import NOON, Stage, noise, rss


def test_feeds_that_fail_stop_nobody_and_each_has_one_outcome(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_what_is_due_is_polled_in_rounds_and_what_the_deadline_leaves_is_said_and_first_in_the_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "ROUND", 2)
    names = [f"f{n}" for n in range(5)]
    stage.site.answers = {f"/{name}": rss(*noise(1, n)) for n, name in enumerate(names)}
    stage.feeds({name: {} for name in names})
    time_left = iter([60.0, 60.0, 60.0, 0.0])  # two rounds: each is given what there is, and asks whether to go on
    monkeypatch.setattr("flows.cycle.home.Cycle.seconds_to_gather", property(lambda _: next(time_left)))
    done = stage.run()
    assert (done.outcomes, done.items, done.left) == ((("new", 4),), 4, 1)
    assert "the deadline left 1 feeds due" in str(done)
    monkeypatch.undo()
    rest = stage.run(NOON + timedelta(minutes=1))
    assert (rest.outcomes, rest.items, rest.left) == ((("new", 1),), 1, 0)
    assert "deadline" not in str(rest)
    asked = stage.ask("SELECT feed, polled_at FROM polls ORDER BY feed")
    assert [name for name, _ in asked] == names
    assert isinstance(asked[4][1], datetime)
    assert asked[4][1] > asked[0][1]  # type: ignore[operator]  # both are times


def test_a_body_like_the_last_is_let_go_of_as_it_comes(stage: Stage) -> None:
    stage.feeds({"same": {}, "new": {}})
    stage.site.answers = {"/same": rss(*noise(3)), "/new": rss(*noise(3, 9))}
    stage.run()
    stage.site.answers["/new"] = rss(*noise(4, 9))
    kept = dict[str, int]()

    def look(cycle: Any, poll: Any) -> Any:
        kept[poll.feed.name] = len(poll.fetched.body)
        return begun(cycle, poll)

    begun = reading.begun
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "begun", look)
        done = stage.run(NOON + timedelta(hours=1))
    assert done.outcomes == (("new", 1), ("unchanged", 1))
    assert [bool(kept["new"]), kept["same"]] == [True, 0]
