from __future__ import annotations

from flows.cycle.cycle import run_cycle
from tests.publisher import Answer
from tests.stage import FOUNDING_EN, NOON, Stage, rss


def test_undecided_items_are_decided_by_their_page_where_the_feed_allows_it(stage: Stage) -> None:
    text = FOUNDING_EN[3]
    vague = ("Korea's defense industry looks to Brussels", "Thu, 26 Jun 2025 09:10:00 +0900", "More to follow.")
    page = f"<html><body><article><h1>{vague[0]}</h1><p>{text}</p><p>{text}</p></article></body></html>"
    stage.site.answers = {
        "/en": rss((stage.site.url("/story/1"), *vague)),
        "/story/1": Answer(body=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"}),
    }
    stage.feeds({"en": {"articles": True}})
    done = run_cycle(stage.settings(), home=stage.home, now=NOON)
    assert stage.site.asked("/story/1")
    assert done.relevant == 1
