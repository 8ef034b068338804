"""Whole cycles over pages and outlets that disagree: every act is told, and none takes another's event."""

from __future__ import annotations

from datetime import timedelta

from flows.cycle.cycle import run_cycle
from tests.stage import FOUNDING_EN, NOON, Stage, Story, rss


def story(name: str, day: str, title: str, text: str) -> Story:
    return (f"https://{name}.example/view/1", title, f"{day} 2025 09:10:00 +0900", text)


def test_m1_a_page_rewritten_from_one_act_to_another_tells_both_and_keeps_the_first(stage: Stage) -> None:
    stage.feeds({"a": {}, "b": {}})
    stage.site.answers = {"/a": rss(FOUNDING_EN), "/b": rss()}
    run_cycle(stage.settings(), home=stage.home, now=NOON)
    title = "South Korea joins NATO's multinational munitions warehousing project"
    text = "South Korea on Monday joined NATO's multinational ammunition warehousing project, DAPA said in Brussels."
    rewritten = (FOUNDING_EN[0], title, "Mon, 30 Jun 2025 09:10:00 +0900", text)
    stage.site.answers["/a"] = rss(rewritten)
    run_cycle(stage.settings(), home=stage.home, now=NOON + timedelta(days=4), everything=True)
    stage.site.answers["/b"] = rss(("https://b.example/7", title, "Mon, 30 Jun 2025 12:10:00 +0900", text))
    run_cycle(stage.settings(), home=stage.home, now=NOON + timedelta(days=4, hours=1), everything=True)
    told = stage.ask(
        "SELECT e.title, e.reports FROM alerts JOIN events AS e USING (event_id) WHERE change = 'new' ORDER BY created_at"
    )
    assert told == [(FOUNDING_EN[1], 1), (title, 2)]
