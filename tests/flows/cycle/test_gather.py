from __future__ import annotations

from tests.publisher import Answer
from tests.stage import Stage, noise, rss


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
