from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from extractors.mention.describe import describe
from extractors.model import Item
from flows.cycle import decide as deciding
from flows.cycle.home import Cycle
from flows.service.health import BROKEN, HEALTHY, judge, look
from tests.publisher import Answer
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss

TEN = timedelta(minutes=10)
POISON = "City council"  # in the titles of noise


@pytest.fixture
def poisoned(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The founding story, with items that the detector cannot finish among it."""

    def spin(one: Item, *given: Any, **named: Any) -> Any:
        while POISON in one.title:
            pass
        return describe(one, *given, **named)

    monkeypatch.setattr(deciding, "describe", spin)
    monkeypatch.setattr(deciding, "ITEM", 0.1)
    return founding


def test_x1_an_item_past_its_share_is_set_aside_and_told_and_the_others_go_on(poisoned: Stage) -> None:
    done = poisoned.run()
    assert (done.items, done.relevant) == (5, 2)
    assert poisoned.archive("count(*)") == [(5,)]
    assert poisoned.ask("SELECT count(*) FROM alerts WHERE event_id IS NOT NULL") == [(1,)]
    [(detail,)] = poisoned.ask("SELECT reason FROM alerts WHERE change = 'failing'")
    assert "3 items could not be judged" in str(detail)
    assert "it took more than 0 s" in str(detail)


def test_x1_a_feed_past_its_share_is_put_aside_and_the_other_is_told(
    poisoned: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "SHARE", 0.05)
    done = poisoned.run()
    assert (done.items, done.alerts) == (1, 1)
    outcomes = poisoned.ask("SELECT feed, outcome, new_items FROM polls ORDER BY feed")
    assert outcomes == [("en", "too_large", 0), ("ko", "new", 1)]
    assert "took more than" in str(poisoned.ask("SELECT reason FROM polls WHERE feed = 'en'"))
    poisoned.run(NOON + 3 * TEN)
    assert len(poisoned.site.asked("/en")) == 1  # it backs off
    assert len(poisoned.site.asked("/ko")) == 2


def test_x11_a_feed_of_ever_fresh_text_costs_no_more_disk_than_a_days_share(
    founding: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "FRESH", 900)
    outcomes = []
    for hours in (0, 3, 9, 24):
        founding.site.answers["/en"] = rss(*noise(8, 8 * hours))
        founding.run(NOON + hours * 6 * TEN, everything=True)
        outcomes += founding.ask("SELECT outcome FROM polls WHERE feed = 'en' ORDER BY seq DESC LIMIT 1")
    assert outcomes == [("new",), ("too_large",), ("too_large",), ("new",)]  # the last is of another day
    assert founding.archive("count(*)") == [(8 + 8 + 1,)]
    assert "more than 0 MB of new text today" in str(
        founding.ask("SELECT reason FROM polls WHERE outcome = 'too_large'")
    )


def test_x1_what_a_cycle_has_no_time_to_read_comes_first_in_the_next(
    founding: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = iter((False, False, False, True))  # once for each feed that is parsed, and that is judged
    with monkeypatch.context() as patched:
        patched.setattr(Cycle, "late", property(lambda _: next(late)))
        done = founding.run()
    assert (done.items, done.outcomes) == (4, (("new", 1), ("timeout", 1)))
    done = founding.run(NOON + TEN / 10)
    assert (done.items, done.outcomes) == (1, (("new", 1),))


HANGS = """
import sys, time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from flows.configure.settings import read_settings
from flows.cycle import decide
from flows.cycle.cycle import run_cycle
describe = decide.describe
def hang(item, *given, **named):
    time.sleep(60 if item.feed == "en" else 0)  # no processor time: only the deadline ends it
    return describe(item, *given, **named)
decide.describe = hang
settings = replace(read_settings(Path(sys.argv[1]), {}), deadline=timedelta(seconds=6))
run_cycle(settings, home=Path(sys.argv[2]), now=datetime.fromisoformat(sys.argv[3]))
"""


def test_x1_a_cycle_that_ends_at_its_deadline_names_its_culprit_and_the_next_begins_with_the_others(
    founding: Stage,
) -> None:
    words = [sys.executable, "-c", HANGS, str(founding.config), str(founding.home), NOON.isoformat()]
    assert subprocess.run(words, check=False, capture_output=True).returncode == 1
    verdict = judge(look(founding.home))
    assert verdict.code == BROKEN
    assert "stage read, feed en" in verdict.problems[0]
    done = founding.run(NOON + TEN)
    assert (done.items, done.alerts) == (1, 1)
    assert judge(look(founding.home)).code == HEALTHY
    assert founding.ask("SELECT feed, outcome FROM polls ORDER BY feed") == [("en", "too_large"), ("ko", "new")]
    assert "did not come to its end, in stage read, feed en" in str(founding.ask("SELECT reason FROM polls"))
    assert founding.run(NOON + 30 * TEN).items == 4  # the back-off is over, and it does no harm any more


@pytest.mark.parametrize("fault", [KeyError, RecursionError])
def test_a_fault_in_a_rule_costs_one_item_its_verdict(
    founding: Stage, monkeypatch: pytest.MonkeyPatch, fault: Callable[[str], Exception]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise fault("rule")

    monkeypatch.setattr(deciding, "describe", broken)
    done = founding.run()
    assert (done.items, done.relevant) == (5, 0)
    assert founding.archive("DISTINCT reason") == [(f"the detector failed: {fault('').__class__.__name__}",)]


VAGUE = ("Korea's defense industry looks to Brussels", "More to follow.")
TOLD = FOUNDING_EN[1::2]
FURTHER = (
    "Separately, South Korea signed a contract with the NATO Support and Procurement Agency on munitions on Tuesday."
)


@pytest.mark.parametrize(
    ("feed", "page", "acts"),
    [
        (VAGUE, [FOUNDING_EN[3]], 1),  # undecided
        (TOLD, [FOUNDING_EN[3], FURTHER], 2),  # M0: relevant, and its page tells one more act
        (TOLD, ["Please enable JavaScript."], 1),  # a page that says nothing takes nothing away
    ],
)
def test_m0_pages_of_relevant_and_undecided_items_are_read_where_the_feed_allows_it(
    stage: Stage, feed: tuple[str, str], page: list[str], acts: int
) -> None:
    body = "".join(f"<p>{text}</p>" for text in page * 2)
    html = f"<html><body><article><h1>{feed[0]}</h1>{body}</article></body></html>"
    stage.site.answers = {
        "/en": rss((stage.site.url("/story/1"), feed[0], "Thu, 26 Jun 2025 09:10:00 +0900", feed[1])),
        "/story/1": Answer(body=html.encode(), headers={"Content-Type": "text/html; charset=utf-8"}),
    }
    stage.feeds({"en": {"articles": True}})
    assert stage.run().relevant == 1
    assert stage.site.asked("/story/1")
    assert stage.ask("SELECT count(*) FROM mentions WHERE alertable") == [(acts,)]
