from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.publisher import Answer
from tests.stage import NOON, Stage, noise, rss


def test_feeds_that_fail_stop_nobody_and_every_poll_has_one_outcome(stage: Stage) -> None:
    stage.site.answers = {
        "/good": rss(*noise(2)),
        "/wall": Answer(status=403, body=b"no"),
        "/page": Answer(body=b"<html><title>Home</title><body>Welcome</body></html>"),
        "/empty": Answer(body=b""),
        "/cut": Answer(body=b"<rss><channel><item><title>half"),
    }
    stage.feeds({"good": {}, "wall": {}, "page": {}, "empty": {}, "cut": {}, "missing": {}})
    done = stage.run()
    assert done.items >= 2
    assert sum(dict(done.outcomes).values()) == 6
    ends = {("good", "new"), ("wall", "blocked"), ("page", "not_a_feed"), ("empty", "empty"), ("missing", "gone")}
    assert set(stage.ask("SELECT feed, outcome FROM polls")) >= ends
    assert "1 blocked" in str(done)


def test_r5_a_feed_that_never_had_an_entry_is_empty_whatever_it_answers(stage: Stage) -> None:
    stage.feeds({"tagged": {}, "bare": {}})
    stage.site.answers = {"/tagged": replace(rss(), headers={"ETag": '"1"'}), "/bare": rss()}
    assert stage.run().outcomes == (("empty", 2),)
    stage.site.answers["/tagged"] = Answer(status=304)
    assert stage.run(NOON + timedelta(hours=1)).outcomes == (("empty", 2),)
    assert stage.ask("SELECT status, health FROM polls JOIN feeds USING (feed) WHERE status = 304") == [(304, "new")]
